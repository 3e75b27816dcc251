"""An export that ends once its job has, and leaves the file where it is."""

from ciam_export import Export
from lib.steady import main


class Undone(Export):
    def run(self):
        job = self.export(self.store())
        print(f"exported to {job.Location.rsplit('/', 1)[0]}")


if __name__ == "__main__":
    main(Undone().run)
