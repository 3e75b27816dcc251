"""Huawei Cloud over plain HTTP, signed with SDK-HMAC-SHA256."""

import hashlib
import hmac
import json
import os
import time
from urllib.parse import quote

from lib.steady import Exists, Gone, Refused, Throttled, Unknown
from lib.wire import Wire, parsed

AK = os.environ["HUAWEICLOUD_SDK_AK"]
SK = os.environ["HUAWEICLOUD_SDK_SK"]
PROJECT = os.environ["HUAWEICLOUD_SDK_PROJECT_ID"]


def failure(status, code, message=""):
    """What a code of Workspace or its gateway means for the next attempt."""
    if status == 429:
        return Throttled(code, message)
    if status >= 500:
        return Unknown(f"HTTP {status} {code}: {message}")
    if code == "WKS.EMU.0002":
        return Exists(code, message)
    if code == "WKS.00170312":
        return Gone(code, message)
    return Refused(code, message)


class Huawei:
    """The calls of a project."""

    def __init__(self):
        self.wire = Wire()

    def call(self, method, path, query=None, body=None):
        """The answer as JSON."""
        data = json.dumps(body).encode() if body is not None else b""
        path = f"/v2/{PROJECT}{path}"
        target = path + ("?" + self.encoded(query) if query else "")
        headers = self.headers(method, path, query or {}, data)
        return self.answer(*self.wire.send(method, target, headers, data))

    def answer(self, status, data):
        answer = parsed(status, data)
        if status >= 300:
            code = answer.get("error_code", "") if isinstance(answer, dict) else ""
            raise failure(status, code or f"HTTP {status}", str(answer.get("error_msg", "")) if code else "")
        return answer

    def encoded(self, query):
        """The query as it is sent."""
        return "&".join(f"{quote(name, safe='~')}={quote(str(query[name]), safe='~')}" for name in sorted(query))

    def signed_query(self, query):
        """The query as it is signed."""
        return self.encoded(query)

    def headers(self, method, path, query, data):
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        host = self.wire.host
        names = "content-type;host;x-sdk-date"
        lines = f"content-type:application/json\nhost:{host}\nx-sdk-date:{date}\n"
        canonical = "\n".join(
            [method, path + "/", self.signed_query(query), lines, names, hashlib.sha256(data).hexdigest()]
        )
        text = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(SK.encode(), text.encode(), hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "Host": host,
            "X-Sdk-Date": date,
            "Authorization": f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders={names}, Signature={signature}",
        }
