"""The whole life of a user directory by command line, with arguments in every form that it takes:
plain, JSON, unfolded with dots, and from a file."""

import csv
import io
import json
import unittest

from commands import URL, Commands, fetch, journal

PAGE = {"PageSize": 10, "PageNumber": 1}


class Story(Commands):
    tenant = "tccli-story"

    def in_store(self, action, *arguments, **members):
        return self.ciam(action, *arguments, UserStoreId=self.store, **members)

    def test_the_life_of_a_directory(self):
        self.store = self.ciam("CreateUserStore", UserPoolName="客户", UserPoolDesc="all of them")[
            "UserStoreId"
        ]
        names = self.ciam("ListUserStore", "--filter", "UserStoreSet[].UserStoreName")
        self.assertEqual(["starter", "客户"], names)
        self.ciam("UpdateUserStore", UserPoolId=self.store, UserPoolName="customers")
        self.group = self.in_store("CreateUserGroup", DisplayName="staff")["UserGroupId"]
        self.in_store("UpdateUserGroup", UserGroupId=self.group, DisplayName="Mitarbeiter")

        anna = self.welcome()
        self.change(anna)
        self.search(anna)
        self.bring_in()
        self.take_out(anna)
        self.end(anna)

        # A download is in the journal too, and is no operation.
        heard = [entry for entry in journal(self.tenant) if entry["operation"]]
        self.assertEqual({"answered"}, {entry["outcome"] for entry in heard})
        listed = json.loads(fetch(f"{URL}/_twin/operations?service=ciam"))
        self.assertEqual({row["operation"] for row in listed}, {entry["operation"] for entry in heard})
        # Without a switch for http, the address is taken with its scheme, into the host header too.
        self.assertEqual(
            {URL}, {value for entry in heard for name, value in entry["headers"] if name == "host"}
        )

    def welcome(self):
        attributes = [{"Name": "卡号", "Value": "7", "Type": "STRING"}]
        contact = {"PhoneNumber": "+86-13800000001", "Email": "anna@example.com", "Password": "S3cret word"}
        more = {"Nickname": "Änne", "UserGroup": [self.group], "Birthdate": 636768000000}
        anna = self.in_store(
            "CreateUser", UserName="anna", **contact, **more, CustomizationAttributes=attributes
        )["User"]
        self.assertEqual(45, len(anna))
        self.assertEqual(("NOT_ENABLED", "Änne"), (anna["Status"], anna["Nickname"]))
        self.assertEqual(([self.group], 636768000000), (anna["UserGroups"], anna["Birthdate"]))
        self.assertEqual(attributes, anna["CustomAttributes"])
        return anna["UserId"]

    def change(self, anna):
        self.in_store("UpdateUser", UserId=anna, Address="1 Long Road")
        self.in_store("SetPassword", UserId=anna, Password="another")
        self.assertTrue(self.in_store("ResetPassword", UserId=anna)["Password"])
        self.in_store("UpdateUserStatus", UserId=anna, Status="LOCK")
        seen = self.in_store("DescribeUserById", UserId=anna, Original="True")["User"]
        expected = ("1 Long Road", "LOCK", "+86-13800000001", "anna@example.com")
        self.assertEqual(expected, (seen["Address"], seen["Status"], seen["PhoneNumber"], seen["Email"]))

    def search(self, anna):
        masked = self.in_store("DescribeUserById", UserId=anna, Original="False")["User"]
        self.assertEqual(("+86-138****0001", "ann****@example.com"), (masked["PhoneNumber"], masked["Email"]))
        found = self.in_store("ListUserByProperty", PropertyCode="email", PropertyValue="anna@example.com")
        self.assertEqual([masked], found["Users"])
        unfolded = {
            "Pageable.PageSize": "5",
            "Pageable.PageNumber": "1",
            "Filters.0.PropertyKey": "userName",
            "Filters.0.PropertyValue": "anna",
            "Filters.1.PropertyKey": "email",
            "Filters.1.PropertyValue": "x",
            "Filters.1.OperateLogic": "!=",
            "Sort.PropertyKey": "id",
            "Sort.Order": "ASC",
        }
        found = self.in_store("DescribeUser", "--cli-unfold-argument", **unfolded)
        self.assertEqual(
            {"Total": 1, "Pageable": {"PageSize": 5, "PageNumber": 1}, "Content": [masked]}, found
        )

    def ended(self, job):
        """The job once it has ended well: the command line itself asks until then."""
        waiter = {"expr": "JobSet[0].Status", "to": "COMPLETED", "timeout": 30, "interval": 1}
        (done,) = self.in_store("ListJobs", "--waiter", json.dumps(waiter), JobIds=[job["Id"]])["JobSet"]
        self.assertEqual((job["Id"], job["Type"]), (done["Id"], done["Type"]))
        return done

    def bring_in(self):
        row = {"Nickname": 'a "quoted", name', "UserGroup": [self.group]}
        self.rows = [{"UserName": f"user-{number}", **row} for number in range(50)]
        order = self.home / "import.json"
        given = {"UserStoreId": self.store, "DataFlowUserCreateList": [*self.rows, {"UserName": "anna"}]}
        order.write_text(json.dumps(given), encoding="utf-8")
        job = self.ciam("CreateApiImportUserJob", "--cli-input-json", f"file://{order}")["Job"]
        self.assertEqual(("IMPORT_USER", "PENDING"), (job["Type"], job["Status"]))
        failed = [one["FailedUserIdentification"] for one in self.ended(job)["FailedUsers"]]
        self.assertEqual(["anna"], failed)
        self.assertEqual(51, self.in_store("ListUser", Pageable=PAGE)["Total"])

    def take_out(self, anna):
        filters = [{"Key": "condition", "Values": ["user-0"], "Logic": True}]
        (other,) = self.in_store("ListUser", Pageable=PAGE, Filters=filters)["Content"]
        linked = {"PrimaryUserId": anna, "SecondaryUserId": other["UserId"], "UserLinkedOnAttribute": "EMAIL"}
        self.in_store("LinkAccount", **linked)

        wanted = {"userName": "who", "nickname": "昵称"}
        columns = [{"UserPropertyCode": code, "ColumnName": name} for code, name in wanted.items()]
        job = self.in_store("CreateFileExportUserJob", Format="CSV", ExportPropertyMaps=columns)["Job"]
        location = self.ended(job)["Location"]
        self.assertTrue(location.startswith(URL + "/"), location)
        head, *lines = csv.reader(io.StringIO(fetch(location).decode(), newline=""), strict=True)
        self.assertEqual(list(wanted.values()), head)
        self.assertCountEqual(
            [["anna", "Änne"], *([row["UserName"], row["Nickname"]] for row in self.rows)], lines
        )

    def end(self, anna):
        self.in_store("DeleteUsers", UserIds=[anna, "0" * 32])
        self.assertIsNone(self.in_store("DescribeUserById", UserId=anna)["User"])
        log = self.in_store("ListLogMessageByCondition", Pageable=PAGE, StartTime=0)
        events = ["USER_DELETE", "ACCOUNT_LINKING", "USER_UPDATE", "USER_CREATE"]
        self.assertEqual(events, [one["EventCode"] for one in log["Content"]])
        deleted = self.in_store("DeleteUserGroups", UserGroupIds=[self.group])
        self.assertEqual(
            {"ErrorMessage": "", "AppAssociatedUserGroupIds": []}, deleted["UserGroupDeletedInfo"]
        )
        self.assertEqual(0, self.in_store("ListUserGroups", Pageable=PAGE)["Total"])
        self.ciam("DeleteUserStore", UserPoolId=self.store)
        self.assertEqual(1, len(self.ciam("ListUserStore")["UserStoreSet"]))


class Settings(Commands):
    tenant = "tccli-settings"

    def test_settings_once_written_are_enough(self):
        key, secret = (self.environment[f"TENCENTCLOUD_SECRET_{part}"] for part in ("ID", "KEY"))
        for name in [name for name in self.environment if name.startswith("TENCENTCLOUD_")]:
            del self.environment[name]
        account = ("secretId", key, "secretKey", secret, "region", "ap-guangzhou")
        usage = ("output", "json", "language", "en-US", "ciam.endpoint", URL)
        status, _, complaint = self.run_command("configure", "set", *account, *usage)
        self.assertEqual((0, ""), (status, complaint))
        told = self.run_command("ciam", "ListUserStore", "--filter", "UserStoreSet[0].UserStoreName")
        self.assertEqual((0, '"starter"\n', ""), told)
        self.assertIn(["x-tc-language", "en-US"], journal(self.tenant)[-1]["headers"])


if __name__ == "__main__":
    unittest.main()
