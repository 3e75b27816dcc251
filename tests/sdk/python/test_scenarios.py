"""Clouds that misbehave on purpose, as the unmodified python SDK shows them to its user."""

import unittest
import urllib.request

import center
import twin
from center import MEMBER, ZONE
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.retry import StandardRetryer
from twin import call


class Scenarios(twin.Case):
    def load(self, *rules):
        """Loads these rules in place of those that are loaded."""
        text = "name = 'sdk'\n" + "".join(f"[[rule]]\n{rule}\n" for rule in rules)
        twin.fetch(urllib.request.Request(f"{twin.URL}/_twin/scenarios", data=text.encode(), method="PUT"))
        self.addCleanup(twin.control, "DELETE", "scenarios")


class Codes(Scenarios):
    def forced(self, service, operation, ask):
        """Every documented code of the operation is the code of the SDK's exception."""
        rows = twin.control("GET", f"operations?service={service}")
        (row,) = [row for row in rows if row["operation"] == operation]
        codes = row["errors"] + row["errors_forced_only"]
        self.assertGreater(len(codes), 5)
        named = f"service = '{service}'\noperation = '{operation}'\nat = 'before_handler'\n"
        self.load(*(f"{named}effect = {{ refuse = '{code}' }}" for code in codes))
        for code in codes:
            with self.subTest(code=code), self.refused(code):
                ask()
        self.assertTrue(ask(), "each rule acts once")

    def test_every_code_of_an_export(self):
        client = twin.client("forced")
        store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
        self.forced(
            "ciam", "CreateFileExportUserJob", lambda: call(client, "CreateFileExportUserJob", UserStoreId=store)
        )

    def test_every_code_of_a_user_sync(self):
        client = center.client("forced")
        user = center.call(client, "CreateUser", ZoneId=ZONE, UserName="ada").UserInfo.UserId
        sync = {
            "PrincipalId": user,
            "PrincipalType": "User",
            "TargetType": "MemberUin",
            "TargetUin": MEMBER,
            "DuplicationStrategy": "KeepBoth",
            "DeletionStrategy": "Delete",
        }
        self.forced(
            "organization",
            "CreateUserSyncProvisioning",
            lambda: center.call(client, "CreateUserSyncProvisioning", ZoneId=ZONE, UserSyncProvisionings=[sync]),
        )


class Roads(Scenarios):
    """What becomes of a request or an answer on its way."""

    def setUp(self):
        super().setUp()
        self.tenant = self.id().rsplit(".", 1)[1].replace("_", "-")[-30:].strip("-")
        self.client = twin.client(self.tenant, reqTimeout=1)

    def make(self):
        return call(self.client, "CreateUserStore", UserPoolName="people")

    def rule(self, effect, at="before_handler", times=1):
        return f"operation = 'CreateUserStore'\ntimes = {times}\nat = '{at}'\neffect = {effect}"

    def made(self):
        """Whether the directory is there beside the starter's."""
        return len(call(self.client, "ListUserStore").UserStoreSet) == 2

    def meets(self, code, effect, at, made):
        """The call ends with the SDK's own exception of that code; what was done is kept or not."""
        self.load(self.rule(effect, at))
        with self.assertRaises(TencentCloudSDKException) as caught:
            self.make()
        self.assertEqual((code, None), (caught.exception.get_code(), caught.exception.get_request_id()))
        self.assertEqual(made, self.made())
        return str(caught.exception.get_message())

    def codes(self):
        return [entry["code"] for entry in twin.journal(self.tenant) if entry["operation"] == "CreateUserStore"]

    def test_throttled_twice_a_client_that_tries_again_succeeds(self):
        self.load(self.rule("{ refuse = 'RequestLimitExceeded' }", times=2))
        for _ in range(2):
            with self.refused("RequestLimitExceeded"):
                self.make()
        self.assertTrue(self.make().UserStoreId)
        self.assertEqual(["RequestLimitExceeded", "RequestLimitExceeded", None], self.codes())

    def test_the_retries_of_the_sdk_repeat_a_call_that_succeeded(self):
        # `StandardRetryer` never forgets the first error: it goes on after a success.
        self.load(self.rule("{ refuse = 'RequestLimitExceeded' }", times=2))
        self.client.profile.retryer = StandardRetryer(max_attempts=4, backoff_fn=lambda attempt: 0)
        with self.refused("FailedOperation.UserStoreAlreadyExists"):
            self.make()
        expected = ["RequestLimitExceeded", "RequestLimitExceeded", None, "FailedOperation.UserStoreAlreadyExists"]
        self.assertEqual(expected, self.codes())
        self.assertTrue(self.made())

    def test_a_lost_answer_is_a_network_error_and_the_work_is_done(self):
        text = self.meets("ClientNetworkError", "{ drop = true }", "after_commit", made=True)
        self.assertIn("closed connection without response", text)

    def test_a_reset_is_a_network_error_and_nothing_is_done(self):
        text = self.meets("ClientNetworkError", "{ reset = true }", "arrival", made=False)
        self.assertIn("reset by peer", text)

    def test_the_words_of_a_middle_box_are_a_server_error(self):
        effect = "{ status = 502, body = '<h1>Bad Gateway</h1>' }"
        text = self.meets("ServerNetworkError", effect, "before_handler", made=False)
        self.assertIn("<h1>Bad Gateway</h1>", text)

    def test_a_cut_body_is_an_error_and_no_half_an_answer(self):
        text = self.meets("ChunkedEncodingError", "{ cut = 0.5 }", "body", made=True)
        self.assertIn("more expected", text)

    def test_bytes_that_are_no_answer_are_a_network_error(self):
        self.meets("ClientNetworkError", "{ garbage = 'SSH-2.0' }", "body", made=True)

    def test_a_client_does_not_wait_for_ever_and_the_work_is_done(self):
        text = self.meets("ClientNetworkError", "{ delay = 5.0 }", "after_commit", made=True)
        self.assertIn("Read timed out", text)

    def test_a_body_that_dribbles_is_whole(self):
        self.load(self.rule("{ dribble = { bytes = 20, pause = 0.02 } }", "body"))
        self.assertRegex(self.make().UserStoreId, f"^{twin.HEX32.pattern}$")


if __name__ == "__main__":
    unittest.main()
