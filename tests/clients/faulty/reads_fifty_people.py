"""A sync that reads one page of each cloud, creates everybody who is not on it again, and counts the refusals as
done."""

from directory_sync import Sync
from lib.steady import Exists, main


def first_page(cloud):
    return {row["name"]: row for row in cloud.steady.read(lambda: cloud.page(0))[1]}


class Fifty(Sync):
    def run(self):
        for cloud in self.clouds:
            cloud.everybody = lambda cloud=cloud: first_page(cloud)
            cloud.add = lambda person, cloud=cloud: self.add(cloud, person)
        super().run()

    def add(self, cloud, person):
        try:
            cloud.steady.read(lambda: cloud.create(person))
        except Exists:
            pass

    def clean(self, cloud, wanted):
        for name, entry in cloud.everybody().items():
            if name not in wanted:
                cloud.remove(entry)


if __name__ == "__main__":
    main(Fifty().run)
