"""Writes the users of a Workspace project into a table."""

import csv
import io

from lib.directories import Workspace
from lib.steady import Steady, keep, main


class Report:
    """One run."""

    def __init__(self):
        self.steady = Steady()
        self.cloud = Workspace(self.steady)

    def run(self):
        table = io.StringIO()
        rows = [(row["name"], row["title"]) for row in self.everybody()]
        csv.writer(table).writerows([("name", "title"), *rows])
        keep(table.getvalue().encode(), "users.csv")

    def everybody(self):
        return self.cloud.everybody().values()


if __name__ == "__main__":
    main(Report().run)
