"""Writes the users of a CIAM directory into a table, with what only a look at each of them shows."""

from lib.directories import Ciam
from lib.steady import main
from workspace_report import Report


class Details(Report):
    """One run."""

    def __init__(self):
        super().__init__()
        self.cloud = Ciam(self.steady)

    def everybody(self):
        return [self.detail(row) for row in self.cloud.everybody().values()]

    def detail(self, row):
        user = self.steady.read(lambda: self.look(row))
        return {"name": user["UserName"], "title": user["Nickname"]}

    def look(self, row):
        return self.cloud.call("DescribeUserById", UserId=row["id"])["User"]


if __name__ == "__main__":
    main(Details().run)
