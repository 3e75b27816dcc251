"""A batch that takes a token once, and goes on with it when it is refused."""

from contact_centre_batch import Batch
from lib.contact_centre import ContactCentre
from lib.steady import OldToken, Throttled, main


class OneToken(ContactCentre):
    def call(self, interface, body):
        if self.token is None:
            self.renew()
        try:
            return self.once(interface, body)
        except OldToken as error:
            raise Throttled("401", str(error)) from None


class OneTokenBatch(Batch):
    def __init__(self):
        super().__init__()
        self.centre = OneToken()


if __name__ == "__main__":
    main(OneTokenBatch().run)
