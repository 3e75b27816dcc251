"""A small client with bugs on demand: it adds one user to a CIAM directory, unless the user is there.

    client.py [BUG]

`none`: it tries each call three times, looks before it creates again, and says it when it fails.
`stubborn`: it sends again what was refused for good.
`silent`: it ends with 0 whatever happened.
`wavers`: it names the user, takes the name back when that has no answer, and tries again.
`leaves`: it creates a group first, and leaves it behind when the rest fails."""

import sys
import time

from lib.steady import Exists, Refused, Unknown
from lib.tencent import Tencent

BUG = sys.argv[1] if len(sys.argv) > 1 else "none"
ciam = Tencent("ciam", "2022-03-31")


def tried(call):
    """The answer of the first of three tries that has one."""
    if BUG == "stubborn":
        for _ in range(5):
            try:
                return call()
            except Refused:
                time.sleep(0.02)
    for wait in (0.02, 0.05, None):
        try:
            return call()
        except Refused:
            raise
        except Exception:
            if wait is None:
                raise
            time.sleep(wait)


def directory():
    return tried(lambda: ciam.call("ListUserStore"))["UserStoreSet"][0]["UserStoreId"]


def is_there(store):
    listed = tried(lambda: ciam.call("ListUser", UserStoreId=store, Pageable={"PageNumber": 1, "PageSize": 50}))
    return any(user["UserName"] == "ada" for user in listed["Content"])


def create(store):
    try:
        ciam.call("CreateUser", UserStoreId=store, UserName="ada", PhoneNumber="+86-13800000001",
                  Email="ada@example.com", Password="Secret-123")
    except Exists:
        pass


def add(store):
    if BUG == "leaves":
        tried(lambda: ciam.call("CreateUserGroup", UserStoreId=store, DisplayName=f"run {time.time()}"))
    for _ in range(3):
        if is_there(store):
            return
        try:
            return create(store)
        except Unknown:
            time.sleep(0.02)
    raise SystemExit("failed: the user cannot be created")


def rename(store):
    listed = tried(lambda: ciam.call("ListUser", UserStoreId=store, Pageable={"PageNumber": 1, "PageSize": 50}))
    ada = next(user for user in listed["Content"] if user["UserName"] == "ada")
    name = lambda text: ciam.call("UpdateUser", UserStoreId=store, UserId=ada["UserId"], Nickname=text)
    try:
        name("Ada")
    except Unknown:
        tried(lambda: name("nobody"))
        tried(lambda: name("Ada"))


def main():
    try:
        store = directory()
        add(store)
        if BUG == "wavers":
            rename(store)
    except Exception as error:
        print(f"failed: {error!r}", file=sys.stderr)
        return 0 if BUG == "silent" else 1


sys.exit(main())
