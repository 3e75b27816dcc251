"""Validates the JUnit and CTRF files of a folder of reports: check.py FOLDER."""

import json
import sys
from pathlib import Path

import jsonschema
import xmlschema

HERE = Path(__file__).parent


def check(folder: Path) -> int:
    junit = xmlschema.XMLSchema(HERE / "junit-10.xsd")
    schema = json.loads((HERE / "ctrf-0.0.schema.json").read_text())
    # With the formats: a time or an id that is none is an error.
    ctrf = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    assert "date-time" in jsonschema.FormatChecker().checkers
    broken = checked = 0
    for sample in sorted(path for path in folder.iterdir() if path.is_dir()):
        errors = [f"junit.xml {e.path}: {e.reason}" for e in junit.iter_errors(sample / "junit.xml")]
        report = json.loads((sample / "ctrf.json").read_text())
        errors += [f"ctrf.json {e.json_path}: {e.message}" for e in ctrf.iter_errors(report)]
        for error in errors:
            print(f"{sample.name}: {error}")
        broken += bool(errors)
        checked += 1
    print(f"{checked} reports, {broken} do not fit")
    return 1 if broken or not checked else 0


sys.exit(check(Path(sys.argv[1])))
