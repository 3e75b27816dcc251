// Users, groups and user syncs of a zone.

import assert from "node:assert/strict";

import { MEMBER, ON_MEMBER, camUsers, ended, putCamUsers, succeeded } from "./center.mjs";
import { refused } from "./twin.mjs";

const POLL = "GetProvisioningTaskStatus";
const UNKNOWN_USER = "u-000000000000";

/** Two users; their ids. */
export async function createUsers({ inZone }) {
  const given = { UserName: "anna", FirstName: "Anna", DisplayName: "Änne 王", Email: "anna@example.com" };
  const { Password, ...created } = (await inZone("CreateUser", given)).UserInfo;
  assert.ok(Password, "the password is shown once");
  assert.deepEqual([created.UserStatus, created.UserType], ["Enabled", "Manual"]);
  const anna = created.UserId;
  assert.deepEqual((await inZone("GetUser", { UserId: anna })).UserInfo, { ...created, ...given });
  const bert = (await inZone("CreateUser", { UserName: "bert" })).UserInfo.UserId;
  await refused("InvalidParameter.UsernameAlreadyExists", inZone("CreateUser", { UserName: "ANNA" }));
  await refused("InvalidParameter.UsernameFormatError", inZone("CreateUser", { UserName: "a b" }));
  await refused(
    "InvalidParameter.EmailAlreadyExists",
    inZone("UpdateUser", { UserId: bert, NewEmail: "Anna@example.com" }),
  );

  const { UserInfo: changed } = await inZone("UpdateUser", { UserId: anna, NewDisplayName: "Anna A" });
  assert.deepEqual([changed.DisplayName, changed.FirstName], ["Anna A", "Anna"]);
  await inZone("UpdateUserStatus", { UserId: bert, NewUserStatus: "Disabled" });
  const names = (listed) => listed.Users.map((one) => one.UserName);
  assert.deepEqual(names(await inZone("ListUsers", { UserStatus: "Disabled" })), ["bert"]);
  const first = await inZone("ListUsers", { MaxResults: 1 });
  assert.deepEqual([first.TotalCounts, first.IsTruncated, names(first)], [2, true, ["bert"]]);
  const last = await inZone("ListUsers", { MaxResults: 1, NextToken: first.NextToken });
  assert.deepEqual([last.IsTruncated, last.NextToken, names(last)], [false, "", ["anna"]]);
  await refused("InvalidParameter.NextTokenInvalid", inZone("ListUsers", { NextToken: "%" }));
  await refused("ResourceNotFound.UserNotExist", inZone("GetUser", { UserId: UNKNOWN_USER }));
  return { anna, bert };
}

/** A group with one of the users; its id. */
export async function formGroups({ inZone }, { anna, bert }) {
  const { GroupInfo: made } = await inZone("CreateGroup", { GroupName: "crew", Description: "d" });
  const GroupId = made.GroupId;
  const { GroupInfo: changed } = await inZone("UpdateGroup", { GroupId, NewGroupName: "staff" });
  assert.deepEqual([changed.GroupName, changed.Description], ["staff", "d"]);
  await refused("InvalidParameter.GroupNameAlreadyExists", inZone("CreateGroup", { GroupName: "Staff" }));
  for (const UserId of [anna, bert]) await inZone("AddUserToGroup", { GroupId, UserId });
  await refused(
    "InvalidParameter.GroupUserAlreadyExists",
    inZone("AddUserToGroup", { GroupId, UserId: anna }),
  );
  await inZone("RemoveUserFromGroup", { GroupId, UserId: bert });
  await refused(
    "InvalidParameter.GroupUserNotExist",
    inZone("RemoveUserFromGroup", { GroupId, UserId: bert }),
  );

  const members = await inZone("ListGroupMembers", { GroupId });
  assert.deepEqual(
    [members.TotalCounts, members.IsTruncated, members.GroupMembers.map((one) => one.UserId)],
    [1, false, [anna]],
  );
  const joined = async (UserId) => (await inZone("ListJoinedGroupsForUser", { UserId })).JoinedGroups;
  assert.deepEqual(
    (await joined(anna)).map((one) => [one.GroupId, one.GroupName]),
    [[GroupId, "staff"]],
  );
  assert.deepEqual(await joined(bert), []);
  const { GroupInfo: read } = await inZone("GetGroup", { GroupId });
  assert.deepEqual([read.MemberCount, read.GroupType], [1, "Manual"]);
  const selected = async (user) => (await inZone("ListGroups", { FilterUsers: [user] })).Groups[0].IsSelected;
  assert.deepEqual([await selected(anna), await selected(bert)], [true, false]);
  await refused("InvalidParameter.UserAlreadyExistsGroup", inZone("DeleteUser", { UserId: anna }));
  await refused("FailedOperation.DeleteGroupNotAllowExistUser", inZone("DeleteGroup", { GroupId }));
  return GroupId;
}

/** A user and her group are synced to an account in which her name is taken. */
export async function syncUsers(zone, { anna, staff }) {
  const { inZone } = zone;
  await putCamUsers(zone, [{ name: "anna" }]);
  const strategies = { DuplicationStrategy: "KeepBoth", DeletionStrategy: "Delete" };
  const user = { PrincipalType: "User", PrincipalId: anna, ...ON_MEMBER, ...strategies };
  const group = { ...user, PrincipalType: "Group", PrincipalId: staff };
  const create = (...items) => inZone("CreateUserSyncProvisioning", { UserSyncProvisionings: items });
  await refused("FailedOperation.OrganizationMemberNotExist", create(group, { ...user, TargetUin: 7 }));
  const { Tasks } = await create(user, group);
  assert.deepEqual(
    Tasks.map((one) => [one.TaskType, one.TaskStatus, one.PrincipalName]),
    [
      ["StartProvisioning", "InProgress", "anna"],
      ["StartProvisioning", "InProgress", "staff"],
    ],
  );
  for (const task of Tasks) await succeeded(zone, POLL, task);
  const synced = [
    ["anna", null],
    ["anna_cic", anna],
  ];
  assert.deepEqual(await camUsers(zone), synced);
  await refused("FailedOperation.UserProvisioningAlreadyExists", create(user));

  const [ofUser, ofGroup] = Tasks.map((one) => ({ UserProvisioningId: one.UserProvisioningId }));
  await inZone("UpdateUserSyncProvisioning", { ...ofUser, NewDescription: "for anna" });
  const { UserProvisioning: read } = await inZone("GetUserSyncProvisioning", ofUser);
  assert.deepEqual([read.Description, read.TargetName, read.Status], ["for anna", "production", "Enabled"]);
  const listed = async () => {
    const answer = await inZone("ListUserSyncProvisionings", { TargetUin: MEMBER });
    return answer.UserProvisionings.map((one) => one.PrincipalName);
  };
  assert.deepEqual(await listed(), ["staff", "anna"]);

  // The deletion answers one object, not a list.
  const remove = async (sync) => (await inZone("DeleteUserSyncProvisioning", sync)).Tasks;
  await succeeded(zone, POLL, await remove(ofUser));
  assert.deepEqual([await listed(), await camUsers(zone)], [["staff"], synced], "the group still brings her");
  await putCamUsers(zone, [{ name: "anna" }, { name: "anna_cic", has_access_keys: true }]);
  const failed = await ended(zone, POLL, await remove(ofGroup));
  assert.equal(failed.Status, "Failed");
  assert.match(failed.FailureReason, /^FailedOperation\.SyncUserHasAccessKey: /);
  assert.deepEqual([await listed(), await camUsers(zone)], [["staff"], synced]);
  await putCamUsers(zone, [{ name: "anna" }, { name: "anna_cic" }]);
  await succeeded(zone, POLL, await remove(ofGroup));
  assert.deepEqual([await listed(), await camUsers(zone)], [[], [["anna", null]]]);
  await refused("ResourceNotFound.UserProvisioningNotFound", inZone("GetUserSyncProvisioning", ofUser));
  await refused("ResourceNotFound.UserProvisioningTaskNotFound", inZone(POLL, { TaskId: "t-000000000000" }));
}

/** Deletes what the zone still has, and reads that it is empty. */
export async function dissolve({ inZone }, { anna, bert, staff }) {
  const counts = async () => {
    const { ZoneStatistics: has } = await inZone("GetZoneStatistics");
    return [has.UserCount, has.GroupCount, has.RoleConfigurationCount, has.UserProvisioningCount];
  };
  assert.deepEqual(await counts(), [2, 1, 0, 0]);
  await inZone("RemoveUserFromGroup", { GroupId: staff, UserId: anna });
  await inZone("DeleteGroup", { GroupId: staff });
  for (const UserId of [anna, bert]) await inZone("DeleteUser", { UserId });
  await refused("ResourceNotFound.UserNotExist", inZone("GetUser", { UserId: anna }));
  await refused("InvalidParameter.GroupNotExist", inZone("GetGroup", { GroupId: staff }));
  assert.deepEqual(await counts(), [0, 0, 0, 0]);
}
