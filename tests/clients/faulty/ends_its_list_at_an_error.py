"""A mirror that ends its list where a page cannot be read, and deletes those who would have come after it."""

from lib.steady import Failed, main
from mirror import Mirror


class Partial(Mirror):
    def source(self):
        found, number, total = {}, 0, 1
        while len(found) < total:
            try:
                total, rows = self.directory.page(number)
            except Failed:
                break
            found.update((row["name"], row) for row in rows)
            number += 1
        return found


if __name__ == "__main__":
    main(Partial().run)
