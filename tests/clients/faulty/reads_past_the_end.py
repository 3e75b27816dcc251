"""A report that reads ten pages, whatever the total says."""

from lib.steady import main
from workspace_report import Report


class TenPages(Report):
    def everybody(self):
        rows = []
        for number in range(10):
            rows += self.steady.read(lambda: self.cloud.page(number))[1]
        return rows


if __name__ == "__main__":
    main(TenPages().run)
