"""Exports the users of a CIAM directory with Tencent's python SDK: starts a job, polls it, downloads its file, and
compares that with the list."""

import json

from lib.steady import Failed, Incomplete, Refused, Steady, Unknown, keep, main
from lib.tencent_sdk import Ciam
from lib.wire import Wire

PAGE = 50


class Export:
    """One run."""

    def __init__(self):
        self.steady = Steady()
        self.ciam = Ciam()
        self.wire = Wire()

    def run(self):
        store = self.store()
        users = self.steady.read(lambda: self.users(store))
        job = self.export(store)
        data = self.steady.read(lambda: self.download(job.Location))
        self.compare(users, [json.loads(line)["id"] for line in data.decode().splitlines()])
        keep(data, "users.ndjson")

    def store(self):
        stores = self.steady.read(lambda: self.ciam.call("ListUserStore")).UserStoreSet
        if len(stores) != 1:
            raise Failed(f"{len(stores)} directories: which one?")
        return stores[0].UserStoreId

    def users(self, store):
        """The ids of all users."""
        found, total, page = set(), None, 1
        while total is None or (page - 1) * PAGE < total:
            answer = self.page(store, page)
            total, page = answer.Total, page + 1
            found.update(user.UserId for user in answer.Content)
        if len(found) != total:
            raise Incomplete(f"read {len(found)} of {total} users")
        return found

    def page(self, store, number):
        return self.ciam.call("ListUser", UserStoreId=store, Pageable={"PageSize": PAGE, "PageNumber": number})

    def export(self, store):
        """The job of an export that has ended well."""
        job = self.start(store)
        return self.steady.poll(lambda: self.finished(store, job))

    def start(self, store):
        """The id of a new job; one whose answer was lost is found in the list of jobs."""
        known = {job.Id for job in self.jobs(store)}

        def look():
            new = [job.Id for job in self.jobs(store) if job.Id not in known and job.Type == "EXPORT_USER"]
            return new[0] if new else None

        return self.steady.write(lambda: self.create(store), look)

    def create(self, store):
        return self.ciam.call("CreateFileExportUserJob", UserStoreId=store, Format="NDJSON").Job.Id

    def jobs(self, store):
        return self.steady.read(lambda: self.ciam.call("ListJobs", UserStoreId=store).JobSet)

    def finished(self, store, job):
        """The job once it has ended; one that failed is an error."""
        found = self.ciam.call("ListJobs", UserStoreId=store, JobIds=[job]).JobSet
        if not found or found[0].Status in ("PENDING", "PROCESSING"):
            return None
        if found[0].Status != "COMPLETED":
            raise Failed(f"the export ended as {found[0].Status}: {[e.Error for e in found[0].ErrorDetails or []]}")
        return found[0]

    def download(self, location):
        """The whole file. The link needs no key; a file that is not there yet can come."""
        target = location.removeprefix(f"http://{self.wire.host}")
        status, data = self.wire.send("GET", target, {})
        if status in (403, 410):
            raise Refused(status, "the link has expired")
        if status != 200:
            raise Unknown(f"the download answers HTTP {status}")
        return data

    def compare(self, users, rows):
        if set(rows) != users:
            raise Failed(f"the file has {len(rows)} users and the list {len(users)}")


if __name__ == "__main__":
    main(Export().run)
