"""An export that waits for its job without an end."""

import time

from ciam_export import Export
from lib.steady import main


class Endless(Export):
    def export(self, store):
        job = self.start(store)
        while True:
            done = self.steady.read(lambda: self.finished(store, job))
            if done:
                return done
            time.sleep(0.2)


if __name__ == "__main__":
    main(Endless().run)
