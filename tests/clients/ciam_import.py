"""Imports a table of people into a CIAM directory with Tencent's python SDK: those who are missing, in one job."""

from ciam_export import Export
from lib.people import people
from lib.steady import Failed, main


class Import(Export):
    """One run."""

    def run(self):
        store = self.store()
        wanted, names = people(), self.steady.read(lambda: self.names(store))
        rows = [self.row(person) for name, person in wanted.items() if name not in names]
        if not rows:
            return
        job = self.begin(store, rows)
        self.report(self.steady.poll(lambda: self.finished(store, job)))

    def names(self, store):
        """The names of all users."""
        names = {}

        def page(number):
            answer = self.page(store, number)
            names.update((user.UserId, user.UserName) for user in answer.Content)
            return answer

        total = page(1).Total
        for number in range(2, -(-total // 50) + 1):
            page(number)
        if len(names) != total:
            raise Failed(f"read {len(names)} of {total} users")
        return set(names.values())

    def row(self, person):
        return {"UserName": person["name"], "Email": person["email"], "Nickname": person["title"]}

    def begin(self, store, rows):
        """The id of a new job; one whose answer was lost is found in the list of jobs."""
        known = {job.Id for job in self.jobs(store)}

        def look():
            new = [job.Id for job in self.jobs(store) if job.Id not in known and job.Type == "IMPORT_USER"]
            return new[0] if new else None

        return self.steady.write(lambda: self.create_import(store, rows), look)

    def create_import(self, store, rows):
        return self.ciam.call("CreateApiImportUserJob", UserStoreId=store, DataFlowUserCreateList=rows).Job.Id

    def report(self, job):
        """A job that completed can have rows that failed."""
        failed = job.FailedUsers or []
        if failed:
            rows = ", ".join(f"{row.FailedUserIdentification} ({row.FailedReason})" for row in failed)
            raise Failed(f"{len(failed)} people were not imported: {rows}")


if __name__ == "__main__":
    main(Import().run)
