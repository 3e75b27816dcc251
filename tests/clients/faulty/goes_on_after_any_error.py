"""A sync that goes on with the next person after an error, and forgets that there was one."""

from directory_sync import Sync
from lib.steady import Failed, main


class Careless(Sync):
    def fill(self, cloud, wanted, entries):
        for name, person in wanted.items():
            try:
                super().fill(cloud, {name: person}, entries)
            except Failed:
                pass

    def clean(self, cloud, wanted):
        for name, entry in cloud.everybody().items():
            if name not in wanted:
                cloud.remove(entry)


if __name__ == "__main__":
    main(Careless().run)
