"""Huawei Cloud AICC over plain HTTP: a token for an application's key and secret, then batches of accounts."""

import json
import os

from lib.steady import Failed, OldToken, Refused, Throttled, Unknown
from lib.wire import Wire, parsed

KEY = os.environ["CLOUDTWIN_AICC_APP_KEY"]
SECRET = os.environ["CLOUDTWIN_AICC_APP_SECRET"]
TOKEN = "/apigovernance/api/oauth/tokenByAkSk"
USERS = "/apiaccess/rest/cc-management/v1/federationUserMgmt/"


class ContactCentre:
    """Takes a token at the first call, and a new one when it is refused."""

    def __init__(self):
        self.wire, self.token = Wire(), None

    def renew(self):
        """Takes a new token. If that fails, nothing of the call that needs it was sent."""
        try:
            self.token = self.post(TOKEN, {"app_key": KEY, "app_secret": SECRET}, {})["AccessToken"]
        except Unknown as error:
            raise Throttled("no token", str(error)) from None

    def call(self, interface, body):
        if self.token is None:
            self.renew()
        try:
            return self.once(interface, body)
        except OldToken:
            self.renew()
        return self.once(interface, body)

    def once(self, interface, body):
        headers = {"X-APP-Key": KEY, "Authorization": f"Bearer {self.token}"}
        return self.post(USERS + interface, body, headers)

    def post(self, path, body, headers):
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Token-Expire": "600", **headers}
        return self.answer(*self.wire.send("POST", path, headers, data))

    def answer(self, status, data):
        """The answer; with a code of its own, HTTP 200 is a refusal too."""
        answer = parsed(status, data)
        if not isinstance(answer, dict):
            raise Unknown(f"HTTP {status}")
        code, message = str(answer.get("resultCode", "0")), str(answer.get("resultMessage", ""))
        if status == 401:
            raise OldToken(code, message)
        if status == 429:
            raise Throttled(code, message)
        if status >= 500 or code == "200-999":
            raise Unknown(f"HTTP {status} {code}: {message}")
        if status != 200 or code != "0":
            raise Refused(code, message)
        return answer


def undecided(error):
    """No call shows which batches exist, so a lost answer cannot be looked up; accounts that are there already are no
    failure of the next run."""
    return Failed(f"{error}: it is not known whether the batch was taken; run again")
