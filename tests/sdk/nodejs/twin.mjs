// What the programs of this folder share: clients of the unmodified SDK, the twin's own interface,
// and what is expected of every refusal.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

// The SDK is installed elsewhere: NODE_PATH leads there, and only `require` follows it.
const require = createRequire(import.meta.url);
const { ciam } = require("tencentcloud-sdk-nodejs/tencentcloud/services/ciam");
const { CommonClient } = require("tencentcloud-sdk-nodejs/tencentcloud/common/common_client");

export const URL = process.env.CLOUDTWIN_URL;
export const ENDPOINT = process.env.CLOUDTWIN_ENDPOINT;
export const KEY = process.env.TENCENTCLOUD_SECRET_ID;
export const SECRET = process.env.TENCENTCLOUD_SECRET_KEY;
export const REGION = process.env.TENCENTCLOUD_REGION;
export const ACTIONS = Object.getOwnPropertyNames(ciam.v20220331.Client.prototype).filter((name) =>
  /^[A-Z]/.test(name),
);

// With an empty endpoint the SDK would call the real cloud.
assert.match(ENDPOINT, /^127\.0\.0\.1:\d+$/);
assert.equal(URL, `http://${ENDPOINT}`);

export const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const HEX32 = /^[0-9a-f]{32}$/;
export const NOWHERE = "0".repeat(32);

function config({
  tenant,
  key,
  secret = SECRET,
  token,
  region = REGION,
  sign,
  language,
  method = "POST",
  endpoint = ENDPOINT,
  protocol = "http://",
} = {}) {
  return {
    credential: { secretId: key ?? (tenant ? `${KEY}-${tenant}` : KEY), secretKey: secret, token },
    region,
    profile: { signMethod: sign, language, httpProfile: { endpoint, protocol, reqMethod: method } },
  };
}

/** A client of the SDK; nothing is special to the twin but the address. */
export function client(options) {
  return new ciam.v20220331.Client(config(options));
}

/** The SDK's client for products that it does not know, and for what its typed client cannot say. */
export function general(version, options) {
  return new CommonClient(ENDPOINT, version, config(options));
}

/** What CreateUser asks for. */
export function person(name, number, members = {}) {
  return {
    UserName: name,
    PhoneNumber: `+86-138${String(number).padStart(8, "0")}`,
    Email: `${name}@example.com`,
    Password: "S3cret-word",
    ...members,
  };
}

export function page(size, number = 1) {
  return { PageSize: size, PageNumber: number };
}

/** The directory with which the tenant begins. */
export async function starter(made) {
  const { UserStoreSet } = await made.ListUserStore({});
  assert.equal(UserStoreSet.length, 1);
  return UserStoreSet[0].UserStoreId;
}

/** Refused: the SDK's own exception carries code, text and request id. */
export async function refused(code, asked, text = /./) {
  await assert.rejects(asked, (error) => {
    assert.equal(error.code, code, String(error));
    assert.match(error.requestId, UUID4);
    assert.equal(error.getRequestId(), error.requestId);
    if (text instanceof RegExp) {
      assert.match(error.message, text);
      assert.notEqual(error.message, code);
    } else {
      assert.equal(error.message, text);
    }
    return true;
  });
}

/** The job once it has ended well, as a client that polls finds it. */
export async function finished(made, store, job) {
  for (let look = 0; look < 50; look += 1) {
    const {
      JobSet: [seen],
    } = await made.ListJobs({ UserStoreId: store, JobIds: [job.Id] });
    if (!["PENDING", "PROCESSING"].includes(seen.Status)) {
      assert.equal(seen.Status, "COMPLETED", JSON.stringify(seen));
      return seen;
    }
  }
  return assert.fail("the job never ends");
}

/** Downloads as any program does, without key or signature. */
export async function download(url) {
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  return { type: answer.headers.get("content-type"), text: await answer.text() };
}

/** What the twin heard from a tenant. */
export async function journal(tenant) {
  const answer = await fetch(`${URL}/_twin/journal?tenant=${tenant}`);
  return (await answer.json()).entries;
}
