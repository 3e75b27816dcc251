// Clients of the nodejs SDK for Tencent Cloud Organization, and the twin's own interface to what
// Identity Center does not show.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { checkAnswer } from "./shapes.mjs";
import { ENDPOINT, KEY, SECRET, URL, UUID4 } from "./twin.mjs";

const require = createRequire(import.meta.url);
const { organization } = require("tencentcloud-sdk-nodejs/tencentcloud/services/organization");
const { Client } = organization.v20210331;

// The zone and the first member account of the starter fixture.
export const ZONE = "z-cloudtwin001";
export const MEMBER = 200000000001;
export const ON_MEMBER = { TargetType: "MemberUin", TargetUin: MEMBER };

// Modelled actions for which this version of the SDK has no method.
export const WITHOUT_METHOD = [
  "AuditPermissionApplyOrder",
  "CreateRoleConfigurationApplyScope",
  "DeleteRoleConfigurationApplyScope",
  "ListPermissionApplyOrders",
  "ListRoleConfigurationApplyScopes",
];

/** The client of a tenant: `ask` calls an action, and `inZone` an action with the zone's id. */
export function center(tenant) {
  const client = new Client({
    credential: { secretId: `${KEY}-${tenant}`, secretKey: SECRET },
    region: "",
    profile: { httpProfile: { endpoint: ENDPOINT, protocol: "http://" } },
  });
  const ask = async (action, members = {}) => {
    const hasMethod = !WITHOUT_METHOD.includes(action);
    assert.equal(typeof client[action], hasMethod ? "function" : "undefined", `the method ${action}`);
    // Each method of the SDK calls `request` with its own name.
    const answer = await (hasMethod ? client[action](members) : client.request(action, members));
    assert.match(answer.RequestId, UUID4, action);
    if (hasMethod) checkAnswer(action, answer);
    return answer;
  };
  const inZone = (action, members = {}) => ask(action, { ZoneId: ZONE, ...members });
  return { tenant, ask, inZone };
}

/** The status of a task once the task has ended, found by polling. */
export async function ended({ inZone }, action, { TaskId, TaskType }) {
  for (let poll = 0; poll < 50; poll += 1) {
    const { TaskStatus } = await inZone(action, { TaskId });
    assert.deepEqual([TaskStatus.TaskId, TaskStatus.TaskType], [TaskId, TaskType]);
    if (TaskStatus.Status !== "InProgress") return TaskStatus;
  }
  return assert.fail(`the task ${TaskId} never ends`);
}

/** Polls a task to its end, which must be success. */
export async function succeeded(zone, action, task) {
  const { Status, FailureReason } = await ended(zone, action, task);
  assert.deepEqual([Status, FailureReason], ["Success", ""]);
}

/** Sends a request to the twin's control interface. */
export async function control(method, path, body) {
  const answer = await fetch(`${URL}/_twin/${path}`, { method, body: body && JSON.stringify(body) });
  const content = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(content));
  return content;
}

/** The actions that the twin models. */
export async function modelledActions() {
  const rows = await control("GET", "operations?service=organization");
  return rows.filter((row) => row.modelled).map((row) => row.operation);
}

/** The CAM users of the first member account: names, and the ids of the users synced to them. */
export async function camUsers({ tenant }) {
  const { users } = await control("GET", `cam/${MEMBER}/users?tenant=${tenant}`);
  return users.map((user) => [user.name, user.user_id]);
}

/** Replaces the CAM users of the first member account. */
export function putCamUsers({ tenant }, users) {
  return control("PUT", `cam/${MEMBER}/users?tenant=${tenant}`, { users });
}
