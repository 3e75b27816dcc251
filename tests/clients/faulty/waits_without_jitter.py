"""A report whose waits double, and are the same in every process: those that are throttled together return together."""

import time

from ciam_report import Details
from lib.steady import Steady, main


class Exact(Steady):
    def pause(self, attempt):
        time.sleep(0.2 * 2**attempt)


class ExactReport(Details):
    def __init__(self):
        super().__init__()
        self.steady = self.cloud.steady = Exact()


if __name__ == "__main__":
    main(ExactReport().run)
