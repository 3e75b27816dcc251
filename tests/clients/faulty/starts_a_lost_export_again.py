"""An export that starts a job again when the answer to the first one was lost, and does not look for that one."""

from ciam_export import Export
from lib.steady import main


class Again(Export):
    def start(self, store):
        return self.steady.read(lambda: self.create(store))


if __name__ == "__main__":
    main(Again().run)
