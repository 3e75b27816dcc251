"""A report that opens a connection for each call."""

from ciam_report import Details
from lib.steady import main
from lib.wire import Wire


class Lone(Wire):
    def send(self, method, target, headers, body=b""):
        try:
            return super().send(method, target, headers, body)
        finally:
            self.connection = None


class LoneReport(Details):
    def __init__(self):
        super().__init__()
        self.cloud.api.wire = Lone()


if __name__ == "__main__":
    main(LoneReport().run)
