"""Frozen reports: what `freeze_report` publishes, that it stays byte by byte, and that an alteration is found."""

import hashlib
import io
import json
import re
from datetime import UTC, date, datetime

import pypdf
import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from missions.models import FrozenFile, FrozenReport, Head, Mission
from missions.status import Status
from tests import factories
from tests.ledger.raw_sql import sql
from tests.ledger.tampering import rules_disabled, tamper
from tests.ledger.tampering import verify as verify_ledger
from tests.reports.reading import all_text, fetched, plain

DAY = "2024-06-30"
TITLES = {"title_en": "Mid-2024", "title_zh": "年中"}
REASONS = {"reason_en": 'Office “A”: "100%" wrong', "reason_zh": "合计有误"}
SLUG = f"{DAY}-mid-2024"
# Edition → the endings of its files: CSV and JSON hold both languages.
ENDINGS = {lang: ["docx", "html", "pdf", "xlsx"] for lang in ("en", "zh")} | {
    "both": ["csv", "docx", "html", "json", "pdf", "xlsx"]
}


def freeze(**options):
    out = io.StringIO()
    call_command("freeze_report", stdout=out, **{"as_of": DAY, "local": True, **TITLES, **options})
    return out.getvalue().splitlines()


def files(report):
    """Return the bytes of its files by name."""
    return {file.name: bytes(file.content) for file in report.files.all()}


def verify(path):
    """(the lines of verify_report, its exit code)"""
    out = io.StringIO()
    try:
        call_command("verify_report", str(path), stdout=out)
    except CommandError as error:
        return str(error).splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


@pytest.fixture(scope="module")
def module_report(module_noon):
    """A published report of M-1, M-2; what the command printed; what a live copy was; what became of the data since."""
    for number, status in ((1, Status.PAUSED), (2, Status.PAUSED), (3, Status.WITHDRAWN)):
        factories.mission(f"M-{number}", status=status, on=date(2023, 1, 1), due=date(2024, 7, 1))

    live = {ending: fetched(Client(), ending, ("status", "paused"), ("lang", "both"))[1] for ending in ("csv", "json")}
    revision = Head.objects.get().revision
    lines = freeze(query="/en/missions/?status=paused&as_of=2023-01-01&page=3&lang=zh")
    report = FrozenReport.objects.get()
    contents = files(report)
    return report, lines, live, revision, contents


@pytest.fixture
def frozen(module_report, db):
    return module_report


# --- what is published ------------------------------------------------------------------------------------------------


def test_fourteen_files_are_published_of_the_normal_query(frozen):
    report, (_site, published, stated, *digests), _live, revision, contents = frozen

    assert published.endswith(f"{django_settings.SITE_URL}/en/reports/{SLUG}/")
    query = f"as_of={DAY}&lang=both&status=paused"
    assert (report.slug, report.query, report.count, report.revision) == (SLUG, query, 2, revision)
    assert (f"{report.as_of}", report.known_at, report.title_en, report.title_zh, report.published_by) == (
        DAY, None, *TITLES.values(), None,
    )  # fmt: skip
    assert (query in stated, "2" in stated) == (True, True)
    names = []
    for language, endings in ENDINGS.items():
        digest = hashlib.sha256(f"as_of={DAY}&lang={language}&status=paused".encode()).hexdigest()[:8]
        for ending in endings:
            part = "" if ending in ("csv", "json") else f"{language}_"
            names.append(f"hubtracker_{DAY}_r{revision}_{part}{digest}.{ending}")
    assert sorted(contents) == sorted(names)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    assert dict(line.split("  ")[::-1] for line in digests) == sums
    assert {file.name: file.sha256 for file in report.files.all()} == sums


def test_the_files_are_those_of_a_live_copy_under_a_title(frozen):
    _report, _lines, live, _revision, contents = frozen
    by_ending = {name.rpartition(".")[2]: content for name, content in contents.items()}
    published, copy = json.loads(by_ending["json"]), json.loads(live["json"])

    assert by_ending["csv"] == live["csv"]
    assert {name for name in copy if copy[name] != published[name]} == {"title", "edition"}
    assert published["title"] == {"en": "Mid-2024", "zh": "年中"}
    files = [(name.rpartition(".")[2], content) for name, content in contents.items() if "_both_" in name]
    stated = [plain(each) for each in ("发布于2024年6月30日", "Published on 30 Jun 2024", f"/reports/{SLUG}/", "年中")]
    for ending, content in files:
        assert [fact for fact in stated if fact not in plain(all_text(ending, content))] == [], ending
    assert len(files) == 4


REFUSED = {
    "as_of": [{"as_of": ""}, {"as_of": "yesterday"}, {"as_of": "2024-02-30"}, {"as_of": "2024-07-01"}],
    "known_at": [{"query": "known_at=2024-07-01"}],
    "status": [{"query": "status=done"}],
    "title_en": [{"title_en": "  "}, {"title_en": "x" * 301}, {"title_en": "Mid\u202e2024"}],
    "title_zh": [{"title_zh": ""}],
    "supersedes": [{"supersedes": "superseded", **REASONS}],
    "__all__": [{"supersedes": SLUG}, {"supersedes": SLUG, "reason_en": "Why"}, REASONS],
    "": [{"query": "stauts=paused"}, {"query": "/en/changes/?status=paused"}, {"supersedes": "no-such", **REASONS}],
}  # fmt: skip


@pytest.mark.parametrize(("field", "options"), [(field, each) for field, cases in REFUSED.items() for each in cases])
def test_what_cannot_be_published_is_named_and_nothing_is_written(frozen, field, options):
    factories.frozen_report("newest", supersedes=factories.frozen_report("superseded"))
    before = FrozenReport.objects.count(), FrozenFile.objects.count(), Head.objects.get().revision

    with pytest.raises(CommandError) as error:
        freeze(**options)

    named = re.findall("^([a-z_]+): ", str(error.value), re.MULTILINE)
    assert named == ([field] if field else [])
    assert (FrozenReport.objects.count(), FrozenFile.objects.count(), Head.objects.get().revision) == before


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "https://hub.localhost", "http://[::1]:8000", "https://127.0.0.2"]
)
def test_an_address_of_this_machine_needs_local(frozen, settings, url):
    settings.SITE_URL = url

    with pytest.raises(CommandError, match="--local"):
        freeze(local=False)
    assert FrozenReport.objects.count() == 1


def test_an_address_is_the_date_and_title_with_a_number_where_it_is_taken(frozen, settings):
    settings.SITE_URL = "https://hub.example.org"
    factories.frozen_report(f"{SLUG}-2")
    lines = freeze(local=False, query="/zh-hans/themes/T1/")

    assert lines[1].endswith(f"https://hub.example.org/en/reports/{SLUG}-3/")
    assert lines[2].endswith(f"as_of={DAY}&lang=both&theme=T1")
    page = bytes(FrozenFile.objects.get(report=f"{SLUG}-3", language="en", name__endswith=".html").content).decode()
    assert ("https://hub.example.org/en/missions/M-1/" in page, "127.0.0.1" in page) == (True, False)


def test_a_web_address_in_a_title_is_no_link(frozen):
    freeze(title_en="See https://example.org/a", title_zh="参见 https://example.org/a")

    contents = files(FrozenReport.objects.get(title_zh__startswith="参见"))
    (pdf,) = [
        pypdf.PdfReader(io.BytesIO(contents[name])) for name in contents if name.endswith(".pdf") and "_en_" in name
    ]
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots", ())]
    assert "See https://example.org/a" in pdf.pages[1].extract_text()
    assert "https://example.org/a" not in [note.get("/A", {}).get("/URI") for note in notes]


# --- what stays -------------------------------------------------------------------------------------------------------


def test_files_and_page_stay_when_every_record_changes(client, frozen, tmp_path):
    report, _lines, _live, _revision, contents = frozen
    numbers = client.get(report.get_absolute_url()).content.decode()

    Mission.objects.update(title_en="Renamed", title_zh="改名", lead_owner=factories.organisation("NEW"))
    factories.correct(Mission.objects.get(code="M-1").changes.last(), status=Status.COMPLETED)

    assert files(report) == contents
    for name, content in contents.items():
        response = client.get(f"{report.get_absolute_url()}{name}")
        assert response.getvalue() == content
        assert response["X-Hub-Edition"] == f'published; report="{SLUG}"; published="{DAY}"; seal="{report.seal}"'
        (tmp_path / "renamed").write_bytes(content)
        lines, code = verify(tmp_path / "renamed")
        assert (code, name in lines[0], lines[1]) == (0, True, f"{django_settings.SITE_URL}{report.get_absolute_url()}")
    page = client.get(report.get_absolute_url()).content.decode()
    assert (page.count("Renamed"), report.seal in page, report.seal in numbers) == (0, True, True)
    freeze()
    other = files(FrozenReport.objects.exclude(pk=report.pk).get())
    assert {*other.values()} & {*contents.values()} == set()


def test_a_corrected_edition_names_what_it_supersedes_and_both_stay(client, frozen, tmp_path):
    first, *_rest, contents = frozen
    with time_machine.travel(datetime(2024, 7, 2, 4, tzinfo=UTC), tick=False):
        freeze(supersedes=SLUG, query="status=paused", title_en="Corrected", title_zh="更正", **REASONS)
    second = FrozenReport.objects.get(supersedes=first)

    assert (first.successor(), second.successor(), files(first)) == (second, None, contents)
    facts = {
        "en": ["Corrected edition, published on 2 Jul 2024", "“Mid-2024”, published on 30 Jun", REASONS["reason_en"]],
        "zh": ["更正版，发布于2024年7月2日", "《年中》，发布于2024年6月30日", REASONS["reason_zh"]],
    }
    for file in second.files.filter(language__in=["en", "zh"]):
        text = plain(all_text(file.ending, bytes(file.content)))
        wanted = [*facts[file.language], first.seal, f"/reports/{second.slug}/"]
        assert [fact for fact in wanted if plain(fact) not in text] == [], file.name
    edition = json.loads(bytes(second.files.get(name__endswith=".json").content))["edition"]
    reason = {"en": REASONS["reason_en"], "zh": REASONS["reason_zh"]}
    assert (edition["kind"], edition["slug"], edition["reason"]) == ("corrected", second.slug, reason)
    assert (edition["supersedes"]["slug"], edition["supersedes"]["seal"]) == (SLUG, first.seal)
    header = client.get(f"{second.get_absolute_url()}{second.files.first().name}")["X-Hub-Edition"]
    assert header == (
        f'corrected; report="{second.slug}"; published="2024-07-02"; seal="{second.seal}"; supersedes="{SLUG}"; '
        'reason="Office %E2%80%9CA%E2%80%9D: %22100%25%22 wrong"'
    )
    (tmp_path / "old.pdf").write_bytes(next(contents[name] for name in contents if name.endswith(".pdf")))
    lines, code = verify(tmp_path / "old.pdf")
    assert (code, lines[2].endswith(f"/en/reports/{second.slug}/")) == (0, True)


def test_a_file_that_is_not_as_it_was_published_is_refused(frozen, tmp_path):
    name, content = min(frozen[-1].items())
    altered = bytes([content[0] ^ 1]) + content[1:]
    digests = [hashlib.sha256(each).hexdigest() for each in (altered, content)]
    (tmp_path / name).write_bytes(altered)
    (tmp_path / "foreign.pdf").write_bytes(b"foreign")

    lines, code = verify(tmp_path / name)
    assert (code, [digest in lines[0] for digest in digests]) == (1, [True, True])
    lines, code = verify(tmp_path / "foreign.pdf")
    assert (code, hashlib.sha256(b"foreign").hexdigest() in lines[0]) == (1, True)
    assert [verify(path)[1] for path in (tmp_path / "missing.pdf", tmp_path)] == [1, 1]


# --- what was altered past the site -----------------------------------------------------------------------------------

REPORT, FILE = "missions_frozenreport", "missions_frozenfile"
BYTES = r"'\x00'" if connection.vendor == "postgresql" else "X'00'"
DIGEST = hashlib.sha256(b"\0").hexdigest()
THE_FILE = "name = 'report.json' AND report_id = 'R-1'"
# Statement → what verify_ledger names besides the report.
TAMPERED = {
    f"UPDATE {FILE} SET sha256 = '{'f' * 64}' WHERE {THE_FILE}": ["report.json", "seal"],
    f"UPDATE {FILE} SET content = {BYTES} WHERE {THE_FILE}": ["report.json"],
    f"UPDATE {FILE} SET content = {BYTES}, sha256 = '{DIGEST}' WHERE {THE_FILE}": ["seal"],
    f"UPDATE {FILE} SET language = 'en' WHERE {THE_FILE}": ["seal"],
    f"UPDATE {FILE} SET media_type = 'text/plain' WHERE {THE_FILE}": ["seal"],
    f"DELETE FROM {FILE} WHERE {THE_FILE}": ["seal"],
    f"UPDATE {REPORT} SET title_zh = '另一份' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET query = '' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET count = 4 WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET as_of = '2024-06-29' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET published_at = '2024-06-29 00:00:00+00:00' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET ledger_head = '{'f' * 64}' WHERE slug = 'R-1'": ["ledger head", "seal"],
}


@pytest.mark.both_databases
def test_the_database_refuses_alterations_and_verify_ledger_names_them(own_database, tmp_path):
    head = factories.mission("M-1").changes.last().hash
    factories.frozen_report("R-0", ledger_head=head)
    factories.frozen_report("R-1", ledger_head=head)
    factories.frozen_report("R-2", ledger_head=head, files={"two.json": b"{}"})
    assert verify_ledger()[1] == 0
    models = {REPORT: FrozenReport, FILE: FrozenFile}
    rows = {table: list(model.objects.values_list()) for table, model in models.items()}

    def restore(then=None):
        with rules_disabled():
            for table, model in models.items():
                names = [field.column for field in model._meta.concrete_fields]
                sql(f"DELETE FROM {table}")
                for row in rows[table]:
                    places = ", ".join(["%s"] * len(row))
                    sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", *row)
            if then:
                sql(then)

    for statement, names in TAMPERED.items():
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        restore(then=statement)
        lines, code = verify_ledger()
        assert (code, [name for name in [*names, "R-1"] if name not in "\n".join(lines)]) == (1, []), statement

        # A report that is gone is missed by the next one.
    restore()
    assert verify_ledger()[1] == 0
    tamper(f"DELETE FROM {FILE} WHERE report_id = 'R-0'")
    tamper(f"DELETE FROM {REPORT} WHERE slug = 'R-0'")
    lines, code = verify_ledger()
    assert (code, "R-1" in "\n".join(lines)) == (1, True)
    # A forged file that is on record with its digest is not confirmed.
    restore(then=f"UPDATE {FILE} SET content = {BYTES}, sha256 = '{DIGEST}' WHERE {THE_FILE}")
    (tmp_path / "report.json").write_bytes(b"\0")
    lines, code = verify(tmp_path / "report.json")
    assert (code, "verify_ledger" in lines[0]) == (1, True)
