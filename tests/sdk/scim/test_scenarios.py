"""A SCIM endpoint that misbehaves on purpose, as the SCIM client library shows that to its user."""

import json
import unittest
import urllib.request

from scim2_models import SCIMException

import twin

TENANT = "forced"


def control(method, path, data=None):
    """Talks to the twin's own interface."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(f"{twin.URL}/_twin/{path}", data=data, method=method)
    with opener.open(asked, timeout=60) as answer:
        return json.load(answer)


class Codes(unittest.TestCase):
    def test_every_code_of_a_new_user(self):
        client = twin.client(TENANT)
        User = client.get_resource_model("User")
        make = lambda: client.create(User.model_validate({"userName": "ada", "active": True}))
        rows = control("GET", "operations?service=scim")
        (row,) = [row for row in rows if row["operation"] == "CreateUser"]
        codes = row["errors"] + row["errors_forced_only"]
        self.assertGreater(len(codes), 3)
        rule = "[[rule]]\nservice = 'scim'\noperation = 'CreateUser'\nat = 'before_handler'\n"
        rules = (f"{rule}effect = {{ refuse = '{code}' }}\n" for code in codes)
        self.addCleanup(control, "DELETE", "scenarios")
        control("PUT", "scenarios", ("name = 'client'\n" + "".join(rules)).encode())
        for code in codes:
            with self.subTest(code=code), self.assertRaises(SCIMException) as caught:
                make()
            told = caught.exception
            # A status, a code of Identity Center before the text, or a word of RFC 7644.
            self.assertIn(code, (str(told.status), str(told).split(":")[0], told.scim_type))
            self.assertTrue(str(told))
        self.assertEqual("ada", make().user_name)


if __name__ == "__main__":
    unittest.main()
