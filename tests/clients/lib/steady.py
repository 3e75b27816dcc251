"""What every correct client of this folder does when a call fails: back-off with full jitter, a cap, a number of
attempts, a deadline, and a look at the state before a write is sent again."""

import os
import random
import sys
import tempfile
import time

BASE_S = float(os.environ.get("ZOO_BASE_MS", "50")) / 1000
CAP_S = float(os.environ.get("ZOO_CAP_MS", "1000")) / 1000
DEADLINE_S = float(os.environ.get("ZOO_DEADLINE_S", "15"))
ATTEMPTS = 6


class Failed(Exception):
    """The work cannot be done; the text says why."""


class Refused(Failed):
    """The service says no, and will say it again."""

    def __init__(self, code, message=""):
        super().__init__(f"{code}: {message}" if message else str(code))
        self.code = str(code)


class Exists(Refused):
    """What is to be made is there already."""


class Gone(Refused):
    """What is to be changed or deleted is not there."""


class Throttled(Refused):
    """Too many calls: nothing was done, and a later call can succeed."""


class Full(Throttled):
    """No job slot is free: nothing was done."""


class OldToken(Refused):
    """The token is no longer good."""


class Unknown(Failed):
    """No answer, or none that says what was done: a lost connection, half a body, an internal error."""


class Incomplete(Failed):
    """A list has fewer rows than it says."""


class Steady:
    """Calls again what can succeed later."""

    def __init__(self):
        self.ends = time.monotonic() + DEADLINE_S

    def pause(self, attempt):
        """Waits the base, and a random time whose bound doubles with each attempt."""
        wait = BASE_S + random.uniform(0, min(CAP_S, BASE_S * 2**attempt))
        if time.monotonic() + wait > self.ends:
            raise Failed(f"gave up after {DEADLINE_S:.0f} s")
        time.sleep(wait)

    def read(self, ask):
        """A call that changes nothing."""
        for attempt in range(ATTEMPTS):
            try:
                return ask()
            except (Throttled, Unknown, Incomplete) as error:
                failure = error
            if attempt + 1 < ATTEMPTS:
                self.pause(attempt)
        raise failure

    def write(self, ask, look):
        """A call that changes something. After an answer that was lost, `look` reads whether it was done: it
        returns what the call would have returned, or `None`."""
        is_unknown = False
        for attempt in range(ATTEMPTS):
            try:
                return ask()
            except Throttled as error:
                failure = error
            except Unknown as error:
                failure, is_unknown = error, True
            except (Exists, Gone):
                found = look() if is_unknown else None
                if found is None:
                    raise
                return found
            if is_unknown or attempt + 1 < ATTEMPTS:
                self.pause(attempt)
            if is_unknown:
                found = look()
                if found is not None:
                    return found
        raise failure

    def poll(self, look):
        """Looks until `look` returns something, with growing waits."""
        wait = 0.03
        while True:
            found = self.read(look)
            if found is not None:
                return found
            if time.monotonic() + wait > self.ends:
                raise Failed(f"the job did not end within {DEADLINE_S:.0f} s")
            time.sleep(wait * random.uniform(1, 1.3))
            wait = min(wait * 1.5, 0.5)


def keep(data, name):
    """Puts a whole file in its place, and never half of one."""
    named = os.environ.get("ZOO_OUT") or os.environ.get("CLOUDTWIN_TMP")
    folder = named or tempfile.mkdtemp(prefix="zoo-")
    part = os.path.join(folder, name + ".part")
    with open(part, "wb") as file:
        file.write(data)
    os.replace(part, os.path.join(folder, name))


def main(run):
    """Runs a client: what failed goes to standard error, and the exit code says so."""
    try:
        run()
    except Failed as failure:
        print(f"failed: {failure}", file=sys.stderr)
        sys.exit(1)
