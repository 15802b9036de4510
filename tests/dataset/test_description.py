"""`datapackage.json` describes the data set so that a stranger's program can hold it to that."""

import json
import re

import pytest

from missions.status import Deadline, Status
from tests.dataset.descriptions import errors, forget_checksums
from tests.dataset.unpacking import ARCHIVE, day, every_table, fetched, rows, unpacked


@pytest.fixture
def folder(client, noon, tmp_path):
    """A data set with something in every table, and texts that a spreadsheet would run."""
    every_table()
    return unpacked(client, tmp_path)


@pytest.fixture
def described(folder):
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def replaced(folder, file, old, new):
    content = (folder / file).read_text("utf-8")
    assert content.count(old) >= 1
    (folder / file).write_text(content.replace(old, new, 1), "utf-8", newline="")


def test_every_table_is_as_described(folder, described):
    assert errors(folder) == []
    tables = [each["name"] for each in described["resources"] if each["type"] == "table"]
    assert [name for name in tables if not rows(folder, name)] == []


def test_an_empty_site_is_as_described(client, db, tmp_path):
    assert errors(unpacked(client, tmp_path)) == []


ALTERED = {
    "another byte": ("README.md", "Hub", "Hug", ["hash-count"]),
    "a byte more": ("verify.py", "import", "import ", ["hash-count", "byte-count"]),
    "a byte of the ledger": ("ledger.jsonl", "M-1", "M-2", ["hash-count"]),
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_file_that_was_altered_is_not_the_one_described(folder, name):
    file, old, new, found = ALTERED[name]
    replaced(folder, file, old, new)

    assert errors(folder) == [(file, error, None, None) for error in found]


# Besides the digest, what stands in the cells.
CELLS = {
    "a status": ("missions.csv", "M-1,FP,completed", "M-1,FP,done", ("missions.csv", "constraint-error", 2, "status")),
    "a day": ("missions.csv", "2024-01-01", "2024-13-01", ("missions.csv", "type-error", 2, "status_since")),
    "no title": ("missions.csv", ",First,", ",,", ("missions.csv", "constraint-error", 2, "title_en")),
    "a code twice": ("missions.csv", "M-2,FP", "M-1,FP", ("missions.csv", "primary-key", 3, None)),
    "no such owner": ("missions.csv", ",O1,T1,", ",O9,T1,", ("missions.csv", "foreign-key", 2, None)),
    "no such theme": ("missions.csv", ",O1,T1,", ",O1,T9,", ("missions.csv", "foreign-key", 2, None)),
    "no such instrument": ("missions.csv", "M-1,FP", "M-1,FX", ("missions.csv", "foreign-key", 2, None)),
    "no such parent": ("organisations.csv", ",O1,", ",O9,", ("organisations.csv", "foreign-key", 3, None)),
    "no such mission": ("mission_areas.csv", "M-3", "M-9", ("mission_areas.csv", "foreign-key", 2, None)),
    "a code": ("mission_areas.csv", "M-3", "M 3", ("mission_areas.csv", "constraint-error", 2, "mission")),
    "no number": ("tallies.csv", "all,all,3", "all,all,three", ("tallies.csv", "type-error", 2, "missions")),
    "an address": ("sources.csv", "https://", "javascript:", ("sources.csv", "constraint-error", 3, "url")),
    "a digest": (
        "report_files.csv",
        "html; charset=utf-8,27,",
        "html; charset=utf-8,27,x",
        ("report_files.csv", "constraint-error", 3, "sha256"),
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_cannot_stand_there_is_found(folder, name):
    file, old, new, error = CELLS[name]
    forget_checksums(folder)
    assert errors(folder) == []
    replaced(folder, file, old, new)

    assert error in errors(folder)


def test_everything_is_named_in_both_languages(described):
    resources = described["resources"]
    fields = [field for each in resources for field in each.get("schema", {}).get("fields", [])]
    texts = [described["title"], described["description"]]
    texts += [each[name] for each in (*resources, *fields) for name in ("title", "description")]

    assert len(texts) > 200
    texts = [text for text in texts if text != "SHA-256 / SHA-256"]  # the same in both
    assert [text for text in texts if not re.fullmatch(r"[^一-鿿]+ / .*[一-鿿].*", text)] == []


def test_codes_are_listed_with_their_words(described):
    fields = {field["name"]: field for field in described["resources"][3]["schema"]["fields"]}

    assert fields["status"]["constraints"] == {"required": True, "enum": Status.values}
    assert fields["deadline"]["constraints"] == {"required": True, "enum": Deadline.values}
    assert "completed (Completed)" in fields["status"]["description"]
    assert "completed (已完成)" in fields["status"]["description"]
    assert fields["status_en"]["title"] == "Status, in words (English) / 状态的名称（英文）"


def test_the_package_states_licence_sources_and_revision(client, described):
    response, _body = fetched(client, ARCHIVE)

    assert described["name"] == "hubtracker"
    assert (described["version"], described["as_of"]) == (response["X-Hub-Revision"], day())
    assert described["ledger_head"] == response["X-Hub-Ledger-Head"]
    assert [licence["name"] for licence in described["licenses"]] == ["CC-BY-4.0"]
    assert described["sources"] == [
        {"title": "Source s0"},
        {"title": "Source s1", "path": "https://example.org/s1"},
        {"title": "Source s2", "path": "https://example.org/s2"},
    ]


def test_every_file_is_described_but_the_description_and_the_head_that_has_its_sums(folder, described):
    names = {path.name for path in folder.iterdir()}

    assert {each["path"] for each in described["resources"]} == names - {"datapackage.json", "head.json"}


def test_codes_have_their_labels_as_categories(described):
    fields = {field["name"]: field for field in described["resources"][3]["schema"]["fields"]}

    assert [name for name in fields if "categories" in fields[name]] == ["status", "deadline", "kind", "provenance"]
    assert fields["deadline"]["categories"][0] == {"value": "none", "label": "No deadline / 无期限"}
