"""A report that gives the number of the page where the number of the row is asked for."""

from lib.directories import PAGE
from lib.steady import main
from workspace_report import Report


class PageNumbers(Report):
    def everybody(self):
        found, page = {}, 0
        while True:
            answer = self.steady.read(lambda: self.list(page))
            found.update((user["id"], user) for user in answer["users"])
            page += 1
            if page * PAGE >= answer["total_count"]:
                return [{"name": user["user_name"], "title": user.get("description")} for user in found.values()]

    def list(self, page):
        return self.cloud.api.call("GET", "/users", {"limit": PAGE, "offset": page})


if __name__ == "__main__":
    main(PageNumbers().run)
