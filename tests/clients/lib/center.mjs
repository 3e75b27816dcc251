// Tencent's own nodejs SDK for Identity Center, with its exceptions sorted by what they mean for the next attempt.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { Failed } from "./steady.mjs";

// NODE_PATH leads to the SDK, and only `require` follows it.
const require = createRequire(import.meta.url);
const { Client } = require("tencentcloud-sdk-nodejs/tencentcloud/services/organization").organization.v20210331;

const ZONE = "z-cloudtwin001";
const MEMBER = 200000000001;

/** The people of the table; those who are new have a name without a number. */
export function people() {
  const file = process.env.ZOO_PEOPLE ?? new URL("../people.csv", import.meta.url);
  const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const [name, email] = line.split(",");
    return { name, email, isNew: !/\d/.test(name) };
  });
}

function kind(error) {
  const code = error.code ?? "";
  if (/^RequestLimitExceeded|RateLimitExceeded$/.test(code)) return "throttled";
  // Without an id no service has answered.
  if (!error.requestId || /^(InternalError|ServiceUnavailable)/.test(code)) return "unknown";
  return code.endsWith("AlreadyExists") ? "exists" : "refused";
}

export class Center {
  constructor() {
    this.client = new Client({
      credential: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY },
      region: "",
      profile: { httpProfile: { endpoint: process.env.CLOUDTWIN_ENDPOINT, protocol: "http://", reqTimeout: 3 } },
    });
  }

  /** The answer of an action in the zone. */
  async call(action, members) {
    try {
      return await this.client[action]({ ZoneId: ZONE, ...members });
    } catch (error) {
      throw new Failed(kind(error), `${action}: ${error.code ?? ""} ${error.message}`);
    }
  }

  provisioning(user) {
    return {
      PrincipalId: user,
      PrincipalType: "User",
      TargetType: "MemberUin",
      TargetUin: MEMBER,
      DuplicationStrategy: "TakeOver",
      DeletionStrategy: "Delete",
    };
  }

  incomplete(message) {
    return new Failed("unknown", message);
  }

  failed(message) {
    return new Failed("refused", message);
  }
}
