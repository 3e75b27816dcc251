"""A thousand users, brought in by one job of the python SDK and read page by page: each user once,
in order, with the right total on every page."""

import unittest

import twin
from twin import call, model, page

COUNT = 1000


def row(number):
    return {
        "UserName": f"user-{number:04d}",
        "PhoneNumber": f"+86-139{number:08d}",
        "Email": f"user-{number:04d}@example.com",
        "Nickname": f"Nick {number % 7}",
        "IndexedAttribute1": f"even-{number % 2 == 0}",
    }


class Paging(twin.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = twin.client("paging")
        cls.store = call(cls.client, "CreateUserStore", UserPoolName="thousand").UserStoreId
        rows = [model("ImportUser", **row(number)) for number in range(COUNT)]
        cls.job = call(cls.client, "CreateApiImportUserJob", UserStoreId=cls.store, DataFlowUserCreateList=rows).Job

    def setUp(self):
        super().setUp()
        self.finished(self.client, self.store, self.job)

    def ask(self, action, **members):
        return call(self.client, action, UserStoreId=self.store, **members)

    def walk(self, action, size, total, **members):
        """All pages of a listing; each must say what it is."""
        found, number = [], 1
        while True:
            seen = self.ask(action, Pageable=page(size, number), **members)
            self.assertEqual((total, size, number), (seen.Total, seen.Pageable.PageSize, seen.Pageable.PageNumber))
            self.assertEqual(max(0, min(size, total - (number - 1) * size)), len(seen.Content))
            if not seen.Content:
                return found
            found += seen.Content
            number += 1

    def test_nobody_failed(self):
        self.assertEqual([], self.finished(self.client, self.store, self.job).FailedUsers)
        (store,) = (one for one in call(self.client, "ListUserStore").UserStoreSet if one.UserStoreId == self.store)
        self.assertEqual(COUNT, store.UserNum)

    def test_each_user_is_listed_once(self):
        expected = {tuple(row(number).values()) for number in range(COUNT)}
        orders = []
        for action in ("ListUser", "DescribeUser"):
            for size in (100, 99, 37):
                with self.subTest(action=action, size=size):
                    found = self.walk(action, size, COUNT, Original=True)
                    self.assertEqual(COUNT, len({one.UserId for one in found}))
                    seen = {
                        (one.UserName, one.PhoneNumber, one.Email, one.Nickname, one.IndexedAttribute1) for one in found
                    }
                    self.assertEqual(expected, seen)
                    orders.append([one.UserId for one in found])
        self.assertTrue(all(order == orders[0] for order in orders), "the order is the same however it is read")

    def test_searches_are_paged_in_the_order_asked_for(self):
        for order, backwards in (("ASC", False), ("DESC", True), ("asc", False), (None, True)):
            found = self.walk("DescribeUser", 83, COUNT, Sort=model("Sort", PropertyKey="userName", Order=order))
            self.assertEqual(
                sorted((row(number)["UserName"] for number in range(COUNT)), reverse=backwards),
                [one.UserName for one in found],
            )
        for value, first in (("even-True", 0), ("even-False", 1)):
            found = self.walk(
                "DescribeUser",
                41,
                COUNT // 2,
                Sort=model("Sort", PropertyKey="email", Order="ASC"),
                Filters=[model("QueryUserFilter", PropertyKey="indexedAttribute1", PropertyValue=value)],
            )
            self.assertEqual(
                [row(number)["UserName"] for number in range(first, COUNT, 2)], [one.UserName for one in found]
            )

    def test_filters_are_paged(self):
        def condition(*values, logic=None):
            return model("Filter", Key="condition", Values=list(values), Logic=logic)

        for filters, names in (
            ([condition("user-01")], {row(number)["UserName"] for number in range(100, 200)}),
            (
                [condition("user-01", "user-09")],
                {row(number)["UserName"] for number in (*range(100, 200), *range(900, 1000))},
            ),
            (
                [condition("user-0", logic=True), condition("user-01", logic=False)],
                {row(number)["UserName"] for number in (*range(100), *range(200, 1000))},
            ),
            ([condition("13900000123")], {"user-0123"}),
            ([condition("nobody")], set()),
        ):
            found = self.walk("ListUser", 30, len(names), Filters=filters)
            self.assertEqual(names, {one.UserName for one in found})

    def test_a_page_behind_the_last_is_empty(self):
        for number in (11, 12, 1_000_000):
            for action in ("ListUser", "DescribeUser"):
                seen = self.ask(action, Pageable=page(100, number))
                self.assertEqual((COUNT, [], number), (seen.Total, seen.Content, seen.Pageable.PageNumber))

    def test_pages_of_one(self):
        first = [self.ask("ListUser", Pageable=page(1, number)).Content[0].UserId for number in range(1, 6)]
        self.assertEqual([one.UserId for one in self.ask("ListUser", Pageable=page(5)).Content], first)
        (last,) = self.ask("ListUser", Pageable=page(1, COUNT)).Content
        self.assertEqual(last.UserId, self.ask("ListUser", Pageable=page(100, 10)).Content[-1].UserId)

    def test_what_is_deleted_is_gone_from_every_page(self):
        store = call(self.client, "CreateUserStore", UserPoolName="shrinking").UserStoreId
        rows = [model("ImportUser", **row(number)) for number in range(COUNT)]
        self.finished(
            self.client,
            store,
            call(self.client, "CreateApiImportUserJob", UserStoreId=store, DataFlowUserCreateList=rows).Job,
        )
        names = {row(number)["UserName"] for number in range(COUNT)}
        # The first page is deleted until nothing is left: ten calls of a hundred.
        for left in range(COUNT, 0, -100):
            seen = call(self.client, "ListUser", UserStoreId=store, Pageable=page(100))
            self.assertEqual(left, seen.Total)
            names -= {one.UserName for one in seen.Content}
            call(self.client, "DeleteUsers", UserStoreId=store, UserIds=[one.UserId for one in seen.Content])
        self.assertEqual((0, set()), (call(self.client, "ListUser", UserStoreId=store, Pageable=page(1)).Total, names))


class OtherListings(twin.Case):
    def test_groups_and_log_entries_are_paged(self):
        client = twin.client("listings")
        store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
        groups = [
            call(client, "CreateUserGroup", UserStoreId=store, DisplayName=f"group {number}").UserGroupId
            for number in range(45)
        ]
        for number in range(45):
            call(client, "CreateUser", UserStoreId=store, **twin.person(f"user-{number}", number))
        found, events = [], []
        for number in (1, 2, 3, 4):
            seen = call(client, "ListUserGroups", UserStoreId=store, Pageable=page(20, number))
            log = call(client, "ListLogMessageByCondition", UserStoreId=store, StartTime=0, Pageable=page(20, number))
            self.assertEqual(
                (45, number, 45, number), (seen.Total, seen.Pageable.PageNumber, log.Total, log.Pageable.PageNumber)
            )
            found += [one.UserGroupId for one in seen.Content]
            events += [one.LogId for one in log.Content]
        self.assertCountEqual(groups, found)
        self.assertEqual(45, len(set(events)))


if __name__ == "__main__":
    unittest.main()
