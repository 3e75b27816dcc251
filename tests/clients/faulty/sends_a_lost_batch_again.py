"""A batch that is sent again when its answer was lost, although the first one may be under way."""

from contact_centre_batch import Batch
from lib.steady import main


class Again(Batch):
    def submit(self, agents):
        return self.steady.read(lambda: self.centre.call("createTask", {"federationUserList": agents}))["taskId"]


if __name__ == "__main__":
    main(Again().run)
