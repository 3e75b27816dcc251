"""An export that waits for a link: a job that failed never has one, and it polls on."""

import time

from ciam_export import Export
from lib.steady import Failed, main


class WaitsForLink(Export):
    def export(self, store):
        job = self.start(store)
        for _ in range(12):
            (found,) = self.steady.read(lambda: self.ciam.call("ListJobs", UserStoreId=store, JobIds=[job])).JobSet
            if found.Location:
                return found
            time.sleep(0.05)
        raise Failed("the export has no link")


if __name__ == "__main__":
    main(WaitsForLink().run)
