"""Every shape of error as the python SDK tells it: its own exception with code, text and request
id, in the language of the client. Nothing that is refused changes anything."""

import re
import unittest

import twin
from tencentcloud.ciam.v20220331 import models
from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from twin import call, model, page, person, plain

LANGUAGES = ("zh-CN", "en-US")


class Authentication(twin.Case):
    def told(self, code, chinese, english, action="ListUserStore", **options):
        for language, text in zip(LANGUAGES, (chinese, english)):
            with self.subTest(language=language), self.refused(code, text):
                call(twin.client("errors", language=language, **options), action)

    def test_an_unknown_key(self):
        for key in ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "AKIDtwins", "TWINAK"):
            self.told(
                "AuthFailure.SecretIdNotFound", "SecretId不存在，请输入正确的密钥。",
                "The SecretId is not found, please ensure that your SecretId is correct.", key=key,
            )

    def test_a_wrong_secret(self):
        for sign in (None, "HmacSHA1", "HmacSHA256"):
            self.told(
                "AuthFailure.SignatureFailure", "请求签名验证失败，请检查您的签名计算是否正确。",
                "The provided credentials could not be validated. Please check your signature is correct.", secret="wrong", sign=sign,
            )

    def test_a_wrong_session_token(self):
        self.told("AuthFailure.TokenFailure", None, None, token="of-somebody-else")
        self.assertTrue(call(twin.client("errors", token="cloudtwin-token"), "ListUserStore").UserStoreSet)

    def test_no_signature_at_all(self):
        with self.refused("AuthFailure.InvalidAuthorization", re.compile("^The request `Authorization` header does not conform to tencentcloud standards: ")):
            twin.client("errors").call_json("ListUserStore", {}, options={"SkipSign": True})

    def test_a_foreign_product_in_the_credential(self):
        text = "The request `Authorization` header does not conform to tencentcloud standards: `Service` in Credential not valid."
        with self.refused("AuthFailure.InvalidAuthorization", text):
            self.general("cvm", "2022-03-31").call_json("ListUserStore", {})

    def general(self, product, version):
        return CommonClient(product, version, credential.Credential(twin.KEY, twin.SECRET), twin.REGION, twin.profile())

    def test_an_unknown_action(self):
        text = "The request action=`ListUnicorns` is invalid or not found in service=`ciam` and version=`2022-03-31`."
        for made_by in (twin.client("errors"), twin.client("errors", language="en-US"), self.general("ciam", "2022-03-31")):
            with self.refused("InvalidAction", text):
                made_by.call_json("ListUnicorns", {})

    def test_an_action_of_another_version(self):
        # The international site's older version has one action only.
        older = self.general("ciam", "2021-04-20")
        store = call(twin.client(), "ListUserStore").UserStoreSet[0].UserStoreId
        self.assertEqual(0, older.call_json("ListUserGroups", {"UserStoreId": store, "Pageable": {"PageSize": 1, "PageNumber": 1}})["Response"]["Total"])
        text = "The request action=`ListUser` is invalid or not found in service=`ciam` and version=`2021-04-20`."
        with self.refused("InvalidAction", text):
            older.call_json("ListUser", {})

    def test_an_unknown_version(self):
        # The blank at the end is the vendor's.
        with self.refused("NoSuchVersion", "The specified api version=`2099-01-01` does not exist in service=`ciam`. "):
            self.general("ciam", "2099-01-01").call_json("ListUserStore", {})

    def test_regions(self):
        for region in ("ap-guangzhou", "eu-frankfurt", "na-siliconvalley"):
            self.assertTrue(call(twin.client("errors", region=region), "ListUserStore").UserStoreSet)
        with self.refused("InvalidParameterValue", "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used."):
            call(twin.client("errors", region="Atlantis!"), "ListUserStore")
        with self.refused("InvalidParameterValue", "A value specified in `Region` is not valid, is unsupported, or cannot be used."):
            call(twin.client("errors", region="Atlantis!", sign="HmacSHA256"), "ListUserStore")
        with self.refused("MissingParameter", re.compile("^The request is missing a required parameter `(X-TC-)?Region`\\.$")):
            call(twin.client("errors", region=""), "ListUserStore")
        with self.refused("MissingParameter", "The request is missing a required parameter `Region`."):
            call(twin.client("errors", region="", sign="HmacSHA1"), "ListUserStore")

    def test_the_request_id_leads_to_the_journal(self):
        with self.assertRaises(twin.TencentCloudSDKException) as caught:
            call(twin.client("errors", secret="wrong"), "ListUserStore")
        (entry,) = (one for one in twin.control("GET", "journal?code=AuthFailure.SignatureFailure")["entries"] if one["request_id"] == caught.exception.get_request_id())
        self.assertEqual(("ListUserStore", "refused", 200), (entry["operation"], entry["outcome"], entry["status"]))
        self.assertTrue(entry["explanation"], "the twin says why the signature differs")


class Parameters(twin.Case):
    def setUp(self):
        super().setUp()
        self.clients = {language: twin.client("parameters", language=language) for language in LANGUAGES}
        self.client = self.clients["en-US"]
        self.store = call(self.client, "ListUserStore").UserStoreSet[0].UserStoreId
        self.listing = {"UserStoreId": self.store, "Pageable": {"PageSize": 10, "PageNumber": 1}}

    def told(self, code, text, action, given):
        for language, made_by in self.clients.items():
            wanted = text if isinstance(text, str) else text[language]
            with self.subTest(action=action, given=given, language=language), self.refused(code, wanted):
                made_by.call_json(action, given)

    def test_missing(self):
        def missing(path, action, given):
            self.told("MissingParameter", f"The request is missing a required parameter `{path}`.", action, given)

        missing("UserStoreId", "ListJobs", {})
        missing("UserStoreId", "ListUser", {"Pageable": {"PageSize": 1, "PageNumber": 1}})
        missing("Pageable", "ListUser", {"UserStoreId": self.store})
        missing("Pageable.PageNumber", "ListUser", {**self.listing, "Pageable": {"PageSize": 10}})
        missing("ExportPropertyMaps.1.ColumnName", "CreateFileExportUserJob", {
            "UserStoreId": self.store,
            "ExportPropertyMaps": [{"UserPropertyCode": "id", "ColumnName": "id"}, {"UserPropertyCode": "email"}],
        })
        # Null is as good as absent, and the typed client drops it anyway.
        missing("Pageable", "ListUser", {"UserStoreId": self.store, "Pageable": None})
        with self.refused("MissingParameter", "The request is missing a required parameter `Pageable`."):
            call(self.client, "ListUser", UserStoreId=self.store)

    def test_of_the_wrong_type(self):
        def wrong(path, word, action, given):
            # Of the words for types only that for texts was ever seen.
            word = re.compile(f"^The value type of parameter `{re.escape(path)}` is not valid, input type should be `\\w+`$") if word is None else \
                f"The value type of parameter `{path}` is not valid, input type should be `{word}`"
            for made_by in self.clients.values():
                with self.subTest(action=action, given=given), self.refused("InvalidParameter", word):
                    made_by.call_json(action, given)

        wrong("UserStoreId", "string", "ListJobs", {"UserStoreId": 7})
        wrong("UserStoreId", "string", "ListJobs", {"UserStoreId": {}})
        wrong("UserStoreId", "string", "ListJobs", {"UserStoreId": ["x"]})
        wrong("JobIds.1", "string", "ListJobs", {"UserStoreId": self.store, "JobIds": ["x", True]})
        wrong("Pageable.PageSize", None, "ListUser", {**self.listing, "Pageable": {"PageSize": "10", "PageNumber": 1}})
        wrong("Pageable.PageSize", None, "ListUser", {**self.listing, "Pageable": {"PageSize": 1.5, "PageNumber": 1}})
        wrong("Pageable", None, "ListUser", {**self.listing, "Pageable": [10, 1]})
        wrong("Filters", None, "ListUser", {**self.listing, "Filters": {"Key": "condition"}})
        wrong("Filters.0.Logic", None, "ListUser", {**self.listing, "Filters": [{"Key": "condition", "Logic": "true"}]})
        wrong("Filters.0", None, "ListUser", {**self.listing, "Filters": ["condition"]})
        wrong("Original", None, "ListUser", {**self.listing, "Original": 1})
        # The typed client passes on what it is given, too.
        with self.refused("InvalidParameter"):
            call(self.client, "ListJobs", UserStoreId=7)

    def test_unknown(self):
        def unknown(path, action, given):
            texts = {"zh-CN": "未知参数错误，用户多传未定义的参数会导致错误", "en-US": f"The parameter `{path}` is not recognized."}
            self.told("UnknownParameter", texts, action, given)

        unknown("Colour", "ListJobs", {"UserStoreId": self.store, "Colour": "red"})
        unknown("Pageable.Offset", "ListUser", {**self.listing, "Pageable": {"PageSize": 1, "PageNumber": 1, "Offset": 0}})
        unknown("Filters.0.Name", "ListUser", {**self.listing, "Filters": [{"Name": "condition"}]})

    def test_a_body_that_is_no_object(self):
        texts = {
            "zh-CN": "对于指定content-type=application/json协议下，请求内容不是合法的Json格式。",
            "en-US": re.compile("."),
        }
        for body in ("", [], 7, None):
            self.told("InvalidParameter", texts, "ListUserStore", body)

    def test_out_of_bounds(self):
        for size, number in ((0, 1), (101, 1), (-1, 1), (10, 0), (10, -1)):
            for action in ("ListUser", "DescribeUser", "ListUserGroups"):
                with self.subTest(action=action, size=size, number=number), self.refused("InvalidParameter.ParameterIllegal"):
                    call(self.client, action, UserStoreId=self.store, Pageable=page(size, number))
        with self.refused("InvalidParameterValue"):
            call(self.client, "CreateFileExportUserJob", UserStoreId=self.store, Format="XLSX")
        with self.refused("InvalidParameterValue"):
            call(self.client, "ListUserByProperty", UserStoreId=self.store, PropertyCode="userName", PropertyValue="x")


class Business(twin.Case):
    """Each code in its place; afterwards the directory is as it was before."""

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
            ("FailedOperation.UserStoreAlreadyExists", "UpdateUserStore", {"UserPoolId": self.store, "UserPoolName": taken}),
            ("InvalidParameter.ParameterIllegal", "CreateUserStore", {"UserPoolName": ""}),
            ("InvalidParameter.ParameterIllegal", "CreateUserStore", {"UserPoolName": "x" * 129}),
            ("FailedOperation.UserStoreNotExist", "UpdateUserStore", {"UserPoolId": nowhere, "UserPoolName": "x"}),
            ("FailedOperation.UserStoreNotExist", "DeleteUserStore", {"UserPoolId": nowhere}),
        ):
            with self.subTest(code=code, action=action), self.refused(code):
                call(self.client, action, **members)
        everywhere = {
            "CreateUser": person("x", 9), "UpdateUser": {"UserId": self.anna}, "UpdateUserStatus": {"UserId": self.anna, "Status": "LOCK"},
            "DeleteUsers": {"UserIds": [self.anna]}, "DescribeUserById": {"UserId": self.anna}, "DescribeUser": {"Pageable": page(1)},
            "ListUser": {"Pageable": page(1)}, "ListUserByProperty": {"PropertyCode": "email", "PropertyValue": "x"},
            "SetPassword": {"UserId": self.anna, "Password": "x"}, "ResetPassword": {"UserId": self.anna},
            "LinkAccount": {"PrimaryUserId": self.anna, "SecondaryUserId": self.bert, "UserLinkedOnAttribute": "EMAIL"},
            "CreateUserGroup": {"DisplayName": "x"}, "UpdateUserGroup": {"UserGroupId": self.group, "DisplayName": "x"},
            "DeleteUserGroups": {"UserGroupIds": [self.group]}, "ListUserGroups": {"Pageable": page(1)},
            "CreateFileExportUserJob": {}, "CreateApiImportUserJob": {"DataFlowUserCreateList": [model("ImportUser", UserName="x")]},
            "ListJobs": {}, "ListLogMessageByCondition": {"Pageable": page(1), "StartTime": 0},
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
        for action, members in (("UpdateUser", {}), ("UpdateUserStatus", {"Status": "LOCK"}), ("SetPassword", {"Password": "x"}), ("ResetPassword", {})):
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
        search("FailedOperation.QueryUsersSortParameterMustInWhitelist", Sort=model("Sort", PropertyKey="nickname", Order="ASC"))
        search("InvalidParameterValue", ("userName", {"OperateLogic": "like"}))

    def test_passwords(self):
        self.refuses("FailedOperation.PasswordIsNull", "SetPassword", UserId=self.anna, Password="")
        self.refuses("FailedOperation.UserIsFreeze", "SetPassword", UserId=self.frozen, Password="x")
        self.refuses("FailedOperation.UserIsFreeze", "ResetPassword", UserId=self.frozen)

    def test_links(self):
        def link(code, primary, secondary, attribute="EMAIL"):
            self.refuses(code, "LinkAccount", PrimaryUserId=primary, SecondaryUserId=secondary, UserLinkedOnAttribute=attribute)

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
        anna, bert, carl = (call(client, "CreateUser", UserStoreId=store, **person(name, number)).User.UserId for number, name in enumerate(("anna", "bert", "carl")))

        def link(primary, secondary):
            call(client, "LinkAccount", UserStoreId=store, PrimaryUserId=primary, SecondaryUserId=secondary, UserLinkedOnAttribute="EMAIL")

        link(anna, bert)
        for primary, secondary in ((anna, bert), (carl, bert), (bert, carl)):
            with self.refused("FailedOperation.AccountAlreadyBeLinked"):
                link(primary, secondary)
        link(anna, carl)
        led = {one.UserName: one.Primary for one in call(client, "ListUser", UserStoreId=store, Pageable=page(10)).Content}
        self.assertEqual({"anna": True, "bert": False, "carl": False}, led)


class Codes(unittest.TestCase):
    def test_the_sdk_and_the_twin_know_the_same_codes(self):
        from tencentcloud.ciam.v20220331 import errorcodes

        of_sdk = {value for name, value in vars(errorcodes).items() if name.isupper()}
        of_twin = {code for one in twin.control("GET", "operations?service=ciam") for code in one["errors"] + one["errors_by_force"]}
        self.assertEqual(of_sdk, of_twin)
        actions = {one["operation"] for one in twin.control("GET", "operations?service=ciam") if one["modelled"]}
        requests = {name.removesuffix("Request") for name in vars(models) if name.endswith("Request")}
        self.assertEqual(requests, actions)


if __name__ == "__main__":
    unittest.main()
