"""Makes the users of a Workspace project equal to those of a CIAM directory."""

from lib.directories import Ciam, Workspace
from lib.steady import Failed, Steady, main


class Mirror:
    """One run: the directory is the source, the project is the copy."""

    def __init__(self):
        self.steady = Steady()
        self.directory, self.project = Ciam(self.steady), Workspace(self.steady)

    def run(self):
        source, copy = self.source(), self.project.everybody()
        for name in sorted(source.keys() - copy.keys()):
            self.project.add({"name": name, "email": f"{name}@example.com", "title": "copied"})
        for entry in self.project.leavers(source, self.project.everybody()):
            self.project.remove(entry)

    def source(self):
        """Who is to be there; a directory without anybody is not believed."""
        found = self.directory.everybody()
        if not found:
            raise Failed("the directory is empty: nothing is deleted")
        return found


if __name__ == "__main__":
    main(Mirror().run)
