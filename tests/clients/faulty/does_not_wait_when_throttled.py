"""A report that knows that it may call again after HTTP 429, and does so at once."""

from lib.steady import Steady, main
from workspace_report import Report


class Hasty(Steady):
    def pause(self, attempt):
        pass


class HastyReport(Report):
    def __init__(self):
        super().__init__()
        self.steady = self.cloud.steady = Hasty()


if __name__ == "__main__":
    main(HastyReport().run)
