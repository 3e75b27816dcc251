"""A report that tries up to twelve times when it is throttled, with the same wait each time."""

import time

from ciam_report import Details
from lib.steady import Steady, Throttled, main

WAIT_S = 0.06


class Constant(Steady):
    def read(self, ask):
        for _ in range(12):
            try:
                return ask()
            except Throttled as error:
                failure = error
                time.sleep(WAIT_S)
        raise failure


class ConstantReport(Details):
    def __init__(self):
        super().__init__()
        self.steady = self.cloud.steady = Constant()


if __name__ == "__main__":
    main(ConstantReport().run)
