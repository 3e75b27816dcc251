"""Refusals as the command line tells them: exit code 255, nothing on standard output, and the SDK's
exception with code, text and request id on standard error."""

import unittest

from commands import Commands, journal

NOWHERE = "0" * 32

# Chinese is what it asks for unless told otherwise.
UNKNOWN_KEY = {
    (): "SecretId不存在，请输入正确的密钥。",
    ("--language", "en-US"): "The SecretId is not found, please ensure that your SecretId is correct.",
}
WRONG_SECRET = {
    (): "请求签名验证失败，请检查您的签名计算是否正确。",
    ("--language", "en-US"): "The provided credentials could not be validated. "
    "Please check your signature is correct.",
}


class Refusals(Commands):
    tenant = "tccli-errors"
    store = None

    def setUp(self):
        super().setUp()
        if not self.store:
            # Asked for once: each command takes its second.
            type(self).store = self.ciam("ListUserStore")["UserStoreSet"][0]["UserStoreId"]

    def told(self, code, action, **members):
        return self.refused(code, action, UserStoreId=self.store, **members)

    def test_authentication(self):
        for said, text in UNKNOWN_KEY.items():
            wrong = {"TENCENTCLOUD_SECRET_ID": "AKIDnobody"}
            told = self.refused("AuthFailure.SecretIdNotFound", "ListUserStore", *said, environment=wrong)
            self.assertEqual(text, told)
        for said, text in WRONG_SECRET.items():
            wrong = {"TENCENTCLOUD_SECRET_KEY": "wrong"}
            told = self.refused("AuthFailure.SignatureFailure", "ListUserStore", *said, environment=wrong)
            self.assertEqual(text, told)
        self.refused("InvalidParameterValue", "ListUserStore", "--region", "Atlantis!")

    def test_parameters(self):
        text = self.told("MissingParameter", "ListUser", Pageable={"PageSize": 10})
        self.assertEqual("The request is missing a required parameter `Pageable.PageNumber`.", text)
        text = self.told("InvalidParameter", "ListJobs", JobIds=[7])
        self.assertEqual(
            "The value type of parameter `JobIds.0` is not valid, input type should be `string`", text
        )

    def test_each_entity(self):
        self.refused("FailedOperation.InvalidUserStore", "ListJobs", UserStoreId=NOWHERE)
        self.refused("FailedOperation.UserStoreAlreadyExists", "CreateUserStore", UserPoolName="starter")
        self.told("FailedOperation.UserNotFound", "ResetPassword", UserId=NOWHERE)
        self.told(
            "FailedOperation.UserGroupNotFound", "UpdateUserGroup", UserGroupId=NOWHERE, DisplayName="x"
        )
        self.told("FailedOperation.ImportUserIsEmpty", "CreateApiImportUserJob", DataFlowUserCreateList=[])

    def test_what_it_refuses_itself_never_leaves_it(self):
        before = len(journal(self.tenant))
        in_store = ("--UserStoreId", self.store)
        for arguments in (
            ("ListUser", *in_store),
            ("ListJobs", *in_store, "--Colour", "red"),
            ("ListUnicorns",),
        ):
            status, printed, complaint = self.run_command("ciam", *arguments)
            self.assertNotEqual(0, status, printed)
            self.assertNotIn("requestId", complaint)
        self.assertEqual(before, len(journal(self.tenant)))


if __name__ == "__main__":
    unittest.main()
