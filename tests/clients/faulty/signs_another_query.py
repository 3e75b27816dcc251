"""A report that looks for users by text, and signs the blank of that text as `+` where it sends `%20`."""

from urllib.parse import urlencode

from lib.steady import main
from workspace_report import Report


class Search(Report):
    def __init__(self):
        super().__init__()
        self.cloud.api.signed_query = lambda query: urlencode(sorted(query.items()))

    def everybody(self):
        query = {"description": "team lead", "limit": 50, "offset": 0}
        answer = self.steady.read(lambda: self.cloud.api.call("GET", "/users", query))
        return [{"name": user["user_name"], "title": user.get("description")} for user in answer["users"]]


if __name__ == "__main__":
    main(Search().run)
