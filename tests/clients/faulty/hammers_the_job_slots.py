"""An export that asks for a job slot again and again until one is free."""

from ciam_export import Export
from lib.steady import Failed, Full, main


class Hammer(Export):
    def create(self, store):
        for _ in range(40):
            try:
                return super().create(store)
            except Full:
                continue
        raise Failed("no job slot is free")


if __name__ == "__main__":
    main(Hammer().run)
