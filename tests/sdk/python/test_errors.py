"""Every shape of error as the python SDK tells it: its own exception with code, text and request
id, in the language of the client. What a directory refuses is in `test_refusals.py`."""

import re
import unittest

import twin
from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from twin import call, page

LANGUAGES = ("zh-CN", "en-US")

UNAUTHORIZED = "The request `Authorization` header does not conform to tencentcloud standards: "


class Authentication(twin.Case):
    def told(self, code, chinese, english, action="ListUserStore", **options):
        for language, text in zip(LANGUAGES, (chinese, english)):
            with self.subTest(language=language), self.refused(code, text):
                call(twin.client("errors", language=language, **options), action)

    def test_an_unknown_key(self):
        for key in ("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "AKIDtwins", "TWINAK"):
            self.told(
                "AuthFailure.SecretIdNotFound",
                "SecretId不存在，请输入正确的密钥。",
                "The SecretId is not found, please ensure that your SecretId is correct.",
                key=key,
            )

    def test_a_wrong_secret(self):
        for sign in (None, "HmacSHA1", "HmacSHA256"):
            self.told(
                "AuthFailure.SignatureFailure",
                "请求签名验证失败，请检查您的签名计算是否正确。",
                "The provided credentials could not be validated. Please check your signature is correct.",
                secret="wrong",
                sign=sign,
            )

    def test_a_wrong_session_token(self):
        self.told("AuthFailure.TokenFailure", None, None, token="of-somebody-else")
        self.assertTrue(call(twin.client("errors", token="cloudtwin-token"), "ListUserStore").UserStoreSet)

    def test_no_signature_at_all(self):
        with self.refused("AuthFailure.InvalidAuthorization", re.compile("^" + UNAUTHORIZED)):
            twin.client("errors").call_json("ListUserStore", {}, options={"SkipSign": True})

    def test_a_foreign_product_in_the_credential(self):
        with self.refused("AuthFailure.InvalidAuthorization", UNAUTHORIZED + "`Service` in Credential not valid."):
            self.general("cvm", "2022-03-31").call_json("ListUserStore", {})

    def general(self, product, version):
        return CommonClient(product, version, credential.Credential(twin.KEY, twin.SECRET), twin.REGION, twin.profile())

    def test_an_unknown_action(self):
        text = "The request action=`ListUnicorns` is invalid or not found in service=`ciam` and version=`2022-03-31`."
        for made_by in (
            twin.client("errors"),
            twin.client("errors", language="en-US"),
            self.general("ciam", "2022-03-31"),
        ):
            with self.refused("InvalidAction", text):
                made_by.call_json("ListUnicorns", {})

    def test_an_action_of_another_version(self):
        # The international site's older version has one action only.
        older = self.general("ciam", "2021-04-20")
        store = call(twin.client(), "ListUserStore").UserStoreSet[0].UserStoreId
        given = {"UserStoreId": store, "Page": 1, "Size": 1}
        self.assertEqual(0, older.call_json("ListUserGroups", given)["Response"]["Total"])
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
        with self.refused(
            "InvalidParameterValue",
            "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used.",
        ):
            call(twin.client("errors", region="Atlantis!"), "ListUserStore")
        with self.refused(
            "InvalidParameterValue", "A value specified in `Region` is not valid, is unsupported, or cannot be used."
        ):
            call(twin.client("errors", region="Atlantis!", sign="HmacSHA256"), "ListUserStore")
        with self.refused(
            "MissingParameter", re.compile("^The request is missing a required parameter `(X-TC-)?Region`\\.$")
        ):
            call(twin.client("errors", region=""), "ListUserStore")
        with self.refused("MissingParameter", "The request is missing a required parameter `Region`."):
            call(twin.client("errors", region="", sign="HmacSHA1"), "ListUserStore")

    def test_the_request_id_leads_to_the_journal(self):
        with self.assertRaises(twin.TencentCloudSDKException) as caught:
            call(twin.client("errors", secret="wrong"), "ListUserStore")
        (entry,) = (
            one
            for one in twin.control("GET", "journal?code=AuthFailure.SignatureFailure")["entries"]
            if one["request_id"] == caught.exception.get_request_id()
        )
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
        missing(
            "ExportPropertyMaps.1.ColumnName",
            "CreateFileExportUserJob",
            {
                "UserStoreId": self.store,
                "ExportPropertyMaps": [{"UserPropertyCode": "id", "ColumnName": "id"}, {"UserPropertyCode": "email"}],
            },
        )
        # Null is as good as absent, and the typed client drops it anyway.
        missing("Pageable", "ListUser", {"UserStoreId": self.store, "Pageable": None})
        with self.refused("MissingParameter", "The request is missing a required parameter `Pageable`."):
            call(self.client, "ListUser", UserStoreId=self.store)

    def test_of_the_wrong_type(self):
        def wrong(path, word, action, given):
            # Of the words for types only that for texts was ever seen.
            word = (
                re.compile(
                    f"^The value type of parameter `{re.escape(path)}` is not valid, input type should be `\\w+`$"
                )
                if word is None
                else f"The value type of parameter `{path}` is not valid, input type should be `{word}`"
            )
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
            texts = {
                "zh-CN": "未知参数错误，用户多传未定义的参数会导致错误",
                "en-US": f"The parameter `{path}` is not recognized.",
            }
            self.told("UnknownParameter", texts, action, given)

        unknown("Colour", "ListJobs", {"UserStoreId": self.store, "Colour": "red"})
        unknown(
            "Pageable.Offset", "ListUser", {**self.listing, "Pageable": {"PageSize": 1, "PageNumber": 1, "Offset": 0}}
        )
        unknown("Filters.0.Name", "ListUser", {**self.listing, "Filters": [{"Name": "condition"}]})

    def test_a_body_that_is_no_object(self):
        texts = {
            "zh-CN": "对于指定content-type=application/json协议下，请求内容不是合法的Json格式。",
            "en-US": re.compile("."),
        }
        for body in ("", [], 7):
            self.told("InvalidParameter", texts, "ListUserStore", body)

    def test_a_body_of_null_has_no_members(self):
        """The Ruby SDK sends one for a request without members."""
        answer = self.client.call_json("ListUserStore", None)
        self.assertEqual(1, len(answer["Response"]["UserStoreSet"]))

    def test_out_of_bounds(self):
        for size, number in ((0, 1), (101, 1), (-1, 1), (10, 0), (10, -1)):
            for action in ("ListUser", "DescribeUser", "ListUserGroups"):
                with (
                    self.subTest(action=action, size=size, number=number),
                    self.refused("InvalidParameter.ParameterIllegal"),
                ):
                    call(self.client, action, UserStoreId=self.store, Pageable=page(size, number))
        with self.refused("InvalidParameterValue"):
            call(self.client, "CreateFileExportUserJob", UserStoreId=self.store, Format="XLSX")
        with self.refused("InvalidParameterValue"):
            call(self.client, "ListUserByProperty", UserStoreId=self.store, PropertyCode="userName", PropertyValue="x")


if __name__ == "__main__":
    unittest.main()
