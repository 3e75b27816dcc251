"""A sync that takes each answer with HTTP 200 for a success when it writes; Tencent's refusals have that status."""

from directory_sync import Sync
from lib.steady import main
from lib.wire import parsed


class ByStatus(Sync):
    def fill(self, cloud, wanted, entries):
        api = cloud.api
        answer = api.answer
        if cloud is self.clouds[0]:
            api.answer = lambda status, data: parsed(status, data) if status == 200 else answer(status, data)
        super().fill(cloud, wanted, entries)
        api.answer = answer

    def clean(self, cloud, wanted):
        for name, entry in cloud.everybody().items():
            if name not in wanted:
                cloud.remove(entry)


if __name__ == "__main__":
    main(ByStatus().run)
