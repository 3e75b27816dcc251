"""What depends on time, met by the python SDK while the twin's clock stands and is moved by hand:
calls a second, the age of signatures, and jobs that end only in their time."""

import re
import time
import unittest

import twin
from twin import call, control, model, page, person


def move(**change):
    return control("PUT", "clock", change)["now_ms"]


class Clock(twin.Case):
    def setUp(self):
        super().setUp()
        # Each test begins a second that no other has called in, as near to the client's as can be.
        move(mode="real")
        move(mode="frozen")
        move(advance_ms=1000)


class CallsASecond(Clock):
    def spend(self, made_by, action="ListUserStore", times=20, **members):
        for _ in range(times):
            call(made_by, action, **members)

    def told(self, count):
        return {
            "zh-CN": f"您当前每秒请求 `{count}` 次，超过了每秒频率上限 `20`，请稍后重试。",
            "en-US": f"Your current request times equals to `{count}` in a second, which exceeds the "
            "frequency limit `20` for a second. Please reduce the frequency of calls.",
        }

    def test_the_call_after_the_twentieth_is_refused_until_the_second_is_over(self):
        chinese, english = (twin.client("limit", language=language) for language in ("zh-CN", "en-US"))
        self.spend(chinese)
        with self.refused("RequestLimitExceeded", self.told(21)["zh-CN"]):
            call(chinese, "ListUserStore")
        with self.refused("RequestLimitExceeded", self.told(22)["en-US"]):
            call(english, "ListUserStore")
        move(advance_ms=1000)
        self.spend(english)
        with self.refused("RequestLimitExceeded", self.told(21)["en-US"]):
            call(english, "ListUserStore")

    def test_actions_and_tenants_are_counted_apart(self):
        one, other = twin.client("one"), twin.client("other")
        self.spend(one)
        self.spend(other)
        (store,) = (directory.UserStoreId for directory in call(twin.client("third"), "ListUserStore").UserStoreSet)
        third = twin.client("third")
        self.spend(third, "ListJobs", UserStoreId=store)
        self.spend(third, "ListUser", UserStoreId=store, Pageable=page(1))
        for made_by, action, members in (
            (one, "ListUserStore", {}),
            (other, "ListUserStore", {}),
            (third, "ListJobs", {"UserStoreId": store}),
        ):
            with self.refused("RequestLimitExceeded", self.told(21)["zh-CN"]):
                call(made_by, action, **members)

    def test_what_is_refused_is_not_done(self):
        client = twin.client("undone")
        store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
        for number in range(20):
            call(client, "CreateUser", UserStoreId=store, **person(f"u{number}", number))
        with self.refused("RequestLimitExceeded"):
            call(client, "CreateUser", UserStoreId=store, **person("u20", 20))
        self.assertEqual(20, call(client, "ListUser", UserStoreId=store, Pageable=page(1)).Total)


class Expiry(Clock):
    def test_a_signature_lives_five_minutes_either_way(self):
        # The client signs with its own clock, whose seconds go on meanwhile: keep off the edge.
        for ahead in (270, -270):
            move(mode="real")
            move(mode="frozen", advance_ms=ahead * 1000)
            for sign in (None, "HmacSHA1"):
                self.assertTrue(call(twin.client("expiry", sign=sign), "ListUserStore").UserStoreSet)
        for ahead in (330, -330, 86_400):
            move(mode="real")
            now = move(mode="frozen", advance_ms=ahead * 1000)
            text = (
                "Signature expired. Please use local time and enable NTP service for time synchronization "
                f"to avoid a deviation between `Timestamp` and the server time {now // 1000}."
            )
            for sign in (None, "HmacSHA1", "HmacSHA256"):
                with self.subTest(ahead=ahead, sign=sign), self.refused("AuthFailure.SignatureExpire", text):
                    call(twin.client("expiry", sign=sign), "ListUserStore")
            # An old signature is told before an unknown key.
            with self.refused("AuthFailure.SignatureExpire", re.compile("^Signature expired")):
                call(twin.client("expiry", key="AKIDnobody"), "ListUserStore")


class Jobs(Clock):
    def setUp(self):
        super().setUp()
        self.client = twin.client("jobs-" + self._testMethodName[:50])
        self.store = call(self.client, "CreateUserStore", UserPoolName=self.id()).UserStoreId

    def ask(self, action, **members):
        return call(self.client, action, UserStoreId=self.store, **members)

    def export(self, **members):
        return self.ask("CreateFileExportUserJob", **members).Job

    def bring(self, *names):
        return self.ask(
            "CreateApiImportUserJob", DataFlowUserCreateList=[model("ImportUser", UserName=name) for name in names]
        ).Job

    def states(self):
        return [(job.Type, job.Status, job.Location is not None) for job in self.ask("ListJobs").JobSet]

    def test_jobs_go_from_step_to_step(self):
        job = self.bring("anna", "bert")
        self.assertEqual(int(move(advance_ms=0)), job.CreatedDate)
        for status, users in (("PENDING", 0), ("PROCESSING", 0), ("COMPLETED", 2)):
            self.assertEqual([("IMPORT_USER", status, False)], self.states())
            self.assertEqual(users, self.ask("ListUser", Pageable=page(1)).Total)
            move(advance_ms=500)
        self.export(Format="CSV")
        for status, location in (("PENDING", False), ("PROCESSING", False), ("COMPLETED", True), ("COMPLETED", True)):
            self.assertEqual([("EXPORT_USER", status, location), ("IMPORT_USER", "COMPLETED", False)], self.states())
            move(advance_ms=500)

    def test_a_third_unfinished_job_is_refused(self):
        self.bring("anna")
        self.export()
        # It is told before anything is said of the input.
        for attempt in (self.export, self.bring, lambda: self.bring("bert"), lambda: self.export(Format="CSV")):
            with self.refused("FailedOperation.DataFlowTooManyRequests"):
                attempt()
        # Another directory has jobs of its own.
        other = call(self.client, "CreateUserStore", UserPoolName="beside " + self.id()).UserStoreId
        call(self.client, "CreateFileExportUserJob", UserStoreId=other)
        move(advance_ms=1000)
        self.assertEqual([("EXPORT_USER", "COMPLETED", True), ("IMPORT_USER", "COMPLETED", False)], self.states())
        self.export()
        self.bring("bert")

    def test_an_import_of_bad_rows_only_fails(self):
        self.bring("anna", "anna")
        move(advance_ms=1000)
        self.bring("anna", "ANNA", "two words")
        move(advance_ms=1000)
        last, first = self.ask("ListJobs").JobSet
        self.assertEqual(
            ("COMPLETED", ["anna"]), (first.Status, [one.FailedUserIdentification for one in first.FailedUsers])
        )
        self.assertEqual(
            ("FAILED", ["anna", "ANNA", "two words"]),
            (last.Status, [one.FailedUserIdentification for one in last.FailedUsers]),
        )

    def test_users_bear_the_times_of_the_clock(self):
        now = move(advance_ms=0)
        anna = self.ask("CreateUser", **person("anna", 1)).User
        self.assertEqual((now, now), (anna.CreatedDate, anna.LastModifiedDate))
        later = move(advance_ms=60_000)
        self.ask("UpdateUserStatus", UserId=anna.UserId, Status="LOCK")
        seen = self.ask("DescribeUserById", UserId=anna.UserId).User
        self.assertEqual((now, later, later), (seen.CreatedDate, seen.LastModifiedDate, seen.LockTime))
        self.assertLess(abs(later - 60_000 - time.time() * 1000), 60_000)


if __name__ == "__main__":
    unittest.main()
