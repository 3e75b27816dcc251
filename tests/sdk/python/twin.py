"""What the programs of this folder share: clients of the unmodified SDK, the twin's own interface,
and what is expected of every refusal."""

import contextlib
import json
import os
import re
import unittest
import urllib.request
import warnings

from tencentcloud.ciam.v20220331 import ciam_client, models
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

URL = os.environ["CLOUDTWIN_URL"]
ENDPOINT = os.environ["CLOUDTWIN_ENDPOINT"]
KEY = os.environ["TENCENTCLOUD_SECRET_ID"]
SECRET = os.environ["TENCENTCLOUD_SECRET_KEY"]
REGION = os.environ["TENCENTCLOUD_REGION"]

# With an empty endpoint the SDK would call the real cloud.
assert re.fullmatch(r"127\.0\.0\.1:\d+", ENDPOINT) and URL.removeprefix("http://") == ENDPOINT, (URL, ENDPOINT)

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
HEX32 = re.compile(r"[0-9a-f]{32}")


def profile(method="POST", sign=None, language="zh-CN", **http):
    """A profile that leads to the twin; nothing in it is special to the twin but the address."""
    http = {"protocol": "http", "endpoint": ENDPOINT, **http}
    return ClientProfile(signMethod=sign, language=language, httpProfile=HttpProfile(reqMethod=method, **http))


def client(tenant=None, key=None, secret=SECRET, token=None, region=REGION, **options):
    """A client of the SDK, in the name of a tenant."""
    key = key or (f"{KEY}-{tenant}" if tenant else KEY)
    return ciam_client.CiamClient(credential.Credential(key, secret, token), region, profile(**options))


def request(action, **members):
    """The SDK's request object of an action. Members are objects of the SDK, or plain values."""
    made = getattr(models, action + "Request")()
    for name, value in members.items():
        assert hasattr(made, name), f"{action} has no {name}"
        setattr(made, name, value)
    return made


def model(shape, **members):
    """An object of the SDK that goes into a request."""
    made = getattr(models, shape)()
    for name, value in members.items():
        assert hasattr(made, name), f"{shape} has no {name}"
        setattr(made, name, value)
    return made


def page(size, number=1):
    return model("Pageable", PageSize=size, PageNumber=number)


def call(made_by, action, **members):
    """Calls an action through the client's own method."""
    return getattr(made_by, action)(request(action, **members))


def plain(answer):
    """An answer of the SDK as plain values, null members included."""
    return answer._serialize(allow_none=True)


def person(name, number, **members):
    """What CreateUser asks for."""
    given = {
        "UserName": name,
        "PhoneNumber": f"+86-138{number:08d}",
        "Email": f"{name}@example.com",
        "Password": "S3cret-word",
    }
    return {**given, **members}


def fetch(url):
    """Downloads as any program does, without key or signature."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=60) as answer:
        return answer.headers, answer.read()


def control(method, path, body=None):
    """Talks to the twin's own interface."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{URL}/_twin/{path}", data=data, method=method)
    return json.loads(fetch(asked)[1])


def journal(tenant):
    """What the twin heard from a tenant."""
    return control("GET", f"journal?tenant={tenant}")["entries"]


class Case(unittest.TestCase):
    """A test whose answers must fit the SDK's models: a member that they lack is an error."""

    maxDiff = None

    def setUp(self):
        caught = warnings.catch_warnings()
        caught.__enter__()
        self.addCleanup(caught.__exit__, None, None, None)
        warnings.filterwarnings("error", message=".*fields are useless.*")

    @contextlib.contextmanager
    def refused(self, code, message=None):
        """The block is refused: the SDK's own exception carries code, text and request id."""
        with self.assertRaises(TencentCloudSDKException) as caught:
            yield
        error = caught.exception
        said = f"{error.get_code()}: {error.get_message()}"
        self.assertEqual(code, error.get_code(), said)
        self.assertRegex(error.get_request_id() or "", f"^{UUID4.pattern}$", said)
        if message is None:
            self.assertTrue(error.get_message(), "a refusal says why")
            self.assertNotEqual(code, error.get_message(), "a refusal says more than its code")
        elif isinstance(message, re.Pattern):
            self.assertRegex(error.get_message(), message)
        else:
            self.assertEqual(message, error.get_message())

    def finished(self, made_by, store, job):
        """The job once it has ended well, as a client that polls finds it."""
        for _ in range(50):
            (seen,) = call(made_by, "ListJobs", UserStoreId=store, JobIds=[job.Id]).JobSet
            if seen.Status not in ("PENDING", "PROCESSING"):
                self.assertEqual("COMPLETED", seen.Status, seen)
                return seen
        self.fail(f"the job never ends: {seen}")
