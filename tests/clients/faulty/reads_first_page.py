"""A report that asks for the list once, and takes what comes for all of it."""

from lib.steady import main
from workspace_report import Report


class FirstPage(Report):
    def everybody(self):
        total, rows = self.steady.read(lambda: self.cloud.page(0))
        return rows


if __name__ == "__main__":
    main(FirstPage().run)
