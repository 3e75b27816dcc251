"""What the service itself refuses, entity by entity, through the python SDK: each code in its place,
and afterwards everything is as it was before."""

import unittest

import twin
from tencentcloud.ciam.v20220331 import errorcodes, models
from twin import call, model, page, person, plain


class Business(twin.Case):
    def setUp(self):
        super().setUp()
        self.client = twin.client("business")
        self.store = call(self.client, "CreateUserStore", UserPoolName=self.id()).UserStoreId
        self.anna = self.ask("CreateUser", **person("anna", 1)).User.UserId
        self.bert = self.ask("CreateUser", **person("bert", 2)).User.UserId
        self.frozen = self.ask("CreateUser", **person("cold", 3)).User.UserId
        self.ask("UpdateUserStatus", UserId=self.frozen, Status="FREEZE")
        self.group = self.ask("CreateUserGroup", DisplayName="staff").UserGroupId
        before = self.snapshot()
        self.addCleanup(lambda: self.assertEqual(before, self.snapshot(), "what is refused changes nothing"))

    def ask(self, action, **members):
        return call(self.client, action, UserStoreId=self.store, **members)

    def snapshot(self):
        asked = (
            call(self.client, "ListUserStore"),
            self.ask("ListUser", Pageable=page(100), Original=True),
            self.ask("ListUserGroups", Pageable=page(100)),
            self.ask("ListJobs"),
            self.ask("ListLogMessageByCondition", Pageable=page(100), StartTime=0),
        )
        return [{**plain(one), "RequestId": None} for one in asked]

    def refuses(self, code, action, **members):
        with self.subTest(code=code, action=action, **members), self.refused(code):
            self.ask(action, **members)

    def test_directories(self):
        taken, nowhere = "starter", "0" * 32
        for code, action, members in (
            ("FailedOperation.UserStoreAlreadyExists", "CreateUserStore", {"UserPoolName": taken}),
            (
                "FailedOperation.UserStoreAlreadyExists",
                "UpdateUserStore",
                {"UserPoolId": self.store, "UserPoolName": taken},
            ),
            ("InvalidParameter.ParameterIllegal", "CreateUserStore", {"UserPoolName": ""}),
            ("InvalidParameter.ParameterIllegal", "CreateUserStore", {"UserPoolName": "x" * 129}),
            ("FailedOperation.UserStoreNotExist", "UpdateUserStore", {"UserPoolId": nowhere, "UserPoolName": "x"}),
            ("FailedOperation.UserStoreNotExist", "DeleteUserStore", {"UserPoolId": nowhere}),
        ):
            with self.subTest(code=code, action=action), self.refused(code):
                call(self.client, action, **members)
        everywhere = {
            "CreateUser": person("x", 9),
            "UpdateUser": {"UserId": self.anna},
            "UpdateUserStatus": {"UserId": self.anna, "Status": "LOCK"},
            "DeleteUsers": {"UserIds": [self.anna]},
            "DescribeUserById": {"UserId": self.anna},
            "DescribeUser": {"Pageable": page(1)},
            "ListUser": {"Pageable": page(1)},
            "ListUserByProperty": {"PropertyCode": "email", "PropertyValue": "x"},
            "SetPassword": {"UserId": self.anna, "Password": "x"},
            "ResetPassword": {"UserId": self.anna},
            "LinkAccount": {"PrimaryUserId": self.anna, "SecondaryUserId": self.bert, "UserLinkedOnAttribute": "EMAIL"},
            "CreateUserGroup": {"DisplayName": "x"},
            "UpdateUserGroup": {"UserGroupId": self.group, "DisplayName": "x"},
            "DeleteUserGroups": {"UserGroupIds": [self.group]},
            "ListUserGroups": {"Pageable": page(1)},
            "CreateFileExportUserJob": {},
            "CreateApiImportUserJob": {"DataFlowUserCreateList": [model("ImportUser", UserName="x")]},
            "ListJobs": {},
            "ListLogMessageByCondition": {"Pageable": page(1), "StartTime": 0},
        }
        for action, members in everywhere.items():
            with self.subTest(action=action), self.refused("FailedOperation.InvalidUserStore"):
                call(self.client, action, UserStoreId=nowhere, **members)

    def test_users(self):
        def create(code, **members):
            self.refuses(code, "CreateUser", **person("new", 4, **members))

        def update(code, **members):
            self.refuses(code, "UpdateUser", UserId=self.bert, **members)

        for blank in ("", "  "):
            create("FailedOperation.UserNameIsNull", UserName=blank)
            create("FailedOperation.PhoneNumberIsNull", PhoneNumber=blank)
            create("FailedOperation.EmailIsNull", Email=blank)
            create("FailedOperation.PasswordIsNull", Password=blank)
        create("FailedOperation.UserNameAlreadyExists", UserName="ANNA")
        create("FailedOperation.PhoneNumberAlreadyExists", PhoneNumber="13800000001")
        create("FailedOperation.EmailAlreadyExists", Email="Anna@Example.com")
        create("FailedOperation.AttributeFormatError", UserName="two words")
        create("FailedOperation.AttributeFormatError", PhoneNumber="call me")
        create("FailedOperation.AttributeFormatError", Email="anna at home")
        create("FailedOperation.IndexedAttributeTooLong", IndexedAttribute3="x" * 513)
        create("FailedOperation.UserGroupNotFound", UserGroup=["0" * 32])
        create("FailedOperation.OrgNotFound", UserOrg=["the board"])
        update("FailedOperation.UserNameAlreadyExists", UserName="Anna")
        update("FailedOperation.PhoneNumberAlreadyExists", PhoneNumber="+86-13800000001")
        update("FailedOperation.EmailAlreadyExists", Email="anna@example.com")
        update("FailedOperation.AttributeFormatError", Email="x")
        update("FailedOperation.IndexedAttributeTooLong", IndexedAttribute5="x" * 513)
        update("FailedOperation.UserGroupNotFound", UserGroup=[self.group, "0" * 32])
        update("FailedOperation.OrgNotFound", UserOrg=[""])
        for action, members in (
            ("UpdateUser", {}),
            ("UpdateUserStatus", {"Status": "LOCK"}),
            ("SetPassword", {"Password": "x"}),
            ("ResetPassword", {}),
        ):
            self.refuses("FailedOperation.UserNotFound", action, UserId="0" * 32, **members)
        for status in ("NOT_ENABLED", "normal", "GONE"):
            self.refuses("FailedOperation.InvalidUserStatusEnum", "UpdateUserStatus", UserId=self.anna, Status=status)
        self.refuses("FailedOperation.UserStatusRequired", "UpdateUserStatus", UserId=self.anna, Status="")
        self.refuses("InvalidParameter.ParameterIllegal", "DeleteUsers", UserIds=[])

    def test_searches(self):
        def search(code, *filters, **members):
            made = [model("QueryUserFilter", PropertyKey=key, PropertyValue="x", **more) for key, more in filters]
            self.refuses(code, "DescribeUser", Pageable=page(1), Filters=made, **members)

        search("FailedOperation.QueryUsersParameterMustInWhitelist", ("nickname", {}))
        search("FailedOperation.QueryUsersParameterRepeat", ("userName", {}), ("email", {}), ("userName", {}))
        search(
            "FailedOperation.QueryUsersSortParameterMustInWhitelist",
            Sort=model("Sort", PropertyKey="nickname", Order="ASC"),
        )
        search("InvalidParameterValue", ("userName", {"OperateLogic": "like"}))

    def test_passwords(self):
        self.refuses("FailedOperation.PasswordIsNull", "SetPassword", UserId=self.anna, Password="")
        self.refuses("FailedOperation.UserIsFreeze", "SetPassword", UserId=self.frozen, Password="x")
        self.refuses("FailedOperation.UserIsFreeze", "ResetPassword", UserId=self.frozen)

    def test_links(self):
        def link(code, primary, secondary, attribute="EMAIL"):
            self.refuses(
                code, "LinkAccount", PrimaryUserId=primary, SecondaryUserId=secondary, UserLinkedOnAttribute=attribute
            )

        link("FailedOperation.PrimaryUserNotFound", "0" * 32, self.bert)
        link("FailedOperation.SecondaryUserNotFound", self.anna, "0" * 32)
        link("FailedOperation.InvalidUserStatusEnum", self.anna, self.bert, "SHOE_SIZE")
        link("InvalidParameter.ParameterIllegal", self.anna, self.anna)

    def test_groups(self):
        self.refuses("FailedOperation.UserGroupNameAlreadyExists", "CreateUserGroup", DisplayName="staff")
        self.refuses("FailedOperation.UserGroupNotFound", "UpdateUserGroup", UserGroupId="0" * 32, DisplayName="x")
        self.refuses("InvalidParameter.ParameterIllegal", "CreateUserGroup", DisplayName="x", Description="x" * 129)

    def test_jobs(self):
        self.refuses("FailedOperation.ImportUserIsEmpty", "CreateApiImportUserJob", DataFlowUserCreateList=[])
        many = [model("ImportUser", UserName=f"u{number}") for number in range(1001)]
        with self.refused("InvalidParameter.ParameterIllegal"):
            self.ask("CreateApiImportUserJob", DataFlowUserCreateList=many)
        column = model("ExportPropertyMap", UserPropertyCode="userName", ColumnName="name")
        twice = model("ExportPropertyMap", UserPropertyCode="email", ColumnName="name")
        foreign = model("ExportPropertyMap", UserPropertyCode="shoeSize", ColumnName="size")
        self.refuses("InvalidParameter.ParameterIllegal", "CreateFileExportUserJob", ExportPropertyMaps=[column, twice])
        self.refuses("InvalidParameter.ParameterIllegal", "CreateFileExportUserJob", ExportPropertyMaps=[foreign])
        self.refuses("InvalidParameterValue", "CreateFileExportUserJob", Format="csv")


class Linked(twin.Case):
    def test_who_is_linked_is_not_linked_again(self):
        client = twin.client("linked")
        store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
        anna, bert, carl = (
            call(client, "CreateUser", UserStoreId=store, **person(name, number)).User.UserId
            for number, name in enumerate(("anna", "bert", "carl"))
        )

        def link(primary, secondary):
            call(
                client,
                "LinkAccount",
                UserStoreId=store,
                PrimaryUserId=primary,
                SecondaryUserId=secondary,
                UserLinkedOnAttribute="EMAIL",
            )

        link(anna, bert)
        for primary, secondary in ((anna, bert), (carl, bert), (bert, carl)):
            with self.refused("FailedOperation.AccountAlreadyBeLinked"):
                link(primary, secondary)
        link(anna, carl)
        led = {
            one.UserName: one.Primary for one in call(client, "ListUser", UserStoreId=store, Pageable=page(10)).Content
        }
        self.assertEqual({"anna": True, "bert": False, "carl": False}, led)


class Codes(unittest.TestCase):
    def test_the_sdk_and_the_twin_know_the_same_codes(self):
        of_sdk = {value for name, value in vars(errorcodes).items() if name.isupper()}
        of_twin = {
            code
            for one in twin.control("GET", "operations?service=ciam")
            for code in one["errors"] + one["errors_forced_only"]
        }
        self.assertEqual(of_sdk, of_twin)
        actions = {one["operation"] for one in twin.control("GET", "operations?service=ciam") if one["modelled"]}
        requests = {name.removesuffix("Request") for name in vars(models) if name.endswith("Request")}
        self.assertEqual(requests, actions)


if __name__ == "__main__":
    unittest.main()
