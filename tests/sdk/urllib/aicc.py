"""A synchroniser for the contact centre as a user would write it: the standard library, an address,
an application's key and secret. Nothing in it knows that it talks to a twin."""

import json
import urllib.error
import urllib.request

TOKEN = "/apigovernance/api/oauth/tokenByAkSk"
USERS = "/apiaccess/rest/cc-management/v1/federationUserMgmt"

BATCH = 100


class Refused(Exception):
    """The service or the gateway in front of it says no."""

    def __init__(self, status, code, message):
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


class Client:
    """Takes a token when it needs one, and a new one when the old one no longer counts."""

    def __init__(self, url, key, secret, life=600):
        self.url, self.key, self.secret, self.life = url, key, secret, life
        self.token = None
        self.tokens = 0

    def renew(self):
        answer = self.post(
            TOKEN, {"app_key": self.key, "app_secret": self.secret}, {"X-Token-Expire": str(self.life)}
        )
        self.token = answer["AccessToken"]
        self.tokens += 1
        return answer

    def call(self, interface, body):
        if self.token is None:
            self.renew()
        for last in (False, True):
            headers = {"X-APP-Key": self.key, "Authorization": f"Bearer {self.token}"}
            try:
                answer = self.post(f"{USERS}/{interface}", body, headers)
            except Refused as refused:
                if refused.status != 401 or last:
                    raise
                self.renew()
                continue
            if answer["resultCode"] != "0":
                raise Refused(200, answer["resultCode"], answer["resultMessage"])
            return answer

    def submit(self, entries):
        """The tasks of these changes, in batches as large as may be."""
        batches = (entries[at : at + BATCH] for at in range(0, len(entries), BATCH))
        return [self.call("createTask", {"federationUserList": batch})["taskId"] for batch in batches]

    def finished(self, task, wait):
        """What failed of a task, once it is over."""
        while True:
            answer = self.call("queryTask", {"taskId": task})
            if answer["taskInfo"]["status"] == "DONE":
                return answer["failDataList"]
            wait()

    def post(self, path, body, headers):
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        # Without a handler of its own, urllib would ask the machine's proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = json.load(error)
            raise Refused(error.code, said["resultCode"], said["resultMessage"]) from None
