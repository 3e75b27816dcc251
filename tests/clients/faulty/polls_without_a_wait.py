"""An export that asks for the state of its job as fast as it can."""

from ciam_export import Export
from lib.steady import main


class Hasty(Export):
    def export(self, store):
        job = self.start(store)
        while True:
            done = self.steady.read(lambda: self.finished(store, job))
            if done:
                return done


if __name__ == "__main__":
    main(Hasty().run)
