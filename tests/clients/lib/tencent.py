"""Tencent Cloud API 3.0 over plain HTTP, signed with TC3-HMAC-SHA256."""

import hashlib
import hmac
import json
import os
import time

from lib.steady import Exists, Full, Gone, Refused, Throttled, Unknown
from lib.wire import Wire, parsed

KEY = os.environ["TENCENTCLOUD_SECRET_ID"]
SECRET = os.environ["TENCENTCLOUD_SECRET_KEY"]
REGION = os.environ["TENCENTCLOUD_REGION"]


def failure(code, message=""):
    """What a code of API 3.0 means for the next attempt."""
    last = code.rsplit(".", 1)[-1]
    if code.startswith("RequestLimitExceeded") or last == "RateLimitExceeded":
        return Throttled(code, message)
    if last == "DataFlowTooManyRequests":
        return Full(code, message)
    if code.startswith(("InternalError", "ServiceUnavailable")):
        return Unknown(f"{code}: {message}")
    if last.endswith(("AlreadyExists", "AlreadyExist")):
        return Exists(code, message)
    if last in ("UserNotFound", "UserNotExist"):
        return Gone(code, message)
    return Refused(code, message)


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Tencent:
    """A product's actions."""

    def __init__(self, product, version, key=KEY):
        self.product, self.version, self.key = product, version, key
        self.wire = Wire()

    def call(self, action, **members):
        """The answer of an action; a refusal is an exception, whatever the status."""
        body = json.dumps(members).encode()
        status, data = self.wire.send("POST", "/", self.headers(action, body, self.now()), body)
        return self.answer(status, data)

    def now(self):
        return int(time.time())

    def answer(self, status, data):
        response = parsed(status, data).get("Response")
        if not isinstance(response, dict) or status != 200:
            raise Unknown(f"HTTP {status}")
        if "Error" in response:
            raise failure(response["Error"]["Code"], response["Error"]["Message"])
        return response

    def headers(self, action, body, now):
        """The headers of a request that is signed at that second."""
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        content, host = "application/json", self.wire.host
        canonical = f"POST\n/\n\ncontent-type:{content}\nhost:{host}\n\ncontent-type;host\n" + digest(body)
        scope = f"{day}/{self.product}/tc3_request"
        text = f"TC3-HMAC-SHA256\n{now}\n{scope}\n{digest(canonical.encode())}"
        secret = sign(sign(sign(b"TC3" + SECRET.encode(), day), self.product), "tc3_request")
        return {
            "Content-Type": content,
            "Host": host,
            "X-TC-Action": action,
            "X-TC-Version": self.version,
            "X-TC-Region": REGION,
            "X-TC-Timestamp": str(now),
            "Authorization": f"TC3-HMAC-SHA256 Credential={self.key}/{scope}, "
            f"SignedHeaders=content-type;host, Signature={sign(secret, text).hex()}",
        }


def digest(data):
    return hashlib.sha256(data).hexdigest()
