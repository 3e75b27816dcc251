"""A sync that, when a change is refused, deletes the person and creates it anew: groups and rights are gone."""

from directory_sync import Sync
from lib.steady import Failed, main


class Recreate(Sync):
    def fill(self, cloud, wanted, entries):
        change = cloud.change

        def changed(entry, person):
            try:
                change(entry, person)
            except Failed:
                cloud.remove(entry)
                cloud.add(person)

        cloud.change = changed
        super().fill(cloud, wanted, entries)


if __name__ == "__main__":
    main(Recreate().run)
