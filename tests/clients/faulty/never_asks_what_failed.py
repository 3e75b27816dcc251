"""A batch that ends once its tasks are taken, and never asks what became of them."""

from contact_centre_batch import BATCH, Batch
from lib.steady import main


class Forgetful(Batch):
    def run(self):
        agents = self.agents()
        for begin in range(0, len(agents), BATCH):
            self.submit(agents[begin : begin + BATCH])


if __name__ == "__main__":
    main(Forgetful().run)
