"""What the programs of this folder share: running the unmodified command line in a home of its own,
and reading what it prints."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

URL = os.environ["CLOUDTWIN_URL"]
assert re.fullmatch(r"http://127\.0\.0\.1:\d+", URL), "otherwise it would call the real cloud"

TCCLI = str(pathlib.Path(sys.executable).parent / "tccli")

# How the command line prints the SDK's exception.
REFUSAL = re.compile(r"^\[TencentCloudSDKException\] code:(\S+) message:(.*) requestId:(\S+)$", re.DOTALL)
UUID4 = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


def options(members):
    """Members of a request as options: what is no text is written as JSON."""
    for name, value in members.items():
        yield f"--{name}"
        yield value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fetch(url):
    """Downloads as any program does, without key or signature."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as answer:
        return answer.read()


def journal(tenant):
    """What the twin heard from a tenant."""
    return json.loads(fetch(f"{URL}/_twin/journal?tenant={tenant}"))["entries"]


class Commands(unittest.TestCase):
    """Each class is a tenant, and its commands have a home without any setting."""

    maxDiff = None
    tenant = "tccli"

    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.environment = {
            **os.environ,
            "HOME": str(self.home),
            "TENCENTCLOUD_SECRET_ID": f"{os.environ['TENCENTCLOUD_SECRET_ID']}-{self.tenant}",
        }

    def run_command(self, *arguments, **environment):
        """The command as it ends: exit code, standard output, standard error."""
        done = subprocess.run(
            [TCCLI, *arguments],
            env={**self.environment, **environment},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def call(self, action, arguments, members, environment=None):
        return self.run_command(
            "ciam", action, "--endpoint", URL, *arguments, *options(members), **(environment or {})
        )

    def ciam(self, action, *arguments, **members):
        """What a call that must succeed answers."""
        status, printed, complaint = self.call(action, arguments, members)
        self.assertEqual((0, ""), (status, complaint), printed)
        answer = json.loads(printed)
        if isinstance(answer, dict):
            self.assertRegex(answer.pop("RequestId"), UUID4)
        return answer

    def refused(self, code, action, *arguments, environment=None, **members):
        """The text of a call that must be refused."""
        status, printed, complaint = self.call(action, arguments, members, environment)
        self.assertEqual((255, ""), (status, printed), complaint)
        told = REFUSAL.match(complaint.strip("\n"))
        self.assertTrue(told, complaint)
        self.assertEqual(code, told[1], complaint)
        self.assertRegex(told[3], UUID4)
        return told[2]
