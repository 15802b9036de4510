"""`manage.py freeze_report` and `manage.py verify_report`: what they print, and what they refuse."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from missions import reports
from missions.models import FrozenFile, FrozenReport
from missions.status import Status
from tests import build
from tests.public.conftest import noon

__all__ = ["noon"]

MANAGE = Path(__file__).parent.parent.parent / "manage.py"
TITLES = {"title_en": "Mid-2024", "title_zh": "年中"}
REASONS = {"reason_en": "A sum was wrong", "reason_zh": "合计有误"}


def said(command, *arguments, **options):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


def refused(command, *arguments, **options):
    with pytest.raises(CommandError) as refusal:
        call_command(command, *arguments, stdout=io.StringIO(), **options)
    return str(refusal.value).splitlines()


def freeze(**options):
    return said("freeze_report", **{"as_of": "2024-06-30", "local": True, **TITLES, **options})


def freeze_refused(**options):
    return refused("freeze_report", **{"as_of": "2024-06-30", "local": True, **TITLES, **options})


@pytest.fixture
def in_hand(tmp_path):
    def file(content, name="some.json"):
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return file


@pytest.mark.both_databases
def test_a_report_is_published_with_its_address_and_the_digests_of_its_files(noon, in_hand):
    build.mission("M-1", status=Status.PAUSED)
    build.mission("M-2")

    _site, address, stated, *digests = freeze(query="?status=paused&as_of=2023-01-01")

    report = FrozenReport.objects.get()
    assert address == f"Published: {settings.SITE_URL}/en/reports/2024-06-30-mid-2024/"
    assert (report.query, report.count, report.published_by) == ("as_of=2024-06-30&lang=both&status=paused", 1, None)
    assert stated == "Records: 1. Query: as_of=2024-06-30&lang=both&status=paused"
    assert (report.title_en, report.title_zh) == ("Mid-2024", "年中")
    kept = [(hashlib.sha256(file.content).hexdigest(), file.name) for file in report.files.all()]
    assert [tuple(line.split("  ")) for line in digests] == kept
    assert len(kept) == 14


@pytest.mark.parametrize(
    "address",
    [
        *("https://localhost", "http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"),
        *("https://localhost.", "https://hub.localhost", "https://127.0.0.2", "https://[::ffff:127.0.0.1]"),
        *("http://0.0.0.0:8000", "http://[::]:8000"),
    ],
)
def test_a_loopback_address_of_the_site_is_refused_unless_local_is_given(noon, settings, address):
    settings.SITE_URL = address
    build.mission("M-1")

    (line,) = freeze_refused(local=False)
    assert [part for part in (address, "HUB_SITE_URL", "--local") if part not in line] == []
    assert FrozenReport.objects.count() == 0

    assert freeze(local=True)[0] == f"Site address in the files: {address}"
    assert FrozenReport.objects.count() == 1


def test_the_address_of_the_site_is_printed_before_the_report_is_published(noon, settings):
    settings.SITE_URL = "https://hub.example.org"
    build.mission("M-1")

    site, published, *_rest = freeze(local=False)

    assert site == "Site address in the files: https://hub.example.org"
    assert published == "Published: https://hub.example.org/en/reports/2024-06-30-mid-2024/"
    page = bytes(FrozenFile.objects.get(language="en", name__endswith=".html").content).decode()
    assert ("https://hub.example.org/en/missions/M-1/" in page, "localhost" in page) == (True, False)


@pytest.mark.both_databases
def test_a_corrected_edition_supersedes_the_earlier_one(noon):
    build.mission("M-1")
    earlier = build.frozen_report("earlier")

    freeze(supersedes="earlier", **REASONS)

    report = FrozenReport.objects.first()
    assert (report.supersedes, report.reason_en, report.reason_zh) == (earlier, *REASONS.values())
    assert freeze_refused(supersedes="earlier", **REASONS) == [
        "Nothing was published.",
        "supersedes: This report has a corrected edition already: correct that one.",
    ]


REFUSED = {
    "an empty day": (
        {"as_of": ""},
        ["Nothing was published.", "as_of: Write a day as YYYY-MM-DD, such as 2024-03-02."],
    ),
    "a title of spaces": ({"title_en": "  "}, ["Nothing was published.", "title_en: This field cannot be blank."]),
    "a misspelt parameter": ({"query": "stauts=paused"}, ["Nothing was published.", "There is no parameter “stauts”."]),
    "an address without a list": (
        {"query": "/en/changes/?status=paused"},
        ["Nothing was published.", "This is neither the address of a list on this site nor a query."],
    ),
    "a bad query": (
        {"query": "status=done"},
        ["Nothing was published.", "status: There is no “done” to choose from."],
    ),
    "two of its parameters": (
        {"query": "status=done&since=x"},
        [
            "Nothing was published.",
            "status: There is no “done” to choose from.",
            "since: Write a day as YYYY-MM-DD, such as 2024-03-02.",
        ],
    ),
    "a day to come": (
        {"as_of": "2024-07-01"},
        ["Nothing was published.", "as_of: This day has not come yet: choose today or an earlier day."],
    ),
    "no day": (
        {"as_of": "yesterday"},
        ["Nothing was published.", "as_of: Write a day as YYYY-MM-DD, such as 2024-03-02."],
    ),
    "an empty title": ({"title_zh": ""}, ["Nothing was published.", "title_zh: This field cannot be blank."]),
    "a predecessor that is none": ({"supersedes": "no-such"}, ["There is no frozen report “no-such”."]),
    "a predecessor without a reason": (
        {"supersedes": "earlier"},
        ["Nothing was published.", "__all__: Say in both languages why a new edition was needed."],
    ),
    "a reason without a predecessor": (
        REASONS,
        ["Nothing was published.", "__all__: Say in both languages why a new edition was needed."],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_published_is_said_by_parameter_and_nothing_is_written(noon, name):
    options, lines = REFUSED[name]
    build.mission("M-1")
    build.frozen_report("earlier")
    before = FrozenFile.objects.count()

    assert freeze_refused(**options) == lines
    assert (FrozenReport.objects.count(), FrozenFile.objects.count()) == (1, before)


def test_a_report_that_is_too_long_is_refused(noon, monkeypatch):
    monkeypatch.setattr(reports, "MOST_ROWS", 1)
    build.mission("M-1")
    build.mission("M-2")

    (line,) = freeze_refused()
    assert line == (
        "This report has 2 missions. As HTML / PDF / Word it can have 1 at most: "
        "narrow the query, or download it as "
        f"{' / '.join(reports.FORMATS[ending].name for ending in ('csv', 'xlsx', 'json'))}."
    )
    assert FrozenReport.objects.count() == 0


@pytest.mark.both_databases
def test_a_file_of_a_report_is_recognised_under_any_name(noon, in_hand):
    report = build.frozen_report("R-1")
    content = bytes(report.files.get(name="report.html").content)
    lines = [
        "Unaltered: report.html of “Report R-1”, published on 2024-06-30.",
        f"{settings.SITE_URL}/en/reports/R-1/",
    ]

    for name in ("report.html", "renamed", "report.json"):
        assert said("verify_report", in_hand(content, name)) == lines


@pytest.mark.both_databases
def test_a_superseded_report_says_which_took_its_place(noon, in_hand):
    first = build.frozen_report("R-1", files={"one.html": b"one"})
    build.frozen_report("R-2", files={"two.html": b"two"}, supersedes=first)

    assert said("verify_report", in_hand(b"one")) == [
        "Unaltered: one.html of “Report R-1”, published on 2024-06-30.",
        f"{settings.SITE_URL}/en/reports/R-1/",
        f"A corrected edition has superseded it: {settings.SITE_URL}/en/reports/R-2/",
    ]
    assert len(said("verify_report", in_hand(b"two"))) == 2


@pytest.mark.both_databases
def test_the_same_bytes_in_two_editions_are_said_to_be_of_both(noon, in_hand):
    first = build.frozen_report("R-1", files={"one.csv": b"code\r\n"})
    build.frozen_report("R-2", files={"two.csv": b"code\r\n"}, supersedes=first)

    lines = said("verify_report", in_hand(b"code\r\n"))
    assert [line for line in lines if line.startswith("Unaltered")] == [
        "Unaltered: one.csv of “Report R-1”, published on 2024-06-30.",
        "Unaltered: two.csv of “Report R-2”, published on 2024-06-30.",
    ]
    assert len(lines) == 5


@pytest.mark.both_databases
def test_one_altered_byte_is_found_and_both_digests_are_said(noon, in_hand):
    report = build.frozen_report("R-1")
    file = report.files.get(name="report.html")
    content = bytes([file.content[0] ^ 1]) + bytes(file.content)[1:]
    digest = hashlib.sha256(content).hexdigest()

    assert refused("verify_report", in_hand(content, "report.html")) == [
        "This is not report.html of “Report R-1” as it was published, though it has that name: it was altered, or "
        "taken from the site as a report of the same query that was not published. "
        f"SHA-256 of this file: {digest}; of the one published: {file.sha256}."
    ]


def test_a_file_of_others_and_one_that_cannot_be_read_are_said_to_be_none_of_ours(noon, in_hand, tmp_path):
    build.frozen_report("R-1")

    assert refused("verify_report", in_hand(b"foreign", "foreign.pdf")) == [
        f"This is no file of a frozen report. Its SHA-256 is {hashlib.sha256(b'foreign').hexdigest()}."
    ]
    missing = tmp_path / "missing.pdf"
    assert refused("verify_report", str(missing)) == [f"{missing}: No such file or directory"]
    assert refused("verify_report", str(tmp_path)) == [f"{tmp_path}: Is a directory"]


@pytest.mark.both_databases
def test_the_command_line_exits_with_0_for_a_file_of_ours_and_with_1_for_any_other(own_database, in_hand):
    report = build.frozen_report("R-1")
    content = bytes(report.files.get(name="report.html").content)

    def exit_code(file):
        command = [sys.executable, MANAGE, "verify_report", file]
        return subprocess.run(command, env=own_database, capture_output=True, check=False).returncode

    assert [exit_code(in_hand(content)), exit_code(in_hand(content + b" "))] == [0, 1]
