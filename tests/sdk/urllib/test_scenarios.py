"""A contact centre that misbehaves on purpose, as a plain client of it sees that."""

import http.client
import json
import os
import unittest
import urllib.request

import aicc

URL = os.environ["CLOUDTWIN_URL"]
KEY = os.environ["CLOUDTWIN_AICC_APP_KEY"]
SECRET = os.environ["CLOUDTWIN_AICC_APP_SECRET"]


def control(method, path, data=None):
    """Talks to the twin's own interface."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(f"{URL}/_twin/{path}", data=data, method=method), timeout=60) as answer:
        return json.load(answer)


class Scenarios(unittest.TestCase):
    def setUp(self):
        self.tenant = self.id().rsplit(".", 1)[1].replace("_", "-")[-30:].strip("-")
        self.client = aicc.Client(URL, f"{KEY}-{self.tenant}", SECRET)
        self.addCleanup(control, "DELETE", "scenarios")

    def load(self, *rules):
        """Loads these rules of createTask in place of those that are loaded."""
        rules = (f"[[rule]]\nservice = 'aicc'\noperation = 'createTask'\n{rule}\n" for rule in rules)
        control("PUT", "scenarios", ("name = 'client'\n" + "".join(rules)).encode())

    def submit(self):
        entry = {"action": "CREATE", "userAccount": "ada", "userName": "Ada", "email": "ada@example.com"}
        return self.client.submit([{**entry, "roleIds": ["1672380646005741634"]}])

    def users(self):
        """Who is there once every task is over."""
        control("PUT", "clock", json.dumps({"advance_ms": 60_000}).encode())
        return [user["account"] for user in control("GET", f"aicc/users?tenant={self.tenant}")["users"]]

    def meets(self, kind, effect, at, made):
        self.load(f"at = '{at}'\neffect = {effect}")
        with self.assertRaises(kind):
            self.submit()
        self.assertEqual(["ada"] if made else [], self.users())

    def test_every_code_of_a_task(self):
        rows = control("GET", "operations?service=aicc")
        (row,) = [row for row in rows if row["operation"] == "createTask"]
        codes = row["errors"] + row["errors_forced_only"]
        # After a 401 the client takes a new token; the test below has it.
        codes = [code for code in codes if code != "401"]
        self.assertGreater(len(codes), 10)
        self.load(*(f"at = 'before_handler'\neffect = {{ refuse = '{code}' }}" for code in codes))
        for code in codes:
            with self.subTest(code=code), self.assertRaises(aicc.Refused) as caught:
                self.submit()
            status = int(code) if len(code) == 3 else 200
            self.assertEqual((status, code), (caught.exception.status, caught.exception.code))
        self.assertEqual(1, len(self.submit()))

    def test_an_ended_token_is_replaced_once(self):
        self.load("at = 'before_handler'\neffect = { refuse = '401' }")
        self.assertEqual(1, len(self.submit()))
        self.assertEqual(2, self.client.tokens)

    def test_a_lost_answer_and_the_task_is_done(self):
        self.meets(http.client.RemoteDisconnected, "{ drop = true }", "after_commit", made=True)

    def test_a_reset_and_nothing_is_done(self):
        self.meets(ConnectionResetError, "{ reset = true }", "arrival", made=False)

    def test_a_cut_body_is_no_half_an_answer(self):
        self.meets(http.client.IncompleteRead, "{ cut = 0.5 }", "body", made=True)

    def test_the_words_of_a_middle_box_are_not_json(self):
        effect = "{ status = 502, body = '<h1>Bad Gateway</h1>' }"
        self.meets(json.JSONDecodeError, effect, "arrival", made=False)


if __name__ == "__main__":
    unittest.main()
