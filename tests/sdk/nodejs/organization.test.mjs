// The whole life of Identity Center through the nodejs SDK: every modelled action answers at least once,
// each effect seen through another action.

import assert from "node:assert/strict";
import { test } from "node:test";

import { MEMBER, WITHOUT_METHOD, ZONE, center, control, modelledActions } from "./center.mjs";
import { createUsers, dissolve, formGroups, syncUsers } from "./directory.mjs";
import { decideRequests } from "./permission_requests.mjs";
import { assignRoles, configureRole, removeRole } from "./roles.mjs";
import { setUpSaml, setUpScim } from "./sign_on.mjs";
import { journal, refused } from "./twin.mjs";

const TENANT = "node-zone";
const NEW_TENANT = "node-new-zone";

test("the whole life of a zone", async () => {
  const zone = center(TENANT);
  await lookAround(zone);
  const users = await createUsers(zone);
  const people = { ...users, staff: await formGroups(zone, users) };
  await syncUsers(zone, people);
  const role = await configureRole(zone);
  await assignRoles(zone, role, people);
  await decideRequests(zone, role, people);
  await setUpScim(zone);
  await setUpSaml(zone);
  await removeRole(zone, role);
  await dissolve(zone, people);
  await openZone(center(NEW_TENANT));
  await checkThatEveryActionAnswered();
});

async function lookAround({ ask, inZone }) {
  const org = await ask("DescribeOrganization");
  assert.deepEqual([org.NickName, org.IsManager], ["Starter", true]);
  const all = await ask("DescribeOrganizationMembers", { Offset: 0, Limit: 10 });
  assert.deepEqual(
    [all.Total, all.Items[0].MemberUin, all.Items.map((one) => one.Name)],
    [3, MEMBER, ["production", "staging", "sandbox"]],
  );
  const some = await ask("DescribeOrganizationMembers", { Offset: 0, Limit: 10, SearchKey: "stag" });
  assert.deepEqual(
    some.Items.map((one) => one.Name),
    ["staging"],
  );
  const nodes = await ask("DescribeOrganizationNodes", { Offset: 0, Limit: 50 });
  assert.deepEqual(
    nodes.Items.map((one) => [one.NodeId, one.ParentNodeId]),
    [[org.RootNodeId, 0]],
  );

  const zone = await ask("DescribeIdentityCenter");
  assert.deepEqual(
    [zone.ZoneId, zone.ZoneName, zone.ServiceStatus, zone.ScimSyncStatus],
    [ZONE, "starter", "Enabled", "Disabled"],
  );
  await inZone("UpdateZone", { NewZoneName: "harbour" });
  assert.equal((await ask("DescribeIdentityCenter")).ZoneName, "harbour");
  await refused(
    "InvalidParameterValue.ZoneNameFormatError",
    inZone("UpdateZone", { NewZoneName: "Harbour" }),
  );
  await refused("FailedOperation.ZoneIdNotExist", ask("ListUsers", { ZoneId: "z-another00000" }));

  const changed = await inZone("UpdateIPWhitelist", { IpWhitelist: ["10.0.0.1", "10.1.0.0/16"] });
  assert.equal(changed.Success, true);
  assert.deepEqual((await inZone("GetIPWhitelist")).IpWhitelist, ["10.0.0.1", "10.1.0.0/16"]);
  await refused("FailedOperation.PermissionDenied", ask("GetIPWhitelist", { ZoneId: "z-another00000" }));
}

/** Opens a zone in an organization that has none: the starter's zone is first removed from the state. */
async function openZone({ tenant, ask, inZone }) {
  const open = (ZoneName) => ask("OpenIdentityCenter", { ZoneName });
  await ask("DescribeIdentityCenter");
  await refused("FailedOperation.IdentityCenterAlreadyOpen", open("second"));
  const state = await control("GET", `state?tenant=${tenant}`);
  state.tenants[tenant].organization_zones = [];
  await control("PUT", `state?tenant=${tenant}`, state);

  await refused("FailedOperation.IdentityCenterNotOpen", ask("DescribeIdentityCenter"));
  await refused("FailedOperation.IdentityCenterNotOpen", inZone("GetZoneStatistics"));
  await refused("InvalidParameterValue.ZoneNameFormatError", open("Second"));
  const { ZoneId } = await open("second");
  assert.match(ZoneId, /^z-[a-z0-9]{12}$/);
  const zone = await ask("DescribeIdentityCenter");
  assert.deepEqual([zone.ZoneId, zone.ZoneName, zone.ServiceStatus], [ZoneId, "second", "Enabled"]);
  assert.equal((await ask("ListUsers", { ZoneId })).TotalCounts, 0);
  await refused("FailedOperation.IdentityCenterAlreadyOpen", open("third"));
}

async function checkThatEveryActionAnswered() {
  const entries = [...(await journal(TENANT)), ...(await journal(NEW_TENANT))];
  // The SCIM endpoint has operations of the same names.
  const calls = entries.filter((entry) => entry.service === "organization");
  const answered = new Set(
    calls.filter((entry) => entry.outcome === "answered").map((entry) => entry.operation),
  );
  const modelled = await modelledActions();
  assert.deepEqual(
    modelled.filter((action) => !answered.has(action)),
    [],
    "modelled actions that never answered",
  );
  assert.deepEqual(
    WITHOUT_METHOD.filter((action) => !modelled.includes(action)),
    [],
    "actions without a method that are not modelled",
  );
}
