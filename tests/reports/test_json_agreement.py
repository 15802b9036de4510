"""The completion report as JSON in a programme with everything in it: as its schema says, and as the CSV files say."""

import csv
import io
import json

import jsonschema

from tests.public.parameters import address
from tests.reports.reading import csv_rows, fetched


def as_csv(value):
    """A value as a CSV file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_it_is_as_its_schema_says_and_its_rows_are_those_of_the_csv_files(client, world):
    said = json.loads(fetched(client, "json", ("since", "2020-01-01"))[1])

    schema = client.get("/data/completion-report.schema.json").json()
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(said)
    missions = [{name: as_csv(value) for name, value in row.items()} for row in said["missions"]]
    assert missions == csv_rows(fetched(client, "csv")[1])
    assert min(len(said["missions"]), len(said["changes"]), len(said["evidence"])) > 30


def test_its_changes_are_those_of_the_file_of_changes_for_the_same_query_and_period(client, world):
    asked = [("status", "completed"), ("status", "paused"), ("since", "2023-01-01"), ("until", "2024-03-31")]
    for known in ([], [("known_at", "2024-03-02")]):
        said = json.loads(fetched(client, "json", *asked, *known)[1])
        file = client.get(address("changes.csv", *asked, *known)).getvalue().decode("utf-8-sig")

        rows = [*csv.DictReader(io.StringIO(file, newline=""))]
        changes = [{name: as_csv(value) for name, value in row.items()} for row in said["changes"]]
        assert sorted(changes, key=lambda row: (row["day"], int(row["entry"]))) == changes
        assert sorted(map(str, changes)) == sorted(map(str, rows))
        assert len(changes) > 5
