"""The day of a synchroniser: a token, batches, polling, failures, a token that ends, a new one. The
twin's clock stands; the program moves it where another would wait."""

import json
import os
import unittest
import urllib.request

import aicc

URL = os.environ["CLOUDTWIN_URL"]
KEY = os.environ["CLOUDTWIN_AICC_APP_KEY"]
SECRET = os.environ["CLOUDTWIN_AICC_APP_SECRET"]

ROLE = "1672380646005741634"


def control(method, path, body=None):
    """Talks to the twin's own interface."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/_twin/{path}", data=data, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)


def wait(ms=250):
    control("PUT", "clock", {"advance_ms": ms})


def create(account, **members):
    return {
        "action": "CREATE",
        "userAccount": account,
        "userName": f"Name {account}",
        "email": f"{account}@example.com",
        "roleIds": [ROLE],
        **members,
    }


class Story(unittest.TestCase):
    maxDiff = None

    def client(self, tenant, **options):
        return aicc.Client(URL, f"{KEY}-{tenant}", SECRET, **options)

    def refused(self, status, code, ask):
        with self.assertRaises(aicc.Refused) as caught:
            ask()
        self.assertEqual((status, code), (caught.exception.status, caught.exception.code))

    def test_a_day_of_a_synchroniser(self):
        client = self.client("day")
        granted = client.renew()
        self.assertEqual({str}, {type(value) for value in granted.values()})
        self.assertEqual(("600", f"{KEY}-day"), (granted["Expires"], granted["AppKey"]))

        (task,) = client.submit([create("anna"), create("bert", roleIds=["7"]), create("zhang", userName="张三")])
        self.assertEqual("TODO", client.call("queryTask", {"taskId": task})["taskInfo"]["status"])
        (failed,) = client.finished(task, wait)
        self.assertEqual(create("bert", roleIds=["7"]), failed["federationUser"])
        self.assertEqual(("200-103", "The role does not exist."), (failed["failCode"], failed["failMessage"]))
        self.assertEqual(1, client.tokens)

        # The token ends meanwhile; the client meets 401, takes a new one and goes on.
        old = client.token
        wait(600_000)
        tasks = client.submit(
            [create("bert"), {"action": "MODIFY", "userAccount": "anna", "userName": "Anna", "roleIds": []}]
        )
        self.assertEqual(2, client.tokens)
        self.assertNotEqual(old, client.token)
        tasks += client.submit([{"action": "DISABLE", "userAccount": name} for name in ("bert", "nobody")])
        failures = [client.finished(task, wait) for task in tasks]
        accounts = [[one["federationUser"]["userAccount"] for one in some] for some in failures]
        self.assertEqual([[], ["nobody"]], accounts)

        users = control("GET", "aicc/users?tenant=day")["users"]
        self.assertEqual(
            [("anna", "Anna", [], True), ("bert", "Name bert", [ROLE], False), ("zhang", "张三", [ROLE], True)],
            [(user["account"], user["name"], user["role_ids"], user["enabled"]) for user in users],
        )
        (late,) = control("GET", "journal?code=401")["entries"]
        self.assertEqual("createTask", late["operation"])
        self.assertRegex(late["explanation"], "^the token expired at ")

    def test_250_changes_go_in_three_batches(self):
        client = self.client("many", life=3600)
        tasks = client.submit([create(f"user-{number:03}") for number in range(250)])
        self.assertEqual(3, len(set(tasks)))
        self.assertEqual(sorted(tasks), tasks)
        self.assertEqual([[], [], []], [client.finished(task, wait) for task in tasks])
        self.assertEqual(250, len(control("GET", "aicc/users?tenant=many")["users"]))
        self.assertEqual(1, client.tokens)

    def test_refusals_have_their_status_and_code(self):
        client = self.client("refused")
        self.refused(200, "100-103", lambda: client.call("createTask", {"federationUserList": [create("a")] * 101}))
        self.refused(200, "100-207", lambda: client.submit([create("a b")]))
        self.refused(200, "100-302", lambda: client.finished("1659444411225432066", wait))
        self.refused(404, "404", lambda: client.call("deleteTask", {}))
        self.refused(403, "403", aicc.Client(URL, KEY, "guess").renew)
        self.refused(403, "403", aicc.Client(URL, "nobody", SECRET).renew)


if __name__ == "__main__":
    unittest.main()
