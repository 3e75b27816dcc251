"""The endpoint passes the compliance tester whole. Its values are random, so it runs ten times."""

import unittest

from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

import twin

TIMES = 10
CHECKS = 62
GOOD = (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE)

# What the endpoint says that it does not support.
SKIPPED = {"search_with_attributes"}


class Compliance(unittest.TestCase):
    maxDiff = None

    def test_every_check_passes_ten_times_in_a_row(self):
        http = twin.http("compliance")
        for run in range(TIMES):
            results = check_server(SyncSCIMClient(http))
            bad = [
                f"{one.status.name} {one.resource_type} {one.title}: {one.reason}"
                for one in results
                if one.status not in GOOD and not (one.status is Status.SKIPPED and one.title in SKIPPED)
            ]
            self.assertEqual([], bad, f"run {run}")
            self.assertEqual(CHECKS, sum(one.status in GOOD for one in results), "all checks ran")
            for kind in ("/Users", "/Groups"):
                self.assertEqual(0, http.get(kind).json()["totalResults"], "the tester cleans up")


if __name__ == "__main__":
    unittest.main()
