"""Every form in which the python SDK can send a request: both methods, the three signature methods,
an unsigned payload, session tokens, a proxy instead of an endpoint, and its asynchronous client."""

import asyncio
import itertools
import unittest

import twin
from tencentcloud.ciam.v20220331 import ciam_client_async
from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from twin import call, model, page, person, plain

METHODS = ("POST", "GET")
SIGNS = ("TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256")

# The old signature method takes less, and says so in its own way.
TOO_LARGE_A_FORM = (
    "The provided credentials could not be validated because of exceeding request size limit, "
    "please use new signature method `TC3-HMAC-SHA256`."
)

# What encodings and canonical texts stumble on.
AWKWARD = "a+b c&d=e%41/é?王小明#\"'\\~*!()[];:@,👩‍🚀_under.dot"


def life(ask, store):
    """What a client sees of a short life with awkward values; the same whatever the form."""
    group = ask("CreateUserGroup", UserStoreId=store, DisplayName=AWKWARD).UserGroupId
    anna = ask(
        "CreateUser",
        UserStoreId=store,
        Nickname=AWKWARD,
        UserGroup=[group],
        Birthdate=-1,
        IndexedAttribute1="true",
        IndexedAttribute2="007",
        CustomizationAttributes=[
            model("MemberMap", Name=f"attribute_{number}", Value=AWKWARD * number) for number in range(1, 13)
        ],
        **person("anna", 1),
    ).User
    ask("UpdateUserStatus", UserStoreId=store, UserId=anna.UserId, Status="NORMAL")
    masked, original = (
        ask("DescribeUserById", UserStoreId=store, UserId=anna.UserId, Original=original).User
        for original in (False, True)
    )
    found = ask(
        "ListUser",
        UserStoreId=store,
        Pageable=page(10),
        Filters=[model("Filter", Key="userGroup", Values=["0" * 32, group], Logic=True)],
    )
    others = ask(
        "ListUser",
        UserStoreId=store,
        Pageable=page(10),
        Filters=[model("Filter", Key="userGroup", Values=[group], Logic=False)],
    )
    searched = ask(
        "DescribeUser",
        UserStoreId=store,
        Pageable=page(10),
        Filters=[
            model("QueryUserFilter", PropertyKey="indexedAttribute2", PropertyValue="007", OperateLogic="=", Logic=True)
        ],
    )
    ask("DeleteUserGroups", UserStoreId=store, UserGroupIds=[group])
    ask("DeleteUsers", UserStoreId=store, UserIds=[anna.UserId])
    seen = plain(original)
    return {
        "nickname": seen["Nickname"],
        "birthdate": seen["Birthdate"],
        "indexed": (seen["IndexedAttribute1"], seen["IndexedAttribute2"]),
        "attributes": [(one["Name"], one["Value"]) for one in seen["CustomAttributes"]],
        "groups": seen["UserGroupNames"],
        "status": seen["Status"],
        "phones": (masked.PhoneNumber, original.PhoneNumber),
        "totals": (found.Total, others.Total, searched.Total),
        "left": ask("ListUser", UserStoreId=store, Pageable=page(10)).Total,
    }


EXPECTED = {
    "nickname": AWKWARD,
    "birthdate": -1,
    "indexed": ("true", "007"),
    "attributes": [(f"attribute_{number}", AWKWARD * number) for number in range(1, 13)],
    "groups": [AWKWARD],
    "status": "NORMAL",
    "phones": ("+86-138****0001", "+86-13800000001"),
    "totals": (1, 0, 1),
    "left": 0,
}


class Forms(twin.Case):
    def lives(self, tenant, client):
        store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
        self.assertEqual(EXPECTED, life(lambda action, **members: call(client, action, **members), store))
        return twin.journal(tenant)

    def test_methods_and_signatures(self):
        for method, sign in itertools.product(METHODS, SIGNS):
            with self.subTest(method=method, sign=sign):
                tenant = f"form-{method}-{sign}"
                heard = self.lives(tenant, twin.client(tenant, method=method, sign=sign))
                self.assertEqual({method}, {entry["method"] for entry in heard})
                in_header = {any(name == "authorization" for name, _ in entry["headers"]) for entry in heard}
                self.assertEqual({sign.startswith("TC3")}, in_header)

    def test_an_unsigned_payload(self):
        for method in METHODS:
            tenant = f"unsigned-{method}"
            client = twin.client(tenant, method=method)
            client.profile.unsignedPayload = True
            for entry in self.lives(tenant, client):
                self.assertIn(["x-tc-content-sha256", "UNSIGNED-PAYLOAD"], entry["headers"])

    def test_a_session_token(self):
        for sign in SIGNS:
            self.lives(f"token-{sign}", twin.client(f"token-{sign}", token="cloudtwin-token", sign=sign))

    def test_other_ways_to_say_the_endpoint(self):
        self.lives("scheme", twin.client("scheme", protocol=None, endpoint=twin.URL))
        self.lives("alive", twin.client("alive", keepAlive=True))
        self.lives("caller", twin.client("caller", endpoint=twin.ENDPOINT.replace("127.0.0.1", "localhost")))

    def test_a_proxy_instead_of_an_endpoint(self):
        # The real names stay, nothing has to resolve them, and the twin is the proxy.
        for method, sign in itertools.product(METHODS, SIGNS):
            tenant = f"proxy-{method}-{sign}"
            for entry in self.lives(
                tenant, twin.client(tenant, method=method, sign=sign, endpoint=None, proxy=twin.URL)
            ):
                self.assertIn(["host", "ciam.tencentcloudapi.com"], entry["headers"])
        for endpoint in ("ciam.ap-guangzhou.tencentcloudapi.com", "ciam.intl.tencentcloudapi.com"):
            self.assertTrue(call(twin.client("proxy", endpoint=endpoint, proxy=twin.URL), "ListUserStore").UserStoreSet)
        with self.refused("NoSuchProduct"):
            CommonClient(
                "cvm",
                "2017-03-12",
                credential.Credential(twin.KEY, twin.SECRET),
                twin.REGION,
                twin.profile(endpoint=None, proxy=twin.URL),
            ).call_json("DescribeInstances", {})

    def test_a_proxied_client_can_download(self):
        client = twin.client("proxy-files", endpoint=None, proxy=twin.URL)
        store = call(client, "ListUserStore").UserStoreSet[0].UserStoreId
        done = self.finished(
            client, store, call(client, "CreateFileExportUserJob", UserStoreId=store, Format="CSV").Job
        )
        self.assertTrue(twin.fetch(done.Location)[1].startswith(b"id,userName,"))

    def test_the_general_client(self):
        general = CommonClient(
            "ciam", "2022-03-31", credential.Credential(f"{twin.KEY}-general", twin.SECRET), twin.REGION, twin.profile()
        )
        (store,) = general.call_json("ListUserStore", {})["Response"]["UserStoreSet"]
        given = {"UserStoreId": store["UserStoreId"], **person("anna", 1, Nickname=None, UserGroup=[])}
        user = general.call_json("CreateUser", given)["Response"]["User"]
        self.assertEqual(("anna", None, []), (user["UserName"], user["Nickname"], user["UserGroups"]))

    def test_what_flattening_cannot_say(self):
        # An empty list vanishes from a form, so there it is missing; in JSON it is there and empty.
        store = call(twin.client("flat"), "ListUserStore").UserStoreSet[0].UserStoreId
        with self.refused("InvalidParameter.ParameterIllegal"):
            call(twin.client("flat"), "DeleteUsers", UserStoreId=store, UserIds=[])
        for method, sign in (("GET", SIGNS[0]), ("POST", SIGNS[1]), ("GET", SIGNS[2])):
            client = twin.client("flat", method=method, sign=sign)
            with self.refused("MissingParameter", "The request is missing a required parameter `UserIds`."):
                call(client, "DeleteUsers", UserStoreId=store, UserIds=[])
            with self.refused("InvalidParameter"):
                call(client, "ListUser", UserStoreId=store, Pageable=page("ten"))
            with self.refused("UnknownParameter", "未知参数错误，用户多传未定义的参数会导致错误"):
                client.call_json("ListUserStore", {"Colour": {"Red": [1, 2]}})
            # The old methods sign such a name as `under.score` and send it as it is.
            with self.refused("UnknownParameter"):
                client.call_json("ListUserStore", {"under_score": "x", "under": "y"})
            with self.refused("MissingParameter", "The request is missing a required parameter `Pageable.PageNumber`."):
                call(client, "ListUser", UserStoreId=store, Pageable=model("Pageable", PageSize=5))

    def test_requests_that_are_too_large(self):
        store = call(twin.client("large"), "ListUserStore").UserStoreSet[0].UserStoreId
        numbers = itertools.count()

        def bring(client, size):
            rows = [model("ImportUser", UserName=f"user-{next(numbers)}", Description="x" * size)]
            return call(client, "CreateApiImportUserJob", UserStoreId=store, DataFlowUserCreateList=rows).Job

        for limit, method, sign, code, text in (
            (32 << 10, "GET", SIGNS[0], "RequestSizeLimitExceeded", None),
            (32 << 10, "GET", SIGNS[1], "RequestSizeLimitExceeded", None),
            (1 << 20, "POST", SIGNS[2], "AuthFailure.SignatureFailure", TOO_LARGE_A_FORM),
            (10 << 20, "POST", SIGNS[0], "RequestSizeLimitExceeded", None),
        ):
            with self.subTest(limit=limit, method=method, sign=sign):
                client = twin.client("large", method=method, sign=sign)
                self.finished(client, store, bring(client, limit - 2000))
                with self.refused(code, text):
                    bring(client, limit)


class Asynchronous(twin.Case):
    def test_the_asynchronous_client(self):
        def ask(client, action, **members):
            return getattr(client, action)(twin.request(action, **members))

        async def one(tenant, method, sign):
            made_by = credential.Credential(f"{twin.KEY}-{tenant}", twin.SECRET)
            async with ciam_client_async.CiamClient(
                made_by, twin.REGION, twin.profile(method=method, sign=sign)
            ) as client:
                store = (await ask(client, "ListUserStore")).UserStoreSet[0].UserStoreId
                await asyncio.gather(
                    *(
                        ask(
                            client,
                            "CreateUser",
                            UserStoreId=store,
                            **person(f"user-{number}", number, Nickname=AWKWARD),
                        )
                        for number in range(30)
                    )
                )
                listed = await ask(client, "ListUser", UserStoreId=store, Pageable=page(100))
                with self.refused("FailedOperation.UserNameAlreadyExists"):
                    await ask(client, "CreateUser", UserStoreId=store, **person("user-0", 99))
                return (
                    listed.Total,
                    {user.UserName for user in listed.Content},
                    {user.Nickname for user in listed.Content},
                )

        async def all_at_once():
            forms = list(itertools.product(METHODS, SIGNS))
            return await asyncio.gather(*(one(f"async-{method}-{sign}", method, sign) for method, sign in forms))

        for seen in asyncio.run(all_at_once()):
            self.assertEqual((30, {f"user-{number}" for number in range(30)}, {AWKWARD}), seen)


if __name__ == "__main__":
    unittest.main()
