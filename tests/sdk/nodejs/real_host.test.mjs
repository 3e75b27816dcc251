// A program that names no endpoint: the SDK calls the vendor's real host, with https.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const { ciam } = createRequire(import.meta.url)("tencentcloud-sdk-nodejs/tencentcloud/services/ciam");

test("the directory", async () => {
  const { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey } = process.env;
  const client = new ciam.v20220331.Client({ credential: { secretId, secretKey }, region: "ap-guangzhou" });
  const answer = await client.ListUserStore({});
  assert.deepEqual(answer.UserStoreSet.map((store) => store.UserStoreName), ["starter"]);
});
