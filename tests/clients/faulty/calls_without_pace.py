"""A report that looks for changes for some seconds, as often as it can, and takes no notice of the documented rate."""

import time

from ciam_report import Details
from lib.steady import main


class Watch(Details):
    def run(self):
        users, ends = list(self.cloud.everybody().values()), time.monotonic() + 3.2
        while time.monotonic() < ends:
            for row in users:
                self.detail(row)


if __name__ == "__main__":
    main(Watch().run)
