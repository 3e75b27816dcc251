"""A sync that prints what failed, and ends as if nothing had."""

import sys

from directory_sync import Sync
from lib.steady import Failed

if __name__ == "__main__":
    try:
        Sync().run()
    except Failed as failure:
        print(f"failed: {failure}", file=sys.stderr)
