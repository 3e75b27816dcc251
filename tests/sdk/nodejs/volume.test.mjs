// A thousand users through the nodejs SDK: brought in by one job, paged through, exported in both
// formats; tenants in parallel, and every form in which this SDK can send a request.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { client, download, finished, journal, page, person, refused, starter } from "./twin.mjs";

const COUNT = 1000;
const AWKWARD = 'a+b c&d=e%41/é?王小明#"\'\\~*!()[];:@,👩‍🚀_under.dot\r\n"';

const row = (number) => ({
  UserName: `user-${String(number).padStart(4, "0")}`,
  PhoneNumber: `139${String(number).padStart(8, "0")}`,
  Email: `user-${number}@example.com`,
  Nickname: number % 3 === 0 ? AWKWARD : `Nick ${number}`,
});
const ROWS = Array.from({ length: COUNT }, (_, number) => row(number));

describe("a thousand users", () => {
  const made = client({ tenant: "node-volume" });
  let store;

  before(async () => {
    ({ UserStoreId: store } = await made.CreateUserStore({ UserPoolName: "thousand" }));
    const { Job } = await made.CreateApiImportUserJob({ UserStoreId: store, DataFlowUserCreateList: ROWS });
    assert.deepEqual((await finished(made, store, Job)).FailedUsers, []);
  });

  const expected = () => ROWS.map((one) => Object.values(one)).sort();
  const seen = (users) => users.map((one) => [one.UserName, one.PhoneNumber, one.Email, one.Nickname]).sort();

  for (const action of ["ListUser", "DescribeUser"]) {
    for (const size of [100, 73]) {
      test(`${action} in pages of ${size}`, async () => {
        const found = [];
        for (let number = 1; ; number += 1) {
          const answer = await made[action]({
            UserStoreId: store,
            Pageable: page(size, number),
            Original: true,
          });
          assert.deepEqual([answer.Total, answer.Pageable], [COUNT, page(size, number)]);
          if (answer.Content.length === 0) break;
          found.push(...answer.Content);
        }
        assert.equal(new Set(found.map((one) => one.UserId)).size, COUNT);
        assert.deepEqual(seen(found), expected());
      });
    }
  }

  test("all pages at once", async () => {
    const numbers = Array.from({ length: 10 }, (_, number) => number + 1);
    const pages = await Promise.all(
      numbers.map((number) =>
        made.ListUser({ UserStoreId: store, Pageable: page(100, number), Original: true }),
      ),
    );
    assert.deepEqual(seen(pages.flatMap((one) => one.Content)), expected());
  });

  test("an export as NDJSON", async () => {
    const { Job } = await made.CreateFileExportUserJob({ UserStoreId: store, Format: "NDJSON" });
    const { type, text } = await download((await finished(made, store, Job)).Location);
    assert.equal(type, "application/x-ndjson");
    const lines = text.split("\n");
    assert.equal(lines.pop(), "");
    const rows = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map((one) => [one.userName, one.phoneNumber, one.email, one.nickname]).sort(),
      expected(),
    );
  });

  test("an export as CSV", async () => {
    const names = { userName: "user", phoneNumber: "电话", email: 'the "mail"', nickname: "nick" };
    const ExportPropertyMaps = Object.entries(names).map(([UserPropertyCode, ColumnName]) => ({
      UserPropertyCode,
      ColumnName,
    }));
    const { Job } = await made.CreateFileExportUserJob({
      UserStoreId: store,
      Format: "CSV",
      ExportPropertyMaps,
    });
    const { type, text } = await download((await finished(made, store, Job)).Location);
    assert.equal(type, "text/csv");
    const [head, ...rows] = parse(text);
    assert.deepEqual(head, Object.values(names));
    assert.deepEqual(rows.sort(), expected());
  });
});

/** Reads CSV as RFC 4180 has it, and nothing looser. */
function parse(text) {
  const rows = [];
  let fields = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let end = 0;
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] === "\r\n") {
      rows.push(fields);
      fields = [];
    }
    end = cell.lastIndex;
  }
  assert.equal(end, text.length, `not CSV from ${JSON.stringify(text.slice(end, end + 60))}`);
  return rows;
}

test("every method and signature", async () => {
  for (const method of ["POST", "GET"]) {
    for (const sign of ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"]) {
      const tenant = `node-${method}-${sign}`;
      const made = client({ tenant, method, sign, token: "cloudtwin-token" });
      const store = await starter(made);
      const nickname = AWKWARD.trim();
      const { UserGroupId: group } = await made.CreateUserGroup({
        UserStoreId: store,
        DisplayName: nickname,
      });
      const attributes = Array.from({ length: 12 }, (_, number) => ({
        Name: `attribute_${number}`,
        Value: nickname,
      }));
      const { User } = await made.CreateUser({
        UserStoreId: store,
        ...person("anna", 1, { Nickname: nickname, UserGroup: [group], CustomizationAttributes: attributes }),
      });
      assert.deepEqual(
        [User.Nickname, User.UserGroupNames, User.CustomAttributes.map((one) => [one.Name, one.Value])],
        [nickname, [nickname], attributes.map((one) => [one.Name, one.Value])],
      );
      for (const [Logic, total] of [
        [true, 1],
        [false, 0],
      ]) {
        const listed = await made.ListUser({
          UserStoreId: store,
          Pageable: page(5),
          Original: true,
          Filters: [{ Key: "userGroup", Values: ["none", group], Logic }],
        });
        assert.deepEqual(
          [listed.Total, listed.Content.map((one) => one.PhoneNumber)],
          [total, total ? ["+86-13800000001"] : []],
        );
      }
      await refused(
        "MissingParameter",
        made.ListUser({ UserStoreId: store, Pageable: { PageSize: 5 } }),
        "The request is missing a required parameter `Pageable.PageNumber`.",
      );
      await refused(
        "FailedOperation.UserNameAlreadyExists",
        made.CreateUser({ UserStoreId: store, ...person("anna", 2) }),
      );
      const heard = await journal(tenant);
      assert.deepEqual(new Set(heard.map((entry) => entry.method)), new Set([method]));
      assert.equal(
        heard.every((entry) => entry.headers.some(([name]) => name === "authorization")),
        sign.startsWith("TC3"),
      );
    }
  }
});

test("an endpoint with its scheme", async () => {
  const made = client({ tenant: "node-scheme", protocol: "", endpoint: process.env.CLOUDTWIN_URL });
  assert.equal((await made.ListUserStore({})).UserStoreSet.length, 1);
});

test("two tenants in parallel", async () => {
  const work = async (tenant) => {
    const made = client({ tenant });
    const store = await starter(made);
    await Promise.all(
      Array.from({ length: 60 }, (_, number) =>
        made.CreateUser({ UserStoreId: store, ...person(`user-${number}`, number, { Nickname: tenant }) }),
      ),
    );
    return { store, ...(await made.ListUser({ UserStoreId: store, Pageable: page(100) })) };
  };
  const [a, b] = await Promise.all(["node-a", "node-b"].map(work));
  for (const [listed, tenant] of [
    [a, "node-a"],
    [b, "node-b"],
  ]) {
    assert.deepEqual(
      [listed.Total, new Set(listed.Content.map((one) => one.Nickname))],
      [60, new Set([tenant])],
    );
    assert.equal(new Set(listed.Content.map((one) => one.UserName)).size, 60);
  }
  assert.notEqual(a.Content[0].TenantId, b.Content[0].TenantId);
  await refused(
    "FailedOperation.InvalidUserStore",
    client({ tenant: "node-b" }).ListUser({ UserStoreId: a.store, Pageable: page(1) }),
  );
});
