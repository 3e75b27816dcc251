"""A report that tries a throttled call three hundred times."""

import random
import time

from ciam_report import Details
from lib.steady import Steady, Throttled, main


class Patient(Steady):
    def read(self, ask):
        for attempt in range(300):
            try:
                return ask()
            except Throttled as error:
                failure = error
                time.sleep(random.uniform(0.005, 0.01))
        raise failure


class PatientReport(Details):
    def __init__(self):
        super().__init__()
        self.steady = self.cloud.steady = Patient()


if __name__ == "__main__":
    main(PatientReport().run)
