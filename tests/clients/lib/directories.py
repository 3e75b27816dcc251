"""The two directories that are kept equal to a table: that of CIAM, and that of Workspace. Both have the same calls."""

import secrets

from lib.huawei import Huawei
from lib.steady import Exists, Failed, Incomplete
from lib.tencent import Tencent

PAGE = 50


class Directory:
    """People by name. An entry has `id`, `name` and `title`."""

    def __init__(self, steady):
        self.steady = steady

    def everybody(self):
        """All entries by name, or an exception: a list that is not whole is no list."""
        return self.steady.read(self.whole_list)

    def whole_list(self):
        found, total, page = {}, None, 0
        while total is None or page * PAGE < total:
            total, rows = self.page(page)
            found.update((row["id"], row) for row in rows)
            page += 1
        if len(found) != total:
            raise Incomplete(f"read {len(found)} of {total} people")
        return {row["name"]: row for row in found.values()}

    def add(self, person):
        try:
            self.steady.write(lambda: self.create(person), lambda: self.find(person["name"]))
        except Exists:
            # A list did not show it. It is read again before anything is deleted.
            pass

    def change(self, entry, person):
        def look():
            now = self.find(person["name"])
            return now if now and now["title"] == person["title"] else None

        self.steady.write(lambda: self.update(entry, person), look)

    def remove(self, entry):
        def look():
            # Gone is what a whole list does not name.
            return True if entry["name"] not in self.everybody() else None

        self.steady.write(lambda: self.delete(entry), look)

    def leavers(self, wanted, now):
        """Those whom nobody wants any more, from a list that shows all who are wanted."""
        if wanted.keys() - now.keys():
            raise Failed(f"{len(wanted.keys() - now.keys())} people are not in the list: nobody is deleted")
        return [now[name] for name in sorted(now.keys() - wanted.keys())]

    def find(self, name):
        return self.everybody().get(name)


class Ciam(Directory):
    """A user directory of Tencent Cloud CIAM."""

    def __init__(self, steady):
        super().__init__(steady)
        self.api = Tencent("ciam", "2022-03-31")
        self.store = None

    def call(self, action, **members):
        if self.store is None:
            stores = self.api.call("ListUserStore")["UserStoreSet"]
            if len(stores) != 1:
                raise Failed(f"{len(stores)} directories: which one?")
            self.store = stores[0]["UserStoreId"]
        return self.api.call(action, UserStoreId=self.store, **members)

    def page(self, number):
        answer = self.call("ListUser", Pageable={"PageSize": PAGE, "PageNumber": number + 1})
        rows = [{"id": u["UserId"], "name": u["UserName"], "title": u["Nickname"]} for u in answer["Content"]]
        return answer["Total"], rows

    def create(self, person):
        return self.call(
            "CreateUser",
            UserName=person["name"],
            Email=person["email"],
            PhoneNumber=person["phone"],
            Nickname=person["title"],
            Password=secrets.token_urlsafe(12) + "aA1",
        )

    def update(self, entry, person):
        return self.call("UpdateUser", UserId=entry["id"], Nickname=person["title"])

    def delete(self, entry):
        return self.call("DeleteUsers", UserIds=[entry["id"]])


class Workspace(Directory):
    """The users of a project of Huawei Cloud Workspace."""

    def __init__(self, steady):
        super().__init__(steady)
        self.api = Huawei()

    def page(self, number):
        answer = self.api.call("GET", "/users", {"limit": PAGE, "offset": number * PAGE})
        rows = [{"id": u["id"], "name": u["user_name"], "title": u.get("description")} for u in answer["users"]]
        return answer["total_count"], rows

    def create(self, person):
        body = {"user_name": person["name"], "user_email": person["email"], "description": person["title"]}
        return self.api.call("POST", "/users", body=body)

    def update(self, entry, person):
        return self.api.call("PUT", f"/users/{entry['id']}", body={"description": person["title"]})

    def delete(self, entry):
        return self.api.call("DELETE", f"/users/{entry['id']}")
