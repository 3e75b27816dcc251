// Every shape of error as the nodejs SDK tells it: its own exception with code, text and request
// id. It names no language unless it is told to, and then the texts are English.

import assert from "node:assert/strict";
import { test } from "node:test";

import { NOWHERE, client, general, page, person, refused, starter } from "./twin.mjs";

const SIGNS = ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"];

const TEXTS = {
  "en-US": {
    unknown: "The SecretId is not found, please ensure that your SecretId is correct.",
    wrong: "The provided credentials could not be validated. Please check your signature is correct.",
  },
  "zh-CN": {
    unknown: "SecretId不存在，请输入正确的密钥。",
    wrong: "请求签名验证失败，请检查您的签名计算是否正确。",
  },
};

test("authentication, in each language", async () => {
  for (const sign of SIGNS) {
    for (const language of [undefined, "en-US", "zh-CN"]) {
      const { unknown, wrong } = TEXTS[language ?? "en-US"];
      const keyless = client({ key: "AKIDnobody", language, sign });
      await refused("AuthFailure.SecretIdNotFound", keyless.ListUserStore({}), unknown);
      await refused(
        "AuthFailure.SignatureFailure",
        client({ secret: "wrong", language, sign }).ListUserStore({}),
        wrong,
      );
    }
    await refused("AuthFailure.TokenFailure", client({ token: "of-somebody-else", sign }).ListUserStore({}));
  }
  const skipped = general("2022-03-31").request("ListUserStore", {}, { skipSign: true });
  await refused(
    "AuthFailure.InvalidAuthorization",
    skipped,
    /^The request `Authorization` header does not conform to tencentcloud standards: /,
  );
});

test("actions, versions and regions", async () => {
  const unicorns =
    "The request action=`ListUnicorns` is invalid or not found in service=`ciam` and version=`2022-03-31`.";
  await refused("InvalidAction", client().request("ListUnicorns", {}), unicorns);
  // Neither address nor signature name the product here, so an unknown version may be of any.
  await refused(
    "NoSuchVersion",
    general("2099-01-01").request("ListUserStore", {}),
    /^The specified api version=`2099-01-01` does not exist in service=`.*`\. $/,
  );
  await refused(
    "InvalidParameterValue",
    client({ region: "Atlantis!" }).ListUserStore({}),
    "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used.",
  );
  await refused(
    "MissingParameter",
    client({ region: null }).ListUserStore({}),
    /^The request is missing a required parameter `(X-TC-)?Region`\.$/,
  );
});

test("parameters", async () => {
  const made = client({ tenant: "node-parameters" });
  const store = await starter(made);
  const listing = { UserStoreId: store, Pageable: page(10) };
  const missing = (name) => `The request is missing a required parameter \`${name}\`.`;
  await refused("MissingParameter", made.ListJobs({}), missing("UserStoreId"));
  await refused(
    "MissingParameter",
    made.ListUser({ ...listing, Pageable: { PageSize: 1 } }),
    missing("Pageable.PageNumber"),
  );
  await refused("MissingParameter", made.ListUser({ ...listing, Pageable: null }), missing("Pageable"));
  await refused(
    "InvalidParameter",
    made.ListJobs({ UserStoreId: 7 }),
    "The value type of parameter `UserStoreId` is not valid, input type should be `string`",
  );
  await refused(
    "InvalidParameter",
    made.ListUser({ ...listing, Pageable: page("10") }),
    /^The value type of parameter `Pageable\.PageSize` is not valid, input type should be `\w+`$/,
  );
  await refused(
    "InvalidParameter",
    made.ListUser({ ...listing, Filters: [{ Values: "x" }] }),
    /^The value type of parameter `Filters\.0\.Values` is not valid/,
  );
  // Unknown members are dropped by other SDKs; this one sends them.
  await refused(
    "UnknownParameter",
    made.ListJobs({ UserStoreId: store, Colour: "red" }),
    "The parameter `Colour` is not recognized.",
  );
  await refused(
    "UnknownParameter",
    made.ListUser({ ...listing, Filters: [{ Name: "x" }] }),
    "The parameter `Filters.0.Name` is not recognized.",
  );
  await refused("InvalidParameter.ParameterIllegal", made.ListUser({ ...listing, Pageable: page(101) }));
  await refused("InvalidParameterValue", made.CreateFileExportUserJob({ UserStoreId: store, Format: "PDF" }));
  // Not the empty text: of that it sends another body than it signs.
  for (const body of [[], "text"]) await refused("InvalidParameter", made.request("ListUserStore", body));
});

test("each entity", async () => {
  const made = client({ tenant: "node-business" });
  const store = await starter(made);
  const {
    User: { UserId: anna },
  } = await made.CreateUser({ UserStoreId: store, ...person("anna", 1) });
  const {
    User: { UserId: bert },
  } = await made.CreateUser({ UserStoreId: store, ...person("bert", 2) });
  await made.CreateUserGroup({ UserStoreId: store, DisplayName: "staff" });
  await made.UpdateUserStatus({ UserStoreId: store, UserId: bert, Status: "FREEZE" });
  const before = await made.ListUser({ UserStoreId: store, Pageable: page(100), Original: true });
  const told = (code, action, members) =>
    refused(`FailedOperation.${code}`, made[action]({ UserStoreId: store, ...members }));

  await refused("FailedOperation.UserStoreAlreadyExists", made.CreateUserStore({ UserPoolName: "starter" }));
  await refused("FailedOperation.UserStoreNotExist", made.UpdateUserStore({ UserPoolId: NOWHERE }));
  await told("InvalidUserStore", "ListJobs", { UserStoreId: NOWHERE });
  await told("UserNameAlreadyExists", "CreateUser", person("Anna", 3));
  await told("PhoneNumberAlreadyExists", "CreateUser", person("carl", 1));
  await told("EmailAlreadyExists", "UpdateUser", { UserId: bert, Email: "ANNA@example.com" });
  await told("EmailIsNull", "CreateUser", person("carl", 3, { Email: "" }));
  await told("AttributeFormatError", "CreateUser", person("carl", 3, { Email: "nowhere" }));
  await told("IndexedAttributeTooLong", "UpdateUser", { UserId: anna, IndexedAttribute1: "x".repeat(513) });
  await told("UserNotFound", "UpdateUser", { UserId: NOWHERE });
  await told("InvalidUserStatusEnum", "UpdateUserStatus", { UserId: anna, Status: "GONE" });
  await told("UserIsFreeze", "ResetPassword", { UserId: bert });
  await told("PasswordIsNull", "SetPassword", { UserId: anna, Password: "" });
  await told("UserGroupNameAlreadyExists", "CreateUserGroup", { DisplayName: "staff" });
  await told("UserGroupNotFound", "UpdateUserGroup", { UserGroupId: NOWHERE, DisplayName: "x" });
  await told("SecondaryUserNotFound", "LinkAccount", {
    PrimaryUserId: anna,
    SecondaryUserId: NOWHERE,
    UserLinkedOnAttribute: "EMAIL",
  });
  await told("QueryUsersParameterMustInWhitelist", "DescribeUser", {
    Pageable: page(1),
    Filters: [{ PropertyKey: "nickname" }],
  });
  await told("ImportUserIsEmpty", "CreateApiImportUserJob", { DataFlowUserCreateList: [] });

  const after = await made.ListUser({ UserStoreId: store, Pageable: page(100), Original: true });
  assert.deepEqual(
    { ...after, RequestId: "" },
    { ...before, RequestId: "" },
    "what is refused changes nothing",
  );
});
