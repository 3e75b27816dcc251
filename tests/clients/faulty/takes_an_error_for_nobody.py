"""A mirror that takes a directory that cannot be read for an empty one, and deletes everybody."""

from lib.steady import Failed, main
from mirror import Mirror


class Emptied(Mirror):
    def source(self):
        try:
            return self.directory.whole_list()
        except Failed as failure:
            print(f"cannot read the directory: {failure}")
            return {}


if __name__ == "__main__":
    main(Emptied().run)
