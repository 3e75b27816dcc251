"""The whole life of a user directory by command line, with arguments in every form that it takes:
plain, JSON, unfolded with dots, and from a file."""

import csv
import io
import json
import unittest

from commands import URL, Commands, fetch, journal

PAGE = ("--Pageable", '{"PageSize": 10, "PageNumber": 1}')


class Story(Commands):
    tenant = "tccli-story"

    def in_store(self, action, *arguments):
        return self.ciam(action, "--UserStoreId", self.store, *arguments)

    def test_the_life_of_a_directory(self):
        self.store = self.ciam("CreateUserStore", "--UserPoolName", "客户", "--UserPoolDesc", "all of them")["UserStoreId"]
        names = self.ciam("ListUserStore", "--filter", "UserStoreSet[].UserStoreName")
        self.assertEqual(["starter", "客户"], names)
        self.ciam("UpdateUserStore", "--UserPoolId", self.store, "--UserPoolName", "customers")

        group = self.in_store("CreateUserGroup", "--DisplayName", "staff")["UserGroupId"]
        self.in_store("UpdateUserGroup", "--UserGroupId", group, "--DisplayName", "Mitarbeiter")
        anna = self.in_store(
            "CreateUser", "--UserName", "anna", "--PhoneNumber", "+86-13800000001", "--Email", "anna@example.com", "--Password", "S3cret word",
            "--Nickname", "Änne", "--UserGroup", json.dumps([group]), "--Birthdate", "636768000000",
            "--CustomizationAttributes", '[{"Name": "卡号", "Value": "7", "Type": "STRING"}]',
        )["User"]
        self.assertEqual(45, len(anna))
        self.assertEqual(("NOT_ENABLED", "Änne", [group], 636768000000), (anna["Status"], anna["Nickname"], anna["UserGroups"], anna["Birthdate"]))
        self.change(anna["UserId"])
        self.bring_in_and_take_out(anna["UserId"], group)
        self.end(anna["UserId"], group)

        heard = journal(self.tenant)
        self.assertEqual({"answered"}, {entry["outcome"] for entry in heard})
        self.assertEqual(23, len({entry["operation"] for entry in heard}))
        # Without a switch for http, the address is taken with its scheme, into the host header too.
        self.assertEqual({URL}, {value for entry in heard for name, value in entry["headers"] if name == "host"})

    def change(self, anna):
        self.in_store("UpdateUser", "--UserId", anna, "--Address", "1 Long Road")
        self.in_store("SetPassword", "--UserId", anna, "--Password", "another")
        self.assertTrue(self.in_store("ResetPassword", "--UserId", anna)["Password"])
        self.in_store("UpdateUserStatus", "--UserId", anna, "--Status", "LOCK")
        original = self.in_store("DescribeUserById", "--UserId", anna, "--Original", "True")["User"]
        self.assertEqual(("1 Long Road", "LOCK", "+86-13800000001"), (original["Address"], original["Status"], original["PhoneNumber"]))
        masked = self.in_store("DescribeUserById", "--UserId", anna, "--Original", "False")["User"]
        self.assertEqual(("+86-138****0001", "ann****@example.com"), (masked["PhoneNumber"], masked["Email"]))
        (found,) = self.in_store("ListUserByProperty", "--PropertyCode", "email", "--PropertyValue", "anna@example.com")["Users"]
        self.assertEqual(masked, found)
        unfolded = self.ciam(
            "DescribeUser", "--cli-unfold-argument", "--UserStoreId", self.store, "--Pageable.PageSize", "5", "--Pageable.PageNumber", "1",
            "--Filters.0.PropertyKey", "userName", "--Filters.0.PropertyValue", "anna", "--Filters.1.PropertyKey", "email",
            "--Filters.1.PropertyValue", "x", "--Filters.1.OperateLogic", "!=", "--Sort.PropertyKey", "id", "--Sort.Order", "ASC",
        )
        self.assertEqual((1, {"PageSize": 5, "PageNumber": 1}, [masked]), (unfolded["Total"], unfolded["Pageable"], unfolded["Content"]))

    def bring_in_and_take_out(self, anna, group):
        rows = [{"UserName": f"user-{number}", "Nickname": 'a "quoted", name', "UserGroup": [group]} for number in range(50)]
        order = self.home / "import.json"
        order.write_text(json.dumps({"UserStoreId": self.store, "DataFlowUserCreateList": [*rows, {"UserName": "anna"}]}), encoding="utf-8")
        job = self.ciam("CreateApiImportUserJob", "--cli-input-json", f"file://{order}")["Job"]
        self.assertEqual(("IMPORT_USER", "PENDING"), (job["Type"], job["Status"]))
        waiter = ("--waiter", json.dumps({"expr": "JobSet[0].Status", "to": "COMPLETED", "timeout": 30, "interval": 1}))
        (done,) = self.in_store("ListJobs", "--JobIds", json.dumps([job["Id"]]), *waiter)["JobSet"]
        self.assertEqual(["anna"], [one["FailedUserIdentification"] for one in done["FailedUsers"]])
        self.assertEqual(51, self.in_store("ListUser", *PAGE)["Total"])

        self.in_store("LinkAccount", "--PrimaryUserId", anna, "--SecondaryUserId", self.user("user-0"), "--UserLinkedOnAttribute", "EMAIL")
        columns = '[{"UserPropertyCode": "userName", "ColumnName": "who"}, {"UserPropertyCode": "nickname", "ColumnName": "昵称"}]'
        job = self.in_store("CreateFileExportUserJob", "--Format", "CSV", "--ExportPropertyMaps", columns)["Job"]
        (done,) = self.in_store("ListJobs", "--JobIds", json.dumps([job["Id"]]), *waiter)["JobSet"]
        self.assertTrue(done["Location"].startswith(URL + "/"), done["Location"])
        head, *lines = csv.reader(io.StringIO(fetch(done["Location"]).decode(), newline=""), strict=True)
        self.assertEqual(["who", "昵称"], head)
        self.assertCountEqual([["anna", "Änne"], *([row["UserName"], row["Nickname"]] for row in rows)], lines)

    def user(self, name):
        found = self.in_store("ListUser", *PAGE, "--Filters", json.dumps([{"Key": "condition", "Values": [name], "Logic": True}]))
        return next(one["UserId"] for one in found["Content"] if one["UserName"] == name)

    def end(self, anna, group):
        self.in_store("DeleteUsers", "--UserIds", json.dumps([anna, "0" * 32]))
        self.assertIsNone(self.in_store("DescribeUserById", "--UserId", anna)["User"])
        log = self.in_store("ListLogMessageByCondition", *PAGE, "--StartTime", "0")
        self.assertEqual(["USER_DELETE", "ACCOUNT_LINKING", "USER_UPDATE", "USER_CREATE"], [one["EventCode"] for one in log["Content"]])
        self.assertEqual("", self.in_store("DeleteUserGroups", "--UserGroupIds", json.dumps([group]))["UserGroupDeletedInfo"]["ErrorMessage"])
        self.assertEqual(0, self.in_store("ListUserGroups", *PAGE)["Total"])
        self.ciam("DeleteUserStore", "--UserPoolId", self.store)
        self.assertEqual(1, len(self.ciam("ListUserStore")["UserStoreSet"]))


class Settings(Commands):
    tenant = "tccli-settings"

    def test_settings_once_written_are_enough(self):
        environment = {name: value for name, value in self.environment.items() if not name.startswith("TENCENTCLOUD_")}
        settings = ("secretId", self.environment["TENCENTCLOUD_SECRET_ID"], "secretKey", self.environment["TENCENTCLOUD_SECRET_KEY"])
        self.environment = environment
        more = ("region", "ap-guangzhou", "output", "json", "language", "en-US", "ciam.endpoint", URL)
        status, _, complaint = self.run_command("configure", "set", *settings, *more)
        self.assertEqual((0, ""), (status, complaint))
        status, printed, complaint = self.run_command("ciam", "ListUserStore", "--filter", "UserStoreSet[0].UserStoreName")
        self.assertEqual((0, '"starter"', ""), (status, printed.strip(), complaint))
        status, _, complaint = self.run_command("ciam", "ListJobs", "--UserStoreId", "0" * 32)
        self.assertEqual((255, True), (status, "code:FailedOperation.InvalidUserStore" in complaint), complaint)
        self.assertIn(["x-tc-language", "en-US"], journal(self.tenant)[-1]["headers"])


if __name__ == "__main__":
    unittest.main()
