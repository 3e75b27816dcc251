"""A batch that takes a new token before each call."""

from contact_centre_batch import Batch
from lib.contact_centre import ContactCentre
from lib.steady import main


class NewTokens(ContactCentre):
    def call(self, interface, body):
        self.renew()
        return self.once(interface, body)


class NewTokensBatch(Batch):
    def __init__(self):
        super().__init__()
        self.centre = NewTokens()

    def run(self):
        agents = self.agents()
        for begin in range(0, len(agents), 30):
            task = self.submit(agents[begin : begin + 30])
            self.report(self.steady.poll(lambda: self.finished(task)))


if __name__ == "__main__":
    main(NewTokensBatch().run)
