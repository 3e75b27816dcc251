"""What the programs of this folder share: clients of the unmodified SDK, signed with keys or not."""

import contextlib
import json
import os
import re
import urllib.request

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkworkspace.v2 import WorkspaceClient

URL = os.environ["CLOUDTWIN_URL"]
AK = os.environ["HUAWEICLOUD_SDK_AK"]
SK = os.environ["HUAWEICLOUD_SDK_SK"]

# With another address the SDK would call the real cloud.
assert re.fullmatch(r"http://127\.0\.0\.1:\d+", URL), URL

HEX32 = re.compile(r"[0-9a-f]{32}")
PROJECT = "0bec5db98280d2d02fd6c00c2de791ce"


def client(tenant=None, ak=None, sk=SK, project=PROJECT, region=None):
    """A client in the name of a tenant; with a region and no project it looks the project up."""
    key = ak or (f"{AK}-{tenant}" if tenant else AK)
    credentials = BasicCredentials(key, sk, project)
    builder = WorkspaceClient.new_builder().with_credentials(credentials)
    if region:
        credentials.with_iam_endpoint(URL)
        return builder.with_region(Region(region, URL)).build()
    return builder.with_endpoint(URL).build()


@contextlib.contextmanager
def refused(test, status, code):
    """What is called inside must be refused so; the SDK's own exception carries all of it."""
    with test.assertRaises(ClientRequestException) as caught:
        yield
    told = caught.exception
    test.assertEqual((told.status_code, told.error_code), (status, code), told)
    test.assertRegex(told.request_id, HEX32)
    test.assertTrue(told.error_msg)


def asked(method, path, body=None, **headers):
    """A plain request: status, headers and JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    text = answer.read()
    return answer.status, answer.headers, json.loads(text) if text else None
