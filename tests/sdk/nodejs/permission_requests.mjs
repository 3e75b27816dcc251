// Permission requests of a zone: who may ask for a role, what was asked, and how it was decided.

import assert from "node:assert/strict";

import { MEMBER, ON_MEMBER, control, succeeded } from "./center.mjs";
import { refused } from "./twin.mjs";

// Statuses of a request.
const WAITING = 1;
const ASSIGNED = 3;
const REJECTED = 5;

/** A user may ask for the role, asks twice, and is rejected once and approved once. */
export async function decideRequests(zone, role, { anna }) {
  const { inZone } = zone;
  const user = { PrincipalType: "User", PrincipalId: anna };
  const info = { ...role, ...user, ...ON_MEMBER };
  const allow = (scope) => inZone("CreateRoleConfigurationApplyScope", { ApplyScopeInfo: [scope] });
  await refused("ResourceNotFound.UserNotExist", allow({ ...info, PrincipalId: "u-000000000000" }));
  assert.equal((await allow(info)).SuccessCount, 1);
  const scopes = async () => {
    const { ApplyScopes } = await inZone("ListRoleConfigurationApplyScopes", user);
    return ApplyScopes.map((one) => [one.RoleConfigurationName, one.PrincipalName, one.TargetUin]);
  };
  assert.deepEqual(await scopes(), [["readers", "anna", MEMBER]]);

  // Users file requests in the portal, which is no part of the API.
  const [rejectedId, approvedId] = ["apply-00000000000000aa", "apply-00000000000000bb"];
  const request = { user_id: anna, uin: MEMBER, role_configuration_ids: [role.RoleConfigurationId] };
  const requests = [rejectedId, approvedId].map((id) => ({ ...request, id }));
  await control("PUT", `organization/permission-requests?tenant=${zone.tenant}`, { requests });
  const orders = async (filter = {}) => {
    const { ApplyOrders } = await inZone("ListPermissionApplyOrders", filter);
    return new Map(ApplyOrders.map((one) => [one.ApplyId, one]));
  };
  const statuses = async () => {
    const all = await orders();
    return [all.size, all.get(rejectedId).Status, all.get(approvedId).Status];
  };
  const audit = (ApplyId, AuditResult) =>
    inZone("AuditPermissionApplyOrder", { ApplyId, AuditResult, AuditOpinion: "so be it" });
  assert.deepEqual(await statuses(), [2, WAITING, WAITING]);
  assert.deepEqual((await audit(rejectedId, "Reject")).Tasks, []);
  const { Tasks } = await audit(approvedId, "Approve");
  assert.deepEqual(
    Tasks.map((one) => one.RoleConfigurationName),
    ["readers"],
  );
  await succeeded(zone, "GetTaskStatus", Tasks[0]);
  assert.deepEqual(await statuses(), [2, REJECTED, ASSIGNED]);
  const decided = (await orders({ Status: REJECTED })).get(rejectedId);
  assert.deepEqual([decided.UserName, decided.AuditOpinion], ["anna", "so be it"]);
  await refused("FailedOperation.PermissionApplyOrderStatusInvalid", audit(rejectedId, "Approve"));
  await refused("ResourceNotFound.PermissionApplyOrderNotFound", audit("apply-00000000000000cc", "Reject"));

  // The approval assigned the role; with the last assignment its deployment goes, too.
  const DeprovisionStrategy = "DeprovisionForLastRoleAssignmentOnAccount";
  const { Task } = await inZone("DeleteRoleAssignment", { ...info, DeprovisionStrategy });
  await succeeded(zone, "GetTaskStatus", Task);
  assert.equal((await inZone("ListRoleConfigurationProvisionings")).TotalCounts, 0);
  const scope = { ...user, TargetUin: MEMBER, RoleConfigurationIds: [role.RoleConfigurationId] };
  await inZone("DeleteRoleConfigurationApplyScope", scope);
  assert.deepEqual(await scopes(), []);
  await refused(
    "ResourceNotFound.PermissionApplyScopeNotFound",
    inZone("DeleteRoleConfigurationApplyScope", scope),
  );
}
