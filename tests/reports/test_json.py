"""The completion report as JSON against its published schema: every kind of entry, evidence and figure."""

import copy
import json
from datetime import UTC, date, datetime

import jsonschema
import pytest
import time_machine

from missions.models import EntryKind, Measure, ReportedFigure
from missions.status import Basis, Status
from tests import build
from tests.admin.records import programme
from tests.reports.reading import fetched

SCHEMA = "/data/completion-report.schema.json"


@pytest.fixture
def validator(client):
    response = client.get(SCHEMA)
    assert response["Content-Type"] == "application/schema+json"
    schema = response.json()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def figure(*instruments):
    """Officials reported of these instruments: 9 of 10 are completed."""
    for measure, value in ((Measure.TOTAL, 10), (Measure.COMPLETED, 9)):
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions", "measure": measure}
        source = build.source("f", published_on=date(2024, 3, 1))
        made = ReportedFigure.objects.create(**words, value=value, source=source, as_of=date(2024, 3, 1))
        made.covers.set(instruments)


@pytest.fixture
def everything(noon):
    """A programme with every kind of entry, of evidence and of figure; of one instrument nothing is reported."""
    first, second = build.instrument("FP"), build.instrument("M24")
    figure(first, second)
    programme()
    mission = build.mission("M-1", instrument=first, due=date(2024, 7, 1), areas=[build.area("A1")])
    paper = build.evidence(published_on=date(2024, 4, 1), event_on=date(2024, 3, 30))
    hidden = build.evidence(title="Secret", is_public=False)
    file = build.evidence(url="", file=build.evidence_file())
    entry = build.report(mission, Status.IN_PROGRESS, on=date(2024, 4, 2), evidence=[paper, hidden, file])
    build.correct(entry, status=Status.COMPLETED)
    build.deadline(mission, date(2024, 8, 1), on=date(2024, 5, 1))
    build.report(build.mission("M-2", instrument=second), Status.PAUSED, basis=Basis.OWNER, evidence=[])
    build.mission("M-3", instrument=build.instrument("EX"), status=Status.WITHDRAWN)


def document(client, *query, language="en"):
    return json.loads(fetched(client, "json", ("since", "2024-01-01"), *query, language=language)[1])


def test_a_report_of_everything_is_as_the_schema_says(client, everything, validator):
    said = document(client)

    validator.validate(said)
    assert {change["kind"] for change in said["changes"]} == {*EntryKind} - {EntryKind.OPENING}
    told = {(bool(piece["title"]), bool(piece["file"]), bool(piece["sha256"])) for piece in said["evidence"]}
    assert told >= {(True, False, False)}
    assert {tuple(beside["instruments"]): len(beside["reported"]) for beside in said["reported_beside_documented"]} == {
        ("FP", "M24"): 1,
        ("FP",): 0,
        ("M24",): 0,
        ("EX",): 0,
    }


def test_evidence_of_every_kind_is_as_the_schema_says(client, noon, validator):
    mission = build.mission("M-1")
    kept = build.evidence_file()
    pieces = [
        build.evidence(),
        build.evidence(title="Secret", is_public=False),
        build.evidence(url="", file=kept),
        build.evidence(url="", file=kept, title="Secret", is_public=False),
    ]
    build.report(mission, Status.COMPLETED, evidence=pieces)

    said = document(client)

    validator.validate(said)
    told = [(bool(piece["title"]), piece["file"], bool(piece["sha256"])) for piece in said["evidence"]]
    assert told == [(True, None, False), (False, None, True), (True, "letter.pdf", True), (False, None, True)]
    assert said["evidence"][2]["sha256"] == kept.sha256 != said["evidence"][3]["sha256"]


@pytest.mark.parametrize("query", [[], [("q", "nothing has this")], [("known_at", "2024-06-30")], [("lang", "both")]])
def test_every_report_is_as_the_schema_says(client, everything, validator, query):
    validator.validate(document(client, *query))


def objects(value, path=()):
    """The places of the objects in a document: of a list, those in its first item."""
    if isinstance(value, dict):
        yield path
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value[:1]):
            yield from objects(item, (*path, name))


def at(value, path):
    for step in path:
        value = value[step]
    return value


# In these the names are codes, so that one more or one less is no mistake.
FREE = ("statuses",)


def test_a_document_that_lacks_a_field_is_refused(client, everything, validator):
    said, refused = document(client), 0
    for path in objects(said):
        if path and path[-1] in FREE:
            continue
        for name in at(said, path):
            less = copy.deepcopy(said)
            del at(less, path)[name]
            assert not validator.is_valid(less), (path, name)
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("missions", 0, "status"), "done"),
        (("missions", 0, "status_since"), "2 Mar 2024"),
        (("missions", 0, "deadline"), "late"),
        (("missions", 0, "due"), ""),
        (("changes", 0, "kind"), "opening"),
        (("changes", 0, "recorded_at"), None),
        (("changes", 0, "is_confirmation"), "true"),
        (("evidence", 0, "sha256"), "abc"),
        (("evidence", 0, "entry"), "1"),
        (("whole", "statuses"), {"done": 1}),
        (("whole", "statuses"), {"paused": -1}),
        (("count",), "3"),
        (("revision",), 1.5),
        (("ledger_head",), "0" * 63),
        (("language",), "zh-hans"),
        (("as_of",), None),
        (("title",), "Completion report"),
        (("movements",), {}),
        (("totals", "area"), {"label": {"en": "", "zh": ""}, "groups": []}),
        (("more",), 1),
    ],
)
def test_a_wrong_value_is_refused(client, everything, validator, path, wrong):
    said = document(client)
    at(said, path[:-1])[path[-1]] = wrong

    assert not validator.is_valid(said)


def test_the_language_changes_the_stated_language_and_query_alone(client, everything):
    said = {(lang, path): document(client, ("lang", lang), language=path)
            for lang in ("en", "zh", "both") for path in ("en", "zh-hans")}  # fmt: skip

    stated = {key: (found.pop("language"), found.pop("query")) for key, found in said.items()}
    assert stated == {(lang, path): (lang, f"as_of=2024-06-30&lang={lang}&since=2024-01-01") for lang, path in said}
    first = said["en", "en"]
    assert [found for found in said.values() if found != first] == []
    assert first["title"] == {"en": "Completion report", "zh": "完成情况报告"}


def test_the_same_query_has_the_same_bytes_in_any_form_and_at_any_time(client, everything, noon):
    query = [("status", "paused"), ("status", "completed"), ("as_of", "2024-06-30"), ("lang", "en")]
    first, body = fetched(client, "json", *query)
    noon.shift(10**7)

    again, the_same = fetched(client, "json", *query[::-1], ("page", "2"), language="zh-hans")

    assert the_same == body
    assert again["Content-Disposition"] == first["Content-Disposition"]
    assert body.endswith(b"}\n")


def test_what_was_not_known_yet_is_not_in_it(client, db, validator):
    with time_machine.travel(datetime(2024, 6, 1, tzinfo=UTC), tick=False):
        mission = build.mission("M-1")
    with time_machine.travel(datetime(2024, 6, 30, 4, tzinfo=UTC), tick=False):
        build.report(mission, Status.COMPLETED, on=date(2024, 5, 1))
        now, then = document(client), document(client, ("known_at", "2024-06-02"))

    for said in (now, then):
        validator.validate(said)
    assert [len(said[name]) for said in (now, then) for name in ("changes", "evidence")] == [1, 1, 0, 0]
    assert [said["whole"]["completed"] for said in (now, then)] == [1, 0]
    assert (now["known_at"], then["known_at"]) == (None, "2024-06-02")
