"""Export files in both formats, downloaded as any program does and compared row by row with the
users that were created and with what the listing says."""

import csv
import io
import json
import unittest
import urllib.error

import twin
from twin import HEX32, call, model, page

COUNT = 1000

# Values on which writers of files stumble.
AWKWARD = (
    'say "hello"',
    "comma, semicolon; tab\t",
    "line\nbreak",
    "carriage\r\nreturn",
    " blanks around ",
    "=1+1",
    "'quoted'",
    "王小明",
    "émigré",
    "👩‍🚀",
    "null",
    "0",
    "back\\slash",
    "\u2028separator",
    '{"json": 1}',
    "<tag>&amp;",
    "\ufeffmark",
    '"',
)

# How an export calls the members of a user (`id` and `userGroup` apart, it is the name itself).
CODES = {"UserId": "id", "UserGroups": "userGroup"}


def code(member):
    return CODES.get(member, member[0].lower() + member[1:])


def columns(*pairs):
    return [
        model("ExportPropertyMap", UserPropertyCode=property_code, ColumnName=name) for property_code, name in pairs
    ]


class Export(twin.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = twin.client("export")
        cls.store = call(cls.client, "CreateUserStore", UserPoolName="to be exported").UserStoreId
        cls.groups = [
            call(cls.client, "CreateUserGroup", UserStoreId=cls.store, DisplayName=name).UserGroupId
            for name in ("even", "third")
        ]
        cls.rows = [cls.row(number) for number in range(COUNT)]
        cls.job = call(
            cls.client,
            "CreateApiImportUserJob",
            UserStoreId=cls.store,
            DataFlowUserCreateList=[model("ImportUser", **row) for row in cls.rows],
        ).Job

    @classmethod
    def row(cls, number):
        awkward = AWKWARD[number % len(AWKWARD)]
        made = {
            "UserName": f"user-{number:04d}",
            "Nickname": awkward,
            "Address": AWKWARD[(number // 7) % len(AWKWARD)] * (number % 3),
        }
        if number % 2 == 0:
            made["PhoneNumber"] = f"139{number:08d}"
            made["CustomizationAttributes"] = [
                model("MemberMap", Name="level", Value=awkward),
                model("MemberMap", Name="区", Value=str(number)),
            ]
        if number % 3 == 0:
            made["Email"] = f"User.{number}@Example.com"
            made["Birthdate"] = "1990-03-07"
        if number % 5 == 0:
            made.update(
                Name="王",
                ResidentIdentityCard="110101199003071234",
                IdentityVerified=True,
                IdentityVerificationMethod="nameAndIdCard",
            )
        made["UserGroup"] = [group for group, every in zip(cls.groups, (2, 3)) if number % every == 0]
        return made

    def setUp(self):
        super().setUp()
        self.assertEqual([], self.finished(self.client, self.store, self.job).FailedUsers)

    def ask(self, action, **members):
        return call(self.client, action, UserStoreId=self.store, **members)

    def export(self, store=None, **members):
        """An export and its file, as type, name and bytes."""
        store = store or self.store
        job = call(self.client, "CreateFileExportUserJob", UserStoreId=store, **members).Job
        done = self.finished(self.client, store, job)
        self.assertEqual((job.Id, "EXPORT_USER", members.get("Format", "NDJSON")), (done.Id, done.Type, done.Format))
        extension = done.Format.lower()
        self.assertRegex(done.Location, f"^{twin.URL}/.+/{job.Id}\\.{extension}$")
        headers, content = twin.fetch(done.Location)
        self.assertEqual({"ndjson": "application/x-ndjson", "csv": "text/csv"}[extension], headers["Content-Type"])
        self.assertEqual(str(len(content)), headers["Content-Length"])
        self.assertIn(f"{job.Id}.{extension}", headers["Content-Disposition"])
        return content

    def ndjson(self, content):
        self.assertTrue(content == b"" or content.endswith(b"\n"))
        return [json.loads(line) for line in content.decode().split("\n")[:-1]]

    def csv(self, content):
        self.assertFalse(content.startswith(b"\xef\xbb\xbf"), "no byte order mark")
        self.assertTrue(content.endswith(b"\r\n"))
        return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))

    def listed(self):
        """All users as the listing shows them to who asks for the originals."""
        found = []
        for number in range(1, COUNT // 100 + 1):
            found += self.ask("ListUser", Pageable=page(100, number), Original=True).Content
        return {one.UserName: twin.plain(one) for one in found}

    def test_ndjson_holds_every_member_of_every_user(self):
        users = self.listed()
        self.assertEqual({row["UserName"] for row in self.rows}, set(users))
        rows = self.ndjson(self.export())
        self.assertEqual(COUNT, len(rows))
        by_name = {row["userName"]: row for row in rows}
        for row in self.rows:
            found = by_name[row["UserName"]]
            expected = {code(member): value for member, value in users[row["UserName"]].items()}
            self.assertEqual(expected, {name: found.get(name, "absent") for name in expected})
            self.compare_with_created(
                row,
                {
                    name: found[code(name)]
                    for name in (
                        "Nickname",
                        "Address",
                        "PhoneNumber",
                        "Email",
                        "Birthdate",
                        "ResidentIdentityCard",
                        "UserGroups",
                    )
                },
            )
            self.assertFalse([name for name in found if "password" in name.lower()])

    def compare_with_created(self, row, found):
        expected = {
            "Nickname": row["Nickname"],
            "Address": row["Address"] or None,
            "PhoneNumber": row.get("PhoneNumber"),
            "Email": row.get("Email"),
            "Birthdate": 636768000000 if "Birthdate" in row else None,
            "ResidentIdentityCard": row.get("ResidentIdentityCard"),
            "UserGroups": row["UserGroup"],
        }
        self.assertEqual(expected, found)

    def test_csv_holds_the_same_users(self):
        wanted = (
            ("userName", "user"),
            ("id", "ID"),
            ("nickname", "nick, name"),
            ("address", 'the "address"'),
            ("phoneNumber", "电话"),
            ("email", "mail"),
            ("birthdate", "born"),
            ("userGroup", "groups"),
            ("identityVerified", "verified"),
            ("residentIdentityCard", "card"),
            ("createdDate", "since"),
            ("level", "attribute level"),
            ("区", "区"),
        )
        content = self.export(Format="CSV", ExportPropertyMaps=columns(*wanted))
        head, *rows = self.csv(content)
        self.assertEqual([name for _, name in wanted], head)
        self.assertEqual((COUNT, {len(wanted)}), (len(rows), {len(row) for row in rows}))
        users = self.listed()
        by_name = {row[0]: dict(zip((property_code for property_code, _ in wanted), row)) for row in rows}
        self.assertEqual(COUNT, len(by_name))
        for row in self.rows:
            seen = users[row["UserName"]]
            attributes = {one.Name: one.Value for one in row.get("CustomizationAttributes", [])}
            expected = {
                "userName": row["UserName"],
                "id": seen["UserId"],
                "nickname": row["Nickname"],
                "address": row["Address"],
                "phoneNumber": row.get("PhoneNumber", ""),
                "email": row.get("Email", ""),
                "birthdate": "636768000000" if "Birthdate" in row else "",
                "userGroup": ";".join(row["UserGroup"]),
                "identityVerified": "true" if "IdentityVerified" in row else "false",
                "residentIdentityCard": row.get("ResidentIdentityCard", ""),
                "createdDate": str(seen["CreatedDate"]),
                "level": attributes.get("level", ""),
                "区": attributes.get("区", ""),
            }
            self.assertEqual(expected, by_name[row["UserName"]])

    def test_both_formats_hold_the_same_rows_in_the_same_order(self):
        wanted = columns(("nickname", "b"), ("userName", "a"), ("userGroup", "c"))
        head, *of_csv = self.csv(self.export(Format="CSV", ExportPropertyMaps=wanted))
        of_ndjson = self.ndjson(self.export(Format="NDJSON", ExportPropertyMaps=wanted))
        self.assertEqual(["b", "a", "c"], head)
        self.assertEqual([head] * COUNT, [list(row) for row in of_ndjson], "columns in the order asked for")
        self.assertEqual(of_csv, [[row["b"], row["a"], ";".join(row["c"])] for row in of_ndjson])

    def test_csv_without_columns_has_them_all(self):
        head, *rows = self.csv(self.export(Format="CSV"))
        self.assertEqual(list(self.ndjson(self.export())[0]), head)
        self.assertEqual(COUNT, len(rows))
        members = {code(member) for member in next(iter(self.listed().values()))}
        self.assertEqual(members, set(head) & members, "every member is a column")

    def test_custom_attributes_are_null_where_they_are_absent(self):
        rows = self.ndjson(self.export(ExportPropertyMaps=columns(("username", "user"), ("level", "level"))))
        seen = {row["user"]: row["level"] for row in rows}
        expected = {row["UserName"]: row["Nickname"] if "CustomizationAttributes" in row else None for row in self.rows}
        self.assertEqual(expected, seen)

    def test_filters_choose_the_rows(self):
        def names(*filters):
            content = self.export(
                ExportPropertyMaps=columns(("userName", "name")),
                Filters=[model("Filter", Key=key, Values=values, Logic=logic) for key, values, logic in filters],
            )
            return [row["name"] for row in self.ndjson(content)]

        def expected(holds):
            return [self.rows[number]["UserName"] for number in range(COUNT) if holds(number)]

        even, third = self.groups
        self.assertCountEqual(expected(lambda n: n % 2 == 0), names(("userGroupId", [even], True)))
        self.assertCountEqual(expected(lambda n: n % 2 == 0 or n % 3 == 0), names(("userGroupId", [even, third], None)))
        self.assertCountEqual(
            expected(lambda n: n % 6 == 0), names(("userGroupId", [even], True), ("userGroupId", [third], True))
        )
        self.assertCountEqual(expected(lambda n: n % 2 == 1), names(("userGroupId", [even], False)))
        self.assertCountEqual(expected(lambda n: 100 <= n < 200), names(("condition", ["user-01"], True)))
        self.assertCountEqual(expected(lambda n: n % 3 == 0), names(("condition", ["@example.com"], True)))
        self.assertCountEqual(
            expected(lambda n: 100 <= n < 200 and n % 3 == 0),
            names(("condition", ["user-01"], True), ("userGroupId", [third], True)),
        )
        self.assertEqual([], names(("condition", ["nobody"], True)))

    def test_nobody_to_export(self):
        store = call(self.client, "CreateUserStore", UserPoolName="empty").UserStoreId
        self.assertEqual(b"", self.export(store, Format="NDJSON"))
        self.assertEqual(
            b"name,mail\r\n",
            self.export(store, Format="CSV", ExportPropertyMaps=columns(("userName", "name"), ("email", "mail"))),
        )

    def test_a_file_is_a_snapshot_and_stays(self):
        store = call(self.client, "CreateUserStore", UserPoolName="moving").UserStoreId
        anna = call(self.client, "CreateUser", UserStoreId=store, **twin.person("anna", 1)).User.UserId
        job = call(self.client, "CreateFileExportUserJob", UserStoreId=store).Job
        location = self.finished(self.client, store, job).Location
        first = twin.fetch(location)[1]
        call(self.client, "DeleteUsers", UserStoreId=store, UserIds=[anna])
        self.assertEqual([anna], [row["id"] for row in self.ndjson(twin.fetch(location)[1])])
        self.assertEqual(first, twin.fetch(location)[1])
        self.assertEqual(b"", self.export(store))

    def test_links_cannot_be_guessed_and_need_no_key(self):
        job = self.ask("CreateFileExportUserJob").Job
        location = self.finished(self.client, self.store, job).Location
        secret = [part for part in HEX32.findall(location) if part != job.Id]
        self.assertEqual(1, len(secret), "beside the job's id there is something that nobody knows")
        with self.assertRaises(urllib.error.HTTPError) as missing:
            twin.fetch(location.replace(secret[0], job.Id))
        self.assertEqual(404, missing.exception.code)

    def test_many_jobs_are_listed_newest_first(self):
        store = call(self.client, "CreateUserStore", UserPoolName="busy").UserStoreId
        made = [
            call(self.client, "CreateFileExportUserJob", UserStoreId=store, Format=form).Job.Id
            for form in ("CSV", "NDJSON", "CSV", "NDJSON")
        ]
        self.assertEqual(made[::-1], [job.Id for job in call(self.client, "ListJobs", UserStoreId=store).JobSet])
        asked = [made[0], made[2], "0" * 32]
        self.assertEqual(
            [made[2], made[0]],
            [job.Id for job in call(self.client, "ListJobs", UserStoreId=store, JobIds=asked).JobSet],
        )
        self.assertEqual(4, len(call(self.client, "ListJobs", UserStoreId=store, JobIds=[]).JobSet))


if __name__ == "__main__":
    unittest.main()
