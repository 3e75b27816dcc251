"""An export that keeps what came of a download when the connection ends early."""

import http.client

from ciam_export import Export
from lib.steady import keep, main
from lib.wire import Wire


class Lenient(Wire):
    def read(self, answer):
        try:
            return answer.read()
        except http.client.IncompleteRead as half:
            return half.partial


class HalfExport(Export):
    def __init__(self):
        super().__init__()
        self.wire = Lenient()

    def run(self):
        job = self.export(self.store())
        keep(self.steady.read(lambda: self.download(job.Location)), "users.ndjson")


if __name__ == "__main__":
    main(HalfExport().run)
