"""A mirror that believes a directory without anybody, and deletes everybody."""

from lib.steady import main
from mirror import Mirror


class Believing(Mirror):
    def source(self):
        return self.directory.everybody()


if __name__ == "__main__":
    main(Believing().run)
