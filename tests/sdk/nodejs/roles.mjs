// Role configurations of a zone: their policies, assignments and deployments.

import assert from "node:assert/strict";

import { ON_MEMBER, succeeded } from "./center.mjs";
import { refused } from "./twin.mjs";

const POLL = "GetTaskStatus";
const SYSTEM_POLICY = 186457;

/** A role configuration with a system policy and a custom policy; its id, as a member of requests. */
export async function configureRole({ inZone }) {
  const given = { RoleConfigurationName: "readers", SessionDuration: 900 };
  const { RoleConfigurationInfo: made } = await inZone("CreateRoleConfiguration", given);
  const role = { RoleConfigurationId: made.RoleConfigurationId };
  const change = { NewDescription: "read only", NewSessionDuration: 1800 };
  const { RoleConfigurationInfo: changed } = await inZone("UpdateRoleConfiguration", { ...role, ...change });
  assert.deepEqual([changed.Description, changed.SessionDuration], ["read only", 1800]);
  const { RoleConfigurationInfo: read } = await inZone("GetRoleConfiguration", role);
  assert.deepEqual(
    [read.RoleConfigurationName, read.Description, read.SessionDuration],
    ["readers", "read only", 1800],
  );
  const listed = await inZone("ListRoleConfigurations", { Filter: "READ" });
  assert.deepEqual([listed.TotalCounts, listed.RoleConfigurations], [1, [read]]);
  const create = (members) => inZone("CreateRoleConfiguration", { ...given, ...members });
  await refused(
    "InvalidParameter.ConfigurationNameAlreadyExists",
    create({ RoleConfigurationName: "Readers" }),
  );
  await refused("InvalidParameter.RelayStateFormatError", create({ RelayState: "http://example.com" }));

  const add = (members) => inZone("AddPermissionPolicyToRoleConfiguration", { ...role, ...members });
  const own = { RolePolicyType: "Custom", RolePolicyNames: ["own"] };
  await add({ RolePolicyType: "System", RolePolicies: [{ PolicyId: SYSTEM_POLICY }] });
  await add({ ...own, CustomPolicyDocument: "{}" });
  await refused("InvalidParameter.PolicyNameAlreadyExists", add({ ...own, CustomPolicyDocument: "{}" }));
  await refused("InvalidParameter.PolicyDocumentEmpty", add({ ...own, RolePolicyNames: ["other"] }));
  const update = (name, document) =>
    inZone("UpdateCustomPolicyForRoleConfiguration", {
      ...role,
      CustomPolicyName: name,
      NewCustomPolicyDocument: document,
    });
  await update("own", '{"version":"2.0"}');
  await refused("InvalidParameter.PolicyTypeError", update("QcloudVPCReadOnlyAccess", "{}"));
  const { RolePolicies } = await inZone("ListPermissionPoliciesInRoleConfiguration", role);
  assert.deepEqual(
    RolePolicies.map((one) => [one.RolePolicyType, one.RolePolicyName]),
    [
      ["System", "QcloudVPCReadOnlyAccess"],
      ["Custom", "own"],
    ],
  );
  assert.deepEqual(
    [RolePolicies[0].RolePolicyId, RolePolicies[1].RolePolicyDocument],
    [SYSTEM_POLICY, '{"version":"2.0"}'],
  );
  return role;
}

/** Assigns the role to a user and a group, and takes everything back. */
export async function assignRoles(zone, role, { anna, staff }) {
  const { inZone } = zone;
  const user = { ...role, ...ON_MEMBER, PrincipalType: "User", PrincipalId: anna };
  const group = { ...user, PrincipalType: "Group", PrincipalId: staff };
  const create = (...items) => inZone("CreateRoleAssignment", { RoleAssignmentInfo: items });
  await refused("FailedOperation.OrganizationMemberNotExist", create(group, { ...user, TargetUin: 7 }));
  const { Tasks } = await create(user, group);
  assert.deepEqual(
    Tasks.map((one) => [one.TaskType, one.Status, one.PrincipalId]),
    [
      ["CreateRoleAssignment", "InProgress", anna],
      ["CreateRoleAssignment", "InProgress", staff],
    ],
  );
  for (const task of Tasks) await succeeded(zone, POLL, task);
  await refused("FailedOperation.RoleConfigurationAuthorizationAlreadyExist", create(user));
  const assigned = async (filter) => {
    const { RoleAssignments } = await inZone("ListRoleAssignments", filter);
    return RoleAssignments.map((one) => [one.PrincipalName, one.RoleConfigurationName, one.TargetName]);
  };
  assert.deepEqual(await assigned({ PrincipalType: "User" }), [["anna", "readers", "production"]]);
  assert.deepEqual(await assigned({ PrincipalId: staff }), [["staff", "readers", "production"]]);

  const deployed = async () => {
    const answer = await inZone("ListRoleConfigurationProvisionings", role);
    return answer.RoleConfigurationProvisionings.map((one) => one.DeploymentStatus);
  };
  assert.deepEqual(await deployed(), ["Deployed"]);
  await inZone("AddPermissionPolicyToRoleConfiguration", {
    ...role,
    RolePolicyType: "System",
    RolePolicyNames: ["Late"],
  });
  assert.deepEqual(await deployed(), ["DeployedRequired"]);
  const onMember = { ...role, ...ON_MEMBER };
  await succeeded(zone, POLL, (await inZone("ProvisionRoleConfiguration", onMember)).Task);
  assert.deepEqual(await deployed(), ["Deployed"]);

  await refused(
    "FailedOperation.RoleConfigurationAuthorizationExist",
    inZone("DismantleRoleConfiguration", onMember),
  );
  for (const one of [user, group]) {
    await succeeded(zone, POLL, (await inZone("DeleteRoleAssignment", one)).Task);
  }
  await refused(
    "ResourceNotFound.RoleConfigurationAuthorizationNotFound",
    inZone("DeleteRoleAssignment", user),
  );
  await succeeded(zone, POLL, (await inZone("DismantleRoleConfiguration", onMember)).Task);
  assert.deepEqual([await assigned({}), await deployed()], [[], []]);
  const tasks = await inZone("ListTasks", role);
  assert.deepEqual(
    tasks.Tasks.map((one) => [one.TaskType, one.Status]),
    [
      ["DeprovisionRoleConfiguration", "Success"],
      ["DeleteRoleAssignment", "Success"],
      ["DeleteRoleAssignment", "Success"],
      ["ProvisionRoleConfiguration", "Success"],
      ["CreateRoleAssignment", "Success"],
      ["CreateRoleAssignment", "Success"],
    ],
  );
  await refused("ResourceNotFound.RoleConfigurationTaskNotFound", inZone(POLL, { TaskId: "t-000000000000" }));
}

/** Deletes the role configuration, which may neither have policies nor be deployed. */
export async function removeRole(zone, role) {
  const { inZone } = zone;
  const onMember = { ...role, ...ON_MEMBER };
  await refused("InvalidParameter.RolePolicyAlreadyExist", inZone("DeleteRoleConfiguration", role));
  const remove = (policy) => inZone("RemovePermissionPolicyFromRoleConfiguration", { ...role, ...policy });
  const own = { RolePolicyType: "Custom", RolePolicyId: 0, RolePolicyName: "own" };
  await remove({ RolePolicyType: "System", RolePolicyId: SYSTEM_POLICY });
  await remove({ RolePolicyType: "System", RolePolicyName: "Late" });
  await remove(own);
  await refused("InvalidParameter.RolePolicyNotExist", remove(own));
  assert.deepEqual((await inZone("ListPermissionPoliciesInRoleConfiguration", role)).RolePolicies, []);
  await succeeded(zone, POLL, (await inZone("ProvisionRoleConfiguration", onMember)).Task);
  await refused(
    "FailedOperation.RoleConfigurationProvisioningAlreadyDeployed",
    inZone("DeleteRoleConfiguration", role),
  );
  await succeeded(zone, POLL, (await inZone("DismantleRoleConfiguration", onMember)).Task);
  await inZone("DeleteRoleConfiguration", role);
  await refused("InvalidParameter.RoleConfigurationNotExist", inZone("GetRoleConfiguration", role));
}
