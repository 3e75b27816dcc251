"""Refusals as the command line tells them: exit code 255, nothing on standard output, and the SDK's
exception with code, text and request id on standard error."""

import unittest

from commands import Commands, journal

class Refusals(Commands):
    tenant = "tccli-errors"

    store = None

    def setUp(self):
        super().setUp()
        if not self.store:
            # Asked for once: each command takes its second.
            type(self).store = self.ciam("ListUserStore")["UserStoreSet"][0]["UserStoreId"]

    def test_authentication(self):
        # Chinese is what it asks for unless told otherwise.
        for said, unknown, wrong in (
            ((), "SecretId不存在，请输入正确的密钥。", "请求签名验证失败，请检查您的签名计算是否正确。"),
            (("--language", "en-US"), "The SecretId is not found, please ensure that your SecretId is correct.",
             "The provided credentials could not be validated. Please check your signature is correct."),
        ):
            self.assertEqual(unknown, self.refused("AuthFailure.SecretIdNotFound", "ListUserStore", *said, TENCENTCLOUD_SECRET_ID="AKIDnobody"))
            self.assertEqual(wrong, self.refused("AuthFailure.SignatureFailure", "ListUserStore", *said, TENCENTCLOUD_SECRET_KEY="wrong"))
        self.refused("InvalidParameterValue", "ListUserStore", "--region", "Atlantis!")

    def test_parameters(self):
        text = self.refused("MissingParameter", "ListUser", "--UserStoreId", self.store, "--Pageable", '{"PageSize": 10}')
        self.assertEqual("The request is missing a required parameter `Pageable.PageNumber`.", text)
        text = self.refused("InvalidParameter", "ListJobs", "--UserStoreId", self.store, "--JobIds", "[7]")
        self.assertEqual("The value type of parameter `JobIds.0` is not valid, input type should be `string`", text)

    def test_each_entity(self):
        nowhere, in_store = "0" * 32, ("--UserStoreId", self.store)
        self.refused("FailedOperation.InvalidUserStore", "ListJobs", "--UserStoreId", nowhere)
        self.refused("FailedOperation.UserStoreAlreadyExists", "CreateUserStore", "--UserPoolName", "starter")
        self.refused("FailedOperation.UserNotFound", "ResetPassword", *in_store, "--UserId", nowhere)
        self.refused("FailedOperation.UserGroupNotFound", "UpdateUserGroup", *in_store, "--UserGroupId", nowhere, "--DisplayName", "x")
        self.refused("FailedOperation.ImportUserIsEmpty", "CreateApiImportUserJob", *in_store, "--DataFlowUserCreateList", "[]")

    def test_what_it_refuses_itself_never_leaves_it(self):
        before = len(journal(self.tenant))
        for arguments in (("ListUser", "--UserStoreId", self.store), ("ListJobs", "--UserStoreId", self.store, "--Colour", "red"), ("ListUnicorns",)):
            status, printed, complaint = self.run_command("ciam", *arguments)
            self.assertNotEqual(0, status, printed)
            self.assertNotIn("requestId", complaint)
        self.assertEqual(before, len(journal(self.tenant)))


if __name__ == "__main__":
    unittest.main()
