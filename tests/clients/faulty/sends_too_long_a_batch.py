"""A batch that has as many accounts as there are, and not at most 100."""

from contact_centre_batch import Batch
from lib.steady import main


class Whole(Batch):
    def run(self):
        task = self.submit(self.agents())
        self.report(self.steady.poll(lambda: self.finished(task)))


if __name__ == "__main__":
    main(Whole().run)
