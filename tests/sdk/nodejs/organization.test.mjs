// Identity Center through the nodejs SDK: a zone's users and groups, and a user sync from its first
// poll to its end.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { ENDPOINT, KEY, SECRET, URL, refused } from "./twin.mjs";

const require = createRequire(import.meta.url);
const { organization } = require("tencentcloud-sdk-nodejs/tencentcloud/services/organization");

const TENANT = "node-zone";
const MEMBER = 200000000001;

function client() {
  return new organization.v20210331.Client({
    credential: { secretId: `${KEY}-${TENANT}`, secretKey: SECRET },
    region: "",
    profile: { httpProfile: { endpoint: ENDPOINT, protocol: "http://" } },
  });
}

test("the life of a zone", async () => {
  const made = client();
  const { ZoneId } = await made.DescribeIdentityCenter({});
  const ask = (action, members = {}) => made[action]({ ZoneId, ...members });

  const { UserInfo: anna } = await ask("CreateUser", { UserName: "anna", Email: "anna@example.com" });
  assert.equal((await ask("GetUser", { UserId: anna.UserId })).UserInfo.UserName, "anna");
  const { GroupInfo: staff } = await ask("CreateGroup", { GroupName: "staff" });
  await ask("AddUserToGroup", { GroupId: staff.GroupId, UserId: anna.UserId });
  const { GroupMembers, IsTruncated } = await ask("ListGroupMembers", { GroupId: staff.GroupId });
  assert.deepEqual([GroupMembers.map((one) => one.UserId), IsTruncated], [[anna.UserId], false]);
  await refused("InvalidParameter.UserAlreadyExistsGroup", ask("DeleteUser", { UserId: anna.UserId }));

  const item = {
    PrincipalType: "Group",
    PrincipalId: staff.GroupId,
    TargetType: "MemberUin",
    TargetUin: MEMBER,
    DuplicationStrategy: "KeepBoth",
    DeletionStrategy: "Delete",
  };
  const { Tasks } = await ask("CreateUserSyncProvisioning", { UserSyncProvisionings: [item] });
  await finished(ask, Tasks[0].TaskId);
  assert.deepEqual(await camUsers(), ["anna"]);
  const { Tasks: gone } = await ask("DeleteUserSyncProvisioning", {
    UserProvisioningId: Tasks[0].UserProvisioningId,
  });
  await finished(ask, gone.TaskId);
  assert.deepEqual(await camUsers(), []);
});

/** The task once it has ended well, as a client that polls finds it. */
async function finished(ask, TaskId) {
  for (let look = 0; look < 50; look += 1) {
    const { TaskStatus } = await ask("GetProvisioningTaskStatus", { TaskId });
    if (TaskStatus.Status !== "InProgress") {
      assert.equal(TaskStatus.Status, "Success", JSON.stringify(TaskStatus));
      return;
    }
  }
  assert.fail("the task never ends");
}

async function camUsers() {
  const answer = await fetch(`${URL}/_twin/cam/${MEMBER}/users?tenant=${TENANT}`);
  return (await answer.json()).users.map((one) => one.name);
}
