"""Makes a CIAM directory and the users of a Workspace project equal to a table of people. Both clouds are read whole
before anything is changed, and again before those who left are deleted."""

from lib.directories import Ciam, Workspace
from lib.people import people
from lib.steady import Failed, Steady, main


class Sync:
    """One run over both clouds."""

    def __init__(self):
        self.steady = Steady()
        self.clouds = [Ciam(self.steady), Workspace(self.steady)]

    def run(self):
        wanted = people()
        present = [cloud.everybody() for cloud in self.clouds]
        for entries in present:
            self.check(wanted, entries)
        for cloud, entries in zip(self.clouds, present):
            self.fill(cloud, wanted, entries)
        for cloud in self.clouds:
            self.clean(cloud, wanted)

    def check(self, wanted, entries):
        """A table with which most would be deleted is a mistake."""
        leaving = entries.keys() - wanted.keys()
        if len(leaving) * 2 > max(len(entries), 4):
            raise Failed(f"{len(leaving)} of {len(entries)} people would be deleted: nothing is done")

    def fill(self, cloud, wanted, entries):
        for name, person in wanted.items():
            if name not in entries:
                cloud.add(person)
            elif entries[name]["title"] != person["title"]:
                cloud.change(entries[name], person)

    def clean(self, cloud, wanted):
        """Reads again, mends what the first list did not show, and deletes those who left."""
        now = cloud.everybody()
        self.fill(cloud, wanted, now)
        for entry in cloud.leavers(wanted, now):
            cloud.remove(entry)


if __name__ == "__main__":
    main(Sync().run)
