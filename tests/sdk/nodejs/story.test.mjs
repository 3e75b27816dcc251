// The whole life of a user directory through the nodejs SDK: every action of CIAM at least once,
// each effect seen through another action.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ACTIONS,
  HEX32,
  NOWHERE,
  UUID4,
  URL,
  client,
  download,
  finished,
  journal,
  page,
  person,
} from "./twin.mjs";

const TENANT = "node-story";

test("the life of a directory", async () => {
  const made = client({ tenant: TENANT });
  const store = await openDirectory(made);
  const ask = (action, members = {}) => made[action]({ UserStoreId: store, ...members });
  const user = async (id, Original = true) => (await ask("DescribeUserById", { UserId: id, Original })).User;

  const group = await formGroups(ask);
  const anna = await welcome(ask, user, group);
  await change(ask, user, anna);
  const bert = await link(ask, user, anna);
  await bringInAndTakeOut(made, ask, store, group);
  await end(made, ask, user, store, { anna, bert, group });

  // A download is in the journal too, and is no operation.
  const heard = (await journal(TENANT)).filter((entry) => entry.operation);
  assert.equal(ACTIONS.length, 23);
  assert.deepEqual(
    new Set(heard.filter((entry) => entry.outcome === "answered").map((entry) => entry.operation)),
    new Set(ACTIONS),
  );
  // It signs the host without the port and names the product by the address; both are accepted.
  const { headers } = heard[0];
  assert.match(headers.find(([name]) => name === "authorization")[1], /\/127\/tc3_request/);
  assert.match(headers.find(([name]) => name === "host")[1], /^127\.0\.0\.1:\d+$/);
});

async function openDirectory(made) {
  const first = await made.ListUserStore({});
  assert.match(first.RequestId, UUID4);
  assert.deepEqual(
    first.UserStoreSet.map((one) => [one.UserStoreName, one.DefaultStatus, one.UserNum]),
    [["starter", true, 0]],
  );
  const { UserStoreId: store } = await made.CreateUserStore({
    UserPoolName: "Kunden",
    UserPoolDesc: "all of them",
  });
  assert.match(store, HEX32);
  await made.UpdateUserStore({ UserPoolId: store, UserPoolName: "客户" });
  const { UserStoreSet } = await made.ListUserStore({});
  const seen = UserStoreSet.find((one) => one.UserStoreId === store);
  assert.deepEqual(
    [UserStoreSet.length, seen.UserStoreName, seen.UserStoreDesc, seen.DefaultStatus],
    [2, "客户", "all of them", false],
  );
  return store;
}

async function formGroups(ask) {
  const { UserGroupId } = await ask("CreateUserGroup", {
    DisplayName: "crew",
    Description: "who works here",
  });
  await ask("UpdateUserGroup", { UserGroupId, DisplayName: "staff" });
  const listed = await ask("ListUserGroups", {
    Pageable: page(10),
    Filters: [{ Key: "condition", Values: ["staff"] }],
  });
  assert.deepEqual([listed.Total, listed.Pageable], [1, page(10)]);
  assert.deepEqual(
    [listed.Content[0].UserGroupId, listed.Content[0].DisplayName, listed.Content[0].Description],
    [UserGroupId, "staff", "who works here"],
  );
  return UserGroupId;
}

async function welcome(ask, user, group) {
  const given = person("anna", 1, {
    Nickname: "Änne 王 👩‍🚀",
    UserGroup: [group],
    Birthdate: 636768000000,
    Address: null,
    IndexedAttribute1: undefined,
    CustomizationAttributes: [{ Name: "卡号", Value: "7", Type: "STRING" }],
  });
  const { User: anna } = await ask("CreateUser", given);
  assert.equal(Object.keys(anna).length, 45);
  assert.match(anna.UserId, HEX32);
  const expected = {
    UserName: "anna",
    PhoneNumber: "+86-13800000001",
    Email: "anna@example.com",
    Nickname: "Änne 王 👩‍🚀",
    Birthdate: 636768000000,
    Address: null,
    UserGroups: [group],
    UserGroupNames: ["staff"],
    CustomAttributes: [{ Name: "卡号", Value: "7", Type: "STRING" }],
    IndexedAttribute1: null,
    Status: "NOT_ENABLED",
    Primary: true,
    AlreadyFirstLogin: false,
    LastSignOn: null,
    LockType: null,
    LockTime: null,
    UserDataSourceEnum: "管理员添加",
  };
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(anna[name], value, name);
  assert.deepEqual(await user(anna.UserId), anna);
  const masked = await user(anna.UserId, false);
  assert.deepEqual([masked.PhoneNumber, masked.Email], ["+86-138****0001", "ann****@example.com"]);
  const { Users } = await ask("ListUserByProperty", {
    PropertyCode: "phoneNumber",
    PropertyValue: "+86-13800000001",
    Original: true,
  });
  assert.deepEqual(Users, [anna]);
  assert.equal(await user(NOWHERE), null);
  return anna.UserId;
}

async function change(ask, user, anna) {
  const before = await user(anna);
  const { User: after } = await ask("UpdateUser", { UserId: anna, Address: "1 Long Road", UserGroup: [] });
  assert.deepEqual(after, {
    ...before,
    Address: "1 Long Road",
    UserGroups: [],
    UserGroupNames: [],
    LastModifiedDate: after.LastModifiedDate,
  });
  for (const [Status, lock] of [
    ["LOCK", "adminLock"],
    ["FREEZE", null],
    ["NORMAL", null],
  ]) {
    await ask("UpdateUserStatus", { UserId: anna, Status });
    const seen = await user(anna);
    assert.deepEqual([seen.Status, seen.LockType, seen.LockTime === null], [Status, lock, lock === null]);
  }
  await ask("SetPassword", { UserId: anna, Password: "another" });
  assert.ok((await ask("ResetPassword", { UserId: anna })).Password);
  const found = await ask("DescribeUser", {
    Pageable: page(5),
    Filters: [{ PropertyKey: "userName", PropertyValue: "anna", Logic: true }],
  });
  assert.deepEqual([found.Total, found.Content.map((one) => one.UserId)], [1, [anna]]);
}

async function link(ask, user, anna) {
  const {
    User: { UserId: bert },
  } = await ask("CreateUser", person("bert", 2));
  await ask("LinkAccount", { PrimaryUserId: anna, SecondaryUserId: bert, UserLinkedOnAttribute: "EMAIL" });
  assert.deepEqual([(await user(anna)).Primary, (await user(bert)).Primary], [true, false]);
  return bert;
}

async function bringInAndTakeOut(made, ask, store, group) {
  const rows = [
    { UserName: "carl", Birthdate: "1990-03-07", UserGroup: [group] },
    { UserName: "ANNA" },
    { QqOpenId: "qq-1" },
  ];
  const { Job: bringing } = await ask("CreateApiImportUserJob", { DataFlowUserCreateList: rows });
  assert.deepEqual([bringing.Status, bringing.Type, bringing.Location], ["PENDING", "IMPORT_USER", null]);
  const brought = await finished(made, store, bringing);
  assert.deepEqual(
    brought.FailedUsers.map((one) => one.FailedUserIdentification),
    ["ANNA"],
  );
  const listed = await ask("ListUser", {
    Pageable: page(10),
    Filters: [{ Key: "userGroup", Values: [group] }],
  });
  assert.deepEqual(
    listed.Content.map((one) => [one.UserName, one.Birthdate]),
    [["carl", 636768000000]],
  );

  const { Job: taking } = await ask("CreateFileExportUserJob", { Format: "NDJSON" });
  assert.deepEqual([taking.Status, taking.Type, taking.Location], ["PENDING", "EXPORT_USER", null]);
  const { Location } = await finished(made, store, taking);
  assert.ok(Location.startsWith(`${URL}/`), Location);
  const { text } = await download(Location);
  const taken = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    taken.map((row) => [row.userName, row.qqOpenId]).sort(),
    [
      [null, "qq-1"],
      ["anna", null],
      ["bert", null],
      ["carl", null],
    ].sort(),
  );
}

async function end(made, ask, user, store, { anna, bert, group }) {
  await ask("DeleteUsers", { UserIds: [anna, NOWHERE] });
  assert.equal(await user(anna), null);
  assert.equal((await user(bert)).Primary, true);
  const log = await ask("ListLogMessageByCondition", { Pageable: page(10), StartTime: 0 });
  assert.deepEqual(
    log.Content.map((one) => one.EventCode),
    ["USER_DELETE", "ACCOUNT_LINKING", "USER_CREATE", "USER_UPDATE", "USER_CREATE"],
  );
  assert.ok(log.Content.every((one) => one.UserAgent.startsWith("node-fetch/")));
  const { UserGroupDeletedInfo } = await ask("DeleteUserGroups", { UserGroupIds: [group] });
  assert.deepEqual(UserGroupDeletedInfo, { ErrorMessage: "", AppAssociatedUserGroupIds: [] });
  await made.DeleteUserStore({ UserPoolId: store });
  assert.equal((await made.ListUserStore({})).UserStoreSet.length, 1);
}
