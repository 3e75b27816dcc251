"""A batch that looks at the HTTP status alone: a refusal inside HTTP 200 counts as an answer."""

from contact_centre_batch import Batch
from lib.contact_centre import ContactCentre
from lib.steady import OldToken, Refused, Throttled, Unknown, main
from lib.wire import parsed


class ByStatus(ContactCentre):
    def answer(self, status, data):
        kinds = {401: OldToken, 429: Throttled}
        if status >= 400:
            raise kinds.get(status, Unknown if status >= 500 else Refused)(f"HTTP {status}")
        return parsed(status, data)


class TrustingBatch(Batch):
    def __init__(self):
        super().__init__()
        self.centre = ByStatus()

    def submit(self, agents):
        return str(self.centre.call("createTask", {"federationUserList": agents}).get("taskId"))

    def finished(self, task):
        answer = self.centre.call("queryTask", {"taskId": task})
        still = answer.get("taskInfo", {}).get("status") in ("TODO", "DOING")
        return None if still else answer.get("failDataList", [])


if __name__ == "__main__":
    main(TrustingBatch().run)
