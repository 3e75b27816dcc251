"""Clouds that misbehave on purpose, as the unmodified SDK for Workspace shows them to its user."""

import unittest
import urllib.request

import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions import exceptions
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.retry.backoff_strategy import BackoffStrategies
from huaweicloudsdkworkspace.v2 import WorkspaceClient, model

import twin
from twin import asked

THROTTLED = "{ refuse = 'APIGW.0308', undocumented = true }"


class Scenarios(unittest.TestCase):
    maxDiff = None

    def load(self, *rules):
        """Loads these rules in place of those that are loaded."""
        text = "name = 'sdk'\n" + "".join(f"[[rule]]\n{rule}\n" for rule in rules)
        self.addCleanup(asked, "DELETE", "/_twin/scenarios")
        urllib.request.urlopen(urllib.request.Request(f"{twin.URL}/_twin/scenarios", text.encode(), method="PUT"))


class Codes(Scenarios):
    def forced(self, service, operation, ask):
        """Forces every documented code of the operation once; yields what the SDK raises, and the journal's entry."""
        rows = asked("GET", f"/_twin/operations?service={service}")[2]
        (row,) = [row for row in rows if row["operation"] == operation]
        codes = row["errors"] + row["errors_forced_only"]
        self.assertTrue(codes)
        named = f"service = '{service}'\noperation = '{operation}'\nat = 'arrival'\ncount = 'all tenants'\n"
        self.load(*(f"{named}effect = {{ refuse = '{code}' }}" for code in codes))
        for code in codes:
            with self.subTest(code=code):
                with self.assertRaises(exceptions.SdkException) as caught:
                    ask()
                entry = asked("GET", f"/_twin/journal?service={service}")[2]["entries"][-1]
                self.assertEqual(code, entry["code"])
                yield caught.exception, entry

    def test_every_code_of_an_export(self):
        client = twin.client("forced")
        ask = lambda: client.export_users_new(model.ExportUsersNewRequest())
        for told, entry in self.forced("workspace", "ExportUsersNew", ask):
            is_servers = entry["status"] >= 500
            kind = exceptions.ServerResponseException if is_servers else exceptions.ClientRequestException
            self.assertIs(kind, type(told))
            self.assertEqual((entry["status"], entry["code"]), (told.status_code, told.error_code))
            self.assertEqual(entry["request_id"].replace("-", ""), told.request_id)
            self.assertTrue(told.error_msg)
        self.assertTrue(ask().task_id)

    def test_every_code_of_the_look_up_of_a_project(self):
        number = iter(range(100))
        client = lambda: twin.client(f"forced-{next(number)}", project=None, region="cn-north-4")
        ask = lambda: client().list_users(model.ListUsersRequest())
        for told, entry in self.forced("iam", "KeystoneListProjects", ask):
            # The SDK puts what IAM said into its own text: of a 429 the status alone, else the id too.
            told_status = f"status_code:{entry['status']},request_id:"
            own_id = "" if entry["status"] == 429 else entry["request_id"].replace("-", "")
            self.assertIn(f"{told_status}{own_id},", str(told))
            self.assertIn("Failed to get project id of region 'cn-north-4'", str(told))
        self.assertEqual(0, ask().total_count)


class Roads(Scenarios):
    """What becomes of a request or an answer on its way."""

    def setUp(self):
        self.tenant = self.id().rsplit(".", 1)[1].replace("_", "-")[-30:].strip("-")
        self.client = self.configured(timeout=1)

    def configured(self, **config):
        credentials = BasicCredentials(f"{twin.AK}-{self.tenant}", twin.SK, twin.PROJECT)
        builder = WorkspaceClient.new_builder().with_credentials(credentials)
        return builder.with_http_config(HttpConfig(**config)).with_endpoint(twin.URL).build()

    def make(self, client=None):
        body = model.CreateUserRequest(user_name="ada", user_email="ada@example.com")
        return (client or self.client).create_desktop_user(model.CreateDesktopUserRequest(body=body))

    def count(self, client=None):
        return (client or self.client).list_users(model.ListUsersRequest()).total_count

    def rule(self, effect, at="before_handler", times=1, operation="CreateDesktopUser"):
        return f"service = 'workspace'\noperation = '{operation}'\ntimes = {times}\nat = '{at}'\neffect = {effect}"

    def meets(self, kind, effect, at, made):
        """The call ends with an exception of that class; what was done is kept or not."""
        self.load(self.rule(effect, at))
        with self.assertRaises(kind) as caught:
            self.make()
        self.assertEqual(int(made), self.count())
        return caught.exception

    def test_throttled_twice_the_retries_of_an_invoker_succeed(self):
        self.load(self.rule(THROTTLED, times=2))
        body = model.CreateUserRequest(user_name="ada", user_email="ada@example.com")
        invoker = self.client.create_desktop_user_invoker(model.CreateDesktopUserRequest(body=body))
        is_throttled = lambda answer, error: getattr(error, "status_code", None) == 429
        made = invoker.with_retry(is_throttled, 3, BackoffStrategies.NONE).invoke()
        self.assertRegex(made.id, twin.HEX32)
        entries = asked("GET", f"/_twin/journal?tenant={self.tenant}")[2]["entries"]
        self.assertEqual(["APIGW.0308", "APIGW.0308", None], [entry["code"] for entry in entries])

    def test_throttled_twice_the_retries_of_a_client_repeat_reads_alone(self):
        client = self.configured(retry_times=3)
        self.load(self.rule(THROTTLED, times=2, operation="ListUsers"), self.rule(THROTTLED, times=2))
        self.assertEqual(0, self.count(client))
        with self.assertRaises(exceptions.ClientRequestException) as caught:
            self.make(client)
        self.assertEqual((429, "APIGW.0308"), (caught.exception.status_code, caught.exception.error_code))
        entries = asked("GET", f"/_twin/journal?tenant={self.tenant}")[2]["entries"]
        self.assertEqual(["APIGW.0308", "APIGW.0308", None, "APIGW.0308"], [entry["code"] for entry in entries])

    def test_a_lost_answer_is_a_broken_connection_and_the_work_is_done(self):
        self.meets(exceptions.ConnectionException, "{ drop = true }", "after_commit", made=True)

    def test_a_reset_is_a_broken_connection_and_nothing_is_done(self):
        told = self.meets(exceptions.ConnectionException, "{ reset = true }", "arrival", made=False)
        self.assertIn("reset by peer", str(told))

    def test_the_words_of_a_middle_box_are_a_server_error(self):
        effect = "{ status = 502, body = '<h1>Bad Gateway</h1>' }"
        told = self.meets(exceptions.ServerResponseException, effect, "before_handler", made=False)
        self.assertEqual((502, "502", "<h1>Bad Gateway</h1>"), (told.status_code, told.error_code, told.error_msg))

    def test_a_cut_body_is_an_error_and_no_half_an_answer(self):
        # The SDK lets the exceptions of its HTTP library pass here, and where it waits too long.
        self.meets(requests.exceptions.ChunkedEncodingError, "{ cut = 0.5 }", "body", made=True)

    def test_a_client_does_not_wait_for_ever_and_the_work_is_done(self):
        self.meets(requests.exceptions.ReadTimeout, "{ delay = 5.0 }", "after_commit", made=True)

    def test_bytes_that_are_no_answer_are_a_broken_connection(self):
        self.meets(exceptions.ConnectionException, "{ garbage = 'SSH-2.0' }", "body", made=True)


if __name__ == "__main__":
    unittest.main()
