"""A batch that sends its token in the query too, where access logs keep it."""

from contact_centre_batch import Batch
from lib.contact_centre import ContactCentre
from lib.steady import main


class InUrl(ContactCentre):
    def once(self, interface, body):
        return super().once(f"{interface}?access_token={self.token}", body)


class InUrlBatch(Batch):
    def __init__(self):
        super().__init__()
        self.centre = InUrl()


if __name__ == "__main__":
    main(InUrlBatch().run)
