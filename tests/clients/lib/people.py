"""The people whom clients copy into the clouds: a table with name, email, phone and title."""

import csv
import os

from lib.steady import Failed

PEOPLE = os.environ.get("ZOO_PEOPLE") or os.path.join(os.path.dirname(__file__), "..", "people.csv")


def people():
    """The rows by name; an empty table is a mistake, not an order to delete everybody."""
    with open(PEOPLE, encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    if not rows:
        raise Failed(f"{PEOPLE} has no rows")
    return rows
