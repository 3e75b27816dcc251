"""HTTP over one connection that is kept open."""

import http.client
import json
import os
import urllib.parse

from lib.steady import Unknown

URL = os.environ["CLOUDTWIN_URL"]
TIMEOUT_S = 3


class Wire:
    """Sends requests; everything that is no whole answer is `Unknown`."""

    def __init__(self, url=URL):
        self.host = urllib.parse.urlsplit(url).netloc
        self.connection = None

    def send(self, method, target, headers, body=b""):
        """The status and the whole body."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=TIMEOUT_S)
        try:
            self.connection.request(method, target, body or None, headers)
            answer = self.connection.getresponse()
            return answer.status, self.read(answer)
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.connection = None
            raise Unknown(f"{method} {target.split('?')[0]}: {error!r}") from None

    def read(self, answer):
        """The body; half of one is an `IncompleteRead`."""
        return answer.read()


def parsed(status, data):
    """An answer as JSON; whatever else a middle box says tells nothing of the work."""
    try:
        return json.loads(data) if data else {}
    except ValueError:
        raise Unknown(f"HTTP {status} without JSON") from None
