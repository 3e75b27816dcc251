"""Two tenants at once, each with several clients of the python SDK in threads of their own: they
share one twin, do the very same things, and never meet."""

import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import twin
from twin import call, model, page, person

TENANTS = ("a", "b")
THREADS = 4
USERS = 25


class Tenants(twin.Case):
    def test_two_tenants_in_parallel_never_meet(self):
        gate = threading.Barrier(len(TENANTS) * THREADS)
        stores = {
            name: call(twin.client(name), "CreateUserStore", UserPoolName="the same name").UserStoreId
            for name in TENANTS
        }

        def work(tenant, thread):
            client, made = twin.client(tenant), []
            gate.wait()
            for number in range(thread * USERS, (thread + 1) * USERS):
                given = person(f"user-{number}", number, Nickname=tenant)
                made.append(call(client, "CreateUser", UserStoreId=stores[tenant], **given).User)
                seen = call(client, "DescribeUserById", UserStoreId=stores[tenant], UserId=made[-1].UserId).User
                self.assertEqual((tenant, f"user-{number}"), (seen.Nickname, seen.UserName))
            return made

        with ThreadPoolExecutor(len(TENANTS) * THREADS) as pool:
            running = {
                (tenant, thread): pool.submit(work, tenant, thread) for tenant in TENANTS for thread in range(THREADS)
            }
        made = {
            tenant: [user for thread in range(THREADS) for user in running[tenant, thread].result()]
            for tenant in TENANTS
        }

        accounts, ids = set(), set()
        for tenant in TENANTS:
            client = twin.client(tenant)
            self.assertEqual(
                {f"user-{number}" for number in range(THREADS * USERS)}, {user.UserName for user in made[tenant]}
            )
            listed = call(client, "ListUser", UserStoreId=stores[tenant], Pageable=page(100))
            self.assertEqual(THREADS * USERS, listed.Total)
            self.assertEqual({user.UserId for user in made[tenant]}, {user.UserId for user in listed.Content})
            self.assertEqual({tenant}, {user.Nickname for user in listed.Content})
            self.assertEqual(
                {"starter", "the same name"}, {one.UserStoreName for one in call(client, "ListUserStore").UserStoreSet}
            )
            accounts |= {user.TenantId for user in made[tenant]}
            ids |= {user.UserId for user in made[tenant]}
            log = call(client, "ListLogMessageByCondition", UserStoreId=stores[tenant], Pageable=page(1), StartTime=0)
            self.assertEqual(THREADS * USERS, log.Total)
        self.assertEqual((2, len(TENANTS) * THREADS * USERS), (len(accounts), len(ids)))
        answered = [entry["request_id"] for tenant in TENANTS for entry in twin.journal(tenant)]
        self.assertEqual(len(answered), len(set(answered)), "no two answers have the same request id")

    def test_nothing_of_one_is_reached_by_the_other(self):
        one, other = (twin.client(f"{name}-apart") for name in TENANTS)
        store = call(one, "CreateUserStore", UserPoolName="private").UserStoreId
        anna = call(one, "CreateUser", UserStoreId=store, **person("anna", 1)).User.UserId
        group = call(one, "CreateUserGroup", UserStoreId=store, DisplayName="staff").UserGroupId
        job = call(one, "CreateFileExportUserJob", UserStoreId=store).Job.Id
        own = call(other, "ListUserStore").UserStoreSet[0].UserStoreId

        for action, members in (
            ("ListUser", {"Pageable": page(1)}),
            ("DescribeUserById", {"UserId": anna}),
            ("DeleteUsers", {"UserIds": [anna]}),
            ("ListUserGroups", {"Pageable": page(1)}),
            ("ListJobs", {"JobIds": [job]}),
            ("CreateFileExportUserJob", {}),
        ):
            with self.subTest(action=action), self.refused("FailedOperation.InvalidUserStore"):
                call(other, action, UserStoreId=store, **members)
        for action, members in (("UpdateUserStore", {"UserPoolName": "mine"}), ("DeleteUserStore", {})):
            with self.subTest(action=action), self.refused("FailedOperation.UserStoreNotExist"):
                call(other, action, UserPoolId=store, **members)
        self.assertIsNone(call(other, "DescribeUserById", UserStoreId=own, UserId=anna).User)
        self.assertEqual([], call(other, "ListJobs", UserStoreId=own, JobIds=[job]).JobSet)
        with self.refused("FailedOperation.UserGroupNotFound"):
            call(other, "CreateUser", UserStoreId=own, **person("bert", 2, UserGroup=[group]))
        call(other, "DeleteUsers", UserStoreId=own, UserIds=[anna])
        self.assertEqual("anna", call(one, "DescribeUserById", UserStoreId=store, UserId=anna).User.UserName)

    def test_one_is_reset_without_the_other(self):
        one, other = (twin.client(f"{name}-reset") for name in TENANTS)
        for client in (one, other):
            store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
            call(client, "CreateUser", UserStoreId=store, **person("anna", 1))
        twin.control("POST", "reset?tenant=a-reset")
        counts = [
            [(directory.UserStoreName, directory.UserNum) for directory in call(client, "ListUserStore").UserStoreSet]
            for client in (one, other)
        ]
        self.assertEqual([[("starter", 0)], [("starter", 1)]], counts)

    def test_jobs_of_both_run_side_by_side(self):
        def work(tenant):
            client = twin.client(f"{tenant}-jobs")
            store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
            rows = [model("ImportUser", UserName=f"{tenant}-{number}") for number in range(300)]
            self.finished(
                client,
                store,
                call(client, "CreateApiImportUserJob", UserStoreId=store, DataFlowUserCreateList=rows).Job,
            )
            done = self.finished(
                client, store, call(client, "CreateFileExportUserJob", UserStoreId=store, Format="CSV").Job
            )
            return twin.fetch(done.Location)[1].decode()

        with ThreadPoolExecutor(len(TENANTS)) as pool:
            files = dict(zip(TENANTS, pool.map(work, TENANTS)))
        for tenant, text in files.items():
            names = {cell for line in text.splitlines() for cell in line.split(",") if cell.startswith(("a-", "b-"))}
            self.assertEqual({f"{tenant}-{number}" for number in range(300)}, names)


if __name__ == "__main__":
    unittest.main()
