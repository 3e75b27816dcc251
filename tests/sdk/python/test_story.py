"""The whole life of a user directory through the python SDK: every action of CIAM at least once,
each effect seen through another action."""

import json
import time
import unittest
import urllib.error

import twin
from tencentcloud.ciam.v20220331 import ciam_client, models
from twin import HEX32, call, model, page, person, plain

ACTIONS = sorted(name for name in vars(ciam_client.CiamClient) if name[0].isupper())


class Story(twin.Case):
    def test_the_life_of_a_directory(self):
        self.client = twin.client("story")
        began = int(time.time() * 1000)
        self.store = self.open_directory()
        staff, guests = self.form_groups()
        anna = self.welcome_anna(staff)
        self.change_anna(anna, guests)
        self.bar_and_admit(anna)
        self.change_passwords(anna)
        bert = self.link_bert_to(anna)
        self.bring_in_many(guests)
        self.take_out_all()
        self.say_goodbye(anna, bert)
        self.read_the_log(began, anna, bert)
        self.dissolve_groups(staff, guests)
        self.close_directory()
        answered = [entry for entry in twin.journal("story") if entry["outcome"] == "answered"]
        # A download is in the journal too, and is no operation.
        heard = {entry["operation"] for entry in answered if entry["operation"]}
        self.assertEqual(23, len(ACTIONS))
        self.assertEqual(set(ACTIONS), heard, "the story tells of every action")

    def ask(self, action, **members):
        return call(self.client, action, **members)

    def in_store(self, action, **members):
        return self.ask(action, UserStoreId=self.store, **members)

    def user(self, user_id, original=True):
        return self.in_store("DescribeUserById", UserId=user_id, Original=original).User

    def directories(self):
        return {one.UserStoreId: one for one in self.ask("ListUserStore").UserStoreSet}

    def open_directory(self):
        (starter,) = self.directories().values()
        self.assertEqual(
            (True, True, 0, 0), (starter.DefaultStatus, starter.LastStatus, starter.UserNum, starter.AppNum)
        )

        made = self.ask("CreateUserStore", UserPoolName="Kunden", UserPoolDesc="all of them", UserPoolLogo="logo.png")
        self.assertRegex(made.UserStoreId, f"^{HEX32.pattern}$")
        new = self.directories()[made.UserStoreId]
        self.assertEqual(
            ("Kunden", "all of them", "logo.png"), (new.UserStoreName, new.UserStoreDesc, new.UserStoreLogo)
        )
        self.assertEqual((False, 0, starter.TenantId), (new.DefaultStatus, new.UserNum, new.TenantId))
        self.assertTrue(new.TenantId.isdigit() and new.UserStoreProtocolHost)

        self.ask("UpdateUserStore", UserPoolId=made.UserStoreId, UserPoolName="客户")
        changed = self.directories()[made.UserStoreId]
        self.assertEqual(
            ("客户", "all of them", "logo.png"), (changed.UserStoreName, changed.UserStoreDesc, changed.UserStoreLogo)
        )
        self.assertEqual(2, len(self.directories()))
        self.tenant = new.TenantId
        return made.UserStoreId

    def form_groups(self):
        staff = self.in_store("CreateUserGroup", DisplayName="staff", Description="who works here").UserGroupId
        guests = self.in_store("CreateUserGroup", DisplayName="visitors").UserGroupId
        self.in_store("UpdateUserGroup", UserGroupId=guests, DisplayName="guests", Description="who visits")
        listed = self.in_store("ListUserGroups", Pageable=page(10))
        self.assertEqual((2, 10, 1), (listed.Total, listed.Pageable.PageSize, listed.Pageable.PageNumber))
        seen = {one.UserGroupId: (one.DisplayName, one.Description) for one in listed.Content}
        self.assertEqual({staff: ("staff", "who works here"), guests: ("guests", "who visits")}, seen)
        for one in listed.Content:
            self.assertEqual((self.store, self.tenant), (one.UserStoreId, one.TenantId))
            self.assertLessEqual(one.CreatedDate, one.LastModifyDate)
        found = self.in_store(
            "ListUserGroups", Pageable=page(10), Filters=[model("Filter", Key="condition", Values=["gues"])]
        )
        self.assertEqual([guests], [one.UserGroupId for one in found.Content])
        return staff, guests

    def welcome_anna(self, group):
        attributes = [model("MemberMap", Name="卡号", Value="7", Type="STRING")]
        given = person(
            "anna",
            1,
            Nickname="Änne",
            Address="1 Long Road",
            UserGroup=[group],
            Birthdate=636768000000,
            CustomizationAttributes=attributes,
            IndexedAttribute1="one",
            IndexedAttribute5="x" * 512,
        )
        anna = self.in_store("CreateUser", **given).User
        self.assertRegex(anna.UserId, f"^{HEX32.pattern}$")
        expected = {
            "UserName": "anna",
            "PhoneNumber": "+86-13800000001",
            "Email": "anna@example.com",
            "Nickname": "Änne",
            "Address": "1 Long Road",
            "UserGroups": [group],
            "UserGroupNames": ["staff"],
            "Birthdate": 636768000000,
            "CustomAttributes": [{"Name": "卡号", "Value": "7", "Type": "STRING"}],
            "IndexedAttribute1": "one",
            "IndexedAttribute2": None,
            "IndexedAttribute5": "x" * 512,
            "Status": "NOT_ENABLED",
            "AlreadyFirstLogin": False,
            "IdentityVerified": False,
            "Primary": True,
            "Version": None,
            "LastSignOn": None,
            "LockType": None,
            "LockTime": None,
            "UserDataSourceEnum": "管理员添加",
            "TenantId": self.tenant,
            "UserStoreId": self.store,
            "CreatedDate": anna.LastModifiedDate,
        }
        seen = plain(anna)
        self.assertEqual(expected, {name: seen[name] for name in expected})

        # Every member of the SDK's class is there, and none besides.
        raw = self.client.call_json(
            "DescribeUserById", {"UserStoreId": self.store, "UserId": anna.UserId, "Original": True}
        )
        members = {name for name, kind in vars(models.User).items() if isinstance(kind, property)}
        self.assertEqual(45, len(members))
        self.assertEqual(members, set(raw["Response"]["User"]))
        self.assertEqual(seen, raw["Response"]["User"])

        for original, phone, email in (
            (True, "+86-13800000001", "anna@example.com"),
            (False, "+86-138****0001", "ann****@example.com"),
            (None, "+86-138****0001", "ann****@example.com"),
        ):
            masked = self.user(anna.UserId, original)
            self.assertEqual(
                (phone, email, "anna", "Änne"), (masked.PhoneNumber, masked.Email, masked.UserName, masked.Nickname)
            )
        for code, value in (("phoneNumber", "+86-13800000001"), ("email", "anna@example.com")):
            (found,) = self.in_store("ListUserByProperty", PropertyCode=code, PropertyValue=value, Original=True).Users
            self.assertEqual(seen, plain(found))
        self.assertEqual([], self.in_store("ListUserByProperty", PropertyCode="email", PropertyValue="anna").Users)
        self.assertIsNone(self.user("0" * 32), "no such user is not an error")
        self.assertEqual(1, self.directories()[self.store].UserNum)
        return anna.UserId

    def change_anna(self, anna, group):
        before = plain(self.user(anna))
        changed = self.in_store("UpdateUser", UserId=anna, Nickname="Anna", Address="", UserGroup=[group]).User
        self.assertEqual(plain(changed), plain(self.user(anna)))
        self.assertGreaterEqual(changed.LastModifiedDate, before["LastModifiedDate"])
        expected = {
            **before,
            "Nickname": "Anna",
            "Address": None,
            "UserGroups": [group],
            "UserGroupNames": ["guests"],
            "LastModifiedDate": changed.LastModifiedDate,
        }
        self.assertEqual(expected, plain(changed), "only what is given changes")
        for key, value, count in (("userGroup", group, 1), ("condition", "anna@", 1), ("condition", "nobody", 0)):
            found = self.in_store(
                "ListUser", Pageable=page(5), Filters=[model("Filter", Key=key, Values=[value], Logic=True)]
            )
            self.assertEqual((count, count), (found.Total, len(found.Content)), (key, value))
        searched = self.in_store(
            "DescribeUser",
            Pageable=page(5),
            Sort=model("Sort", PropertyKey="userName", Order="ASC"),
            Filters=[
                model("QueryUserFilter", PropertyKey="userName", PropertyValue="anna", Logic=True, OperateLogic="=")
            ],
        )
        self.assertEqual((1, [anna]), (searched.Total, [one.UserId for one in searched.Content]))

    def bar_and_admit(self, anna):
        for status, lock in (("LOCK", "adminLock"), ("FREEZE", None), ("NORMAL", None), ("NORMAL", None)):
            self.in_store("UpdateUserStatus", UserId=anna, Status=status)
            seen = self.user(anna)
            self.assertEqual((status, lock, lock is not None), (seen.Status, seen.LockType, seen.LockTime is not None))

    def change_passwords(self, anna):
        self.in_store("SetPassword", UserId=anna, Password="an0ther-Word")
        words = {self.in_store("ResetPassword", UserId=anna).Password for _ in range(3)}
        self.assertEqual((3, True), (len(words), all(words)))

    def link_bert_to(self, anna):
        bert = self.in_store("CreateUser", **person("bert", 2)).User.UserId
        self.in_store("LinkAccount", PrimaryUserId=anna, SecondaryUserId=bert, UserLinkedOnAttribute="PHONENUMBER")
        self.assertEqual((True, False), (self.user(anna).Primary, self.user(bert).Primary))
        return bert

    def bring_in_many(self, group):
        salt = model(
            "Salt",
            SaltValue="pepper",
            SaltLocation=model(
                "SaltLocation", SaltLocationTypeEnum="OTHER", SaltLocationRule=model("SaltLocationRule", Regex=".*")
            ),
        )
        rows = [
            model(
                "ImportUser",
                UserName="carl",
                PhoneNumber="13900000003",
                Birthdate="1990-03-07",
                Gender="MALE",
                UserGroup=[group],
                Password="5f4d",
                PasswordEncryptTypeEnum="SHA1",
                Salt=salt,
            ),
            model("ImportUser", UserName="ANNA", Email="other@example.com"),
            model(
                "ImportUser",
                WechatOpenId="wx-dora",
                Name="多拉",
                ResidentIdentityCard="110101199003071234",
                IdentityVerified=True,
                IdentityVerificationMethod="nameAndIdCard",
            ),
            model("ImportUser", Nickname="nobody"),
        ]
        job = self.in_store("CreateApiImportUserJob", DataFlowUserCreateList=rows).Job
        self.assertEqual(("PENDING", "IMPORT_USER", "NDJSON", None), (job.Status, job.Type, job.Format, job.Location))
        done = self.finished(self.client, self.store, job)
        self.assertEqual([], done.ErrorDetails)
        self.assertEqual("ANNA", done.FailedUsers[0].FailedUserIdentification)
        self.assertEqual(2, len(done.FailedUsers), "a bad row fails alone")
        self.assertTrue(all(one.FailedReason for one in done.FailedUsers))
        (carl,) = self.in_store(
            "ListUserByProperty", PropertyCode="phoneNumber", PropertyValue="13900000003", Original=True
        ).Users
        self.assertEqual(
            ("carl", 636768000000, "MALE", [group]), (carl.UserName, carl.Birthdate, carl.Gender, carl.UserGroups)
        )
        self.assertEqual(("NOT_ENABLED", "批量导入"), (carl.Status, carl.UserDataSourceEnum))
        listed = self.in_store("ListUser", Pageable=page(10))
        self.assertEqual(4, listed.Total)
        (dora,) = (one for one in listed.Content if one.WechatOpenId == "wx-dora")
        self.assertEqual(("110****1234", True), (dora.ResidentIdentityCard, dora.IdentityVerified))

    def take_out_all(self):
        columns = [
            model("ExportPropertyMap", UserPropertyCode="userName", ColumnName="who"),
            model("ExportPropertyMap", UserPropertyCode="email", ColumnName="mail"),
        ]
        job = self.in_store("CreateFileExportUserJob", Format="NDJSON", ExportPropertyMaps=columns).Job
        self.assertEqual(("PENDING", "EXPORT_USER", "NDJSON", None), (job.Status, job.Type, job.Format, job.Location))
        done = self.finished(self.client, self.store, job)
        self.assertTrue(done.Location.startswith(twin.URL + "/"), done.Location)
        rows = [json.loads(line) for line in twin.fetch(done.Location)[1].splitlines()]
        expected = [("anna", "anna@example.com"), ("bert", "bert@example.com"), ("carl", None), (None, None)]
        self.assertCountEqual(expected, [(row["who"], row["mail"]) for row in rows])
        self.assertEqual(["EXPORT_USER", "IMPORT_USER"], [one.Type for one in self.in_store("ListJobs").JobSet])
        self.location = done.Location

    def say_goodbye(self, anna, bert):
        self.in_store("DeleteUsers", UserIds=[anna, "f" * 32])
        self.assertIsNone(self.user(anna))
        self.assertTrue(self.user(bert).Primary, "nobody leads it any more")
        self.in_store("DeleteUsers", UserIds=[bert, anna])
        self.assertEqual(2, self.in_store("ListUser", Pageable=page(10)).Total)
        self.in_store("CreateUser", **person("anna", 1))

    def read_the_log(self, began, anna, bert):
        listed = self.in_store("ListLogMessageByCondition", Pageable=page(50), StartTime=began - 1000)
        told = [(one.EventCode, one.UserId) for one in reversed(listed.Content)]
        expected = [
            ("USER_CREATE", anna),
            ("USER_UPDATE", anna),
            ("USER_CREATE", bert),
            ("ACCOUNT_LINKING", anna),
            ("USER_DELETE", anna),
            ("USER_DELETE", bert),
            ("USER_CREATE", told[-1][1]),
        ]
        self.assertEqual(expected, told)
        self.assertEqual(len(expected), listed.Total)
        for one in listed.Content:
            self.assertEqual(
                (self.store, self.tenant, "TENANT", "SUCCESS", "127.0.0.1"),
                (one.UserStoreId, one.TenantId, one.Participant, one.ActionResult, one.Ip),
            )
            self.assertTrue(
                began - 1000 <= one.EventDate <= int(time.time() * 1000) + 1000
                and one.UserAgent.startswith("python-requests/"),
                one,
            )
        deleted = [model("Filter", Key="events", Values=["USER_DELETE"])]
        found = self.in_store("ListLogMessageByCondition", Pageable=page(1), StartTime=0, Filters=deleted)
        self.assertEqual((2, [bert]), (found.Total, [one.UserId for one in found.Content]))
        later = self.in_store("ListLogMessageByCondition", Pageable=page(50), StartTime=began + 3_600_000)
        self.assertEqual((0, []), (later.Total, later.Content))

    def dissolve_groups(self, staff, guests):
        info = self.in_store("DeleteUserGroups", UserGroupIds=[guests, "0" * 32]).UserGroupDeletedInfo
        self.assertEqual(("", []), (info.ErrorMessage, info.AppAssociatedUserGroupIds))
        self.assertEqual(
            [staff], [one.UserGroupId for one in self.in_store("ListUserGroups", Pageable=page(10)).Content]
        )
        (carl,) = self.in_store("ListUserByProperty", PropertyCode="phoneNumber", PropertyValue="13900000003").Users
        self.assertEqual([], carl.UserGroups, "the member stays, outside the group")

    def close_directory(self):
        self.ask("DeleteUserStore", UserPoolId=self.store)
        self.assertNotIn(self.store, self.directories())
        with self.refused("FailedOperation.InvalidUserStore"):
            self.in_store("ListUser", Pageable=page(10))
        with self.assertRaises(urllib.error.HTTPError) as gone:
            twin.fetch(self.location)
        self.assertEqual(404, gone.exception.code)


if __name__ == "__main__":
    unittest.main()
