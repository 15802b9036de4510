"""Holds an unpacked data set to its own description, with the reference implementation of Frictionless."""

import json

import frictionless


def errors(folder):
    """What is wrong, as (file, kind of error, row, column), of each kind once a cell."""
    report = frictionless.validate(str(folder / "datapackage.json"))
    found = [("", error.type, None, None) for error in report.errors]
    for task in report.tasks:
        for error in task.errors:
            found.append(
                (task.place, error.type, getattr(error, "row_number", None), getattr(error, "field_name", None))
            )
    assert report.valid == (found == [])
    return found


def forget_checksums(folder):
    """Takes sizes and digests out of the description, so that only rows are looked at."""
    path = folder / "datapackage.json"
    described = json.loads(path.read_text("utf-8"))
    for resource in described["resources"]:
        del resource["bytes"], resource["hash"]
    path.write_text(json.dumps(described), "utf-8")
