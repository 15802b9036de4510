"""The audit log: its page with filters, the same lines as a file, and whose lines a role sees."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from axes.models import AccessLog

from missions.models import Role
from tests import factories
from tests.admin.pages import table_rows
from tests.public.dom import parse

PAGE, FILE = "/admin/audit/", "/admin/audit.csv"


@pytest.fixture
def auditor(sign_in):
    return sign_in(Role.AUDITOR)


def lines(client, **query):
    """Who, what, which record and details of each line of the page."""
    return [row[1:] for row in table_rows(client.get(PAGE, query))]


def rows(client, **query):
    """The rows of the file below its header."""
    text = client.get(FILE, query).getvalue().decode("utf-8")
    assert text.startswith("\ufeffat,who,what,kind,record,details\r\n")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]


def rename(theme, *names, by=None):
    for name in names:
        theme.name_en, theme._history_user = name, by
        theme.save()


def test_a_line_says_who_changed_what_in_which_record(client, auditor):
    rename(factories.theme(), "<script>alert(1)</script>", by=auditor)

    assert lines(client, kind="theme") == [
        [
            "auditor",
            "Theme · changed",
            "T1 <script>alert(1)</script>",
            "Name (English) OldTheme T1 New<script>alert(1)</script>",
        ],
        ["a command on the server", "Theme · created", "T1 <script>alert(1)</script>", ""],
    ]


def test_an_editor_sees_and_exports_own_lines_alone(client, sign_in):
    own, foreign = factories.organisation("OWN"), factories.organisation("FOREIGN")
    for code, owner in (("M-1", own), ("M-2", foreign)):
        factories.submission(factories.mission(code, lead_owner=owner))
    factories.imported(factories.user("stranger", Role.EDITOR, organisation=foreign), "return", "theirs.xlsx")
    factories.user("colleague", Role.EDITOR, organisation=own)
    factories.user("head", Role.COORDINATOR)
    AccessLog.objects.create(username="stranger")
    sign_in(Role.EDITOR, organisation=own)
    page = parse(client.get(PAGE))
    choices = {name: [o.text for o in page.one("select", name=name).all("option")[1:]] for name in ("kind", "person")}

    assert {row[2][:3] for row in lines(client)} == {row[4][:3] for row in rows(client)} == {"M-1"}
    assert choices["kind"] == ["Submission", "Entry of the ledger", "Mission", "Frozen report", "Import"]
    assert [name for name in choices["person"] if not name.startswith("official-")] == ["colleague", "editor", "head"]
    for query in ({"kind": "sign-in"}, {"kind": "theme"}, {"person": factories.user("other", Role.AUDITOR).pk}):
        assert [client.get(address, query).status_code for address in (PAGE, FILE)] == [400, 400]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"words": "x" * 101}, "words"),
        ({"words": "a\0"}, "words"),
        ({"person": "9999"}, "person"),
        ({"person": "x"}, "person"),
        ({"kind": "password"}, "kind"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2999-01-01"}, "since"),
        ({"since": "2024-06-02", "until": "2024-06-01"}, "until"),
    ],
)
def test_a_bad_filter_is_refused_at_its_field(client, auditor, query, field):
    for address in (PAGE, FILE):
        answer = client.get(address, query)
        assert (answer.status_code, list(answer.context["form"].errors), table_rows(answer)) == (400, [field], [])


def test_the_log_is_filtered_by_date_person_and_words_and_has_pages(client, auditor):
    theme = factories.theme()
    with time_machine.travel(datetime(2024, 6, 3, tzinfo=UTC), tick=False):
        rename(theme, *(f"Name {number}" for number in range(100)), by=auditor)
    rename(factories.theme("T2"), "Later")
    query = {"since": "2024-06-03", "until": "2024-06-03", "words": "t1", "person": auditor.pk}

    assert (len(lines(client, **query)), len(rows(client, **query))) == (100, 100)
    assert [len(lines(client, kind="theme", page=page)) for page in (1, 2)] == [100, 3]
    pager = [link["href"] for link in parse(client.get(PAGE, {"kind": "theme", "words": "t"})).all("a")]
    assert "?kind=theme&words=t&page=2" in pager
    assert lines(client, kind="area") == []


@pytest.mark.both_databases
def test_page_and_file_have_the_same_lines_in_the_same_order(client, auditor):
    mission = factories.mission("M-1", due=date(2025, 12, 31), status="paused")
    factories.correct(mission.changes.last(), status="in_progress")
    factories.deadline(mission, None, on=date(2024, 2, 1))
    with time_machine.travel(datetime(2024, 6, 3, 16, 30, tzinfo=UTC), tick=False):
        rename(factories.theme(), '=HYPERLINK("x"),\nsecond line', by=auditor)
        mission.areas.add(factories.area())
    shown = [(what, record) for _who, what, record, _details in lines(client)]

    assert len(shown) > 10
    assert [
        (f"{kind} · {what}", " ".join(record.split())) for _at, _who, what, kind, record, _d in rows(client)
    ] == shown
    assert rows(client, kind="theme")[-1] == [
        "2024-06-04 00:30:00+08:00",
        "auditor",
        "changed",
        "Theme",
        'T1 =HYPERLINK("x"),\nsecond line',
        'Name (English): Theme T1 → =HYPERLINK("x"),\nsecond line',
    ]
    assert [row[2:] for row in rows(client, kind="entry")] == [
        ["new due date", "Entry of the ledger", str(mission), "no due date · New due date"],
        ["corrected", "Entry of the ledger", str(mission), "corrects entry 2 · In progress · Corrected"],
        ["reported", "Entry of the ledger", str(mission), "Paused · Now paused"],
        ["opened", "Entry of the ledger", str(mission), "Not individually reported · due 31 Dec 2025"],
    ]


def test_the_file_is_in_the_readers_language_without_formulas_and_not_cached(client, auditor):
    auditor.name, auditor.language = "=1+1", "zh-hans"
    auditor.save()
    rename(factories.theme(), "New", by=auditor)

    assert rows(client, kind="theme")[0][1:] == [
        "'=1+1 (auditor)",
        "修改",
        "主题",
        "T1 主题T1",
        "名称（英文）: Theme T1 → New",
    ]
    assert "no-store" in client.get(FILE).headers["Cache-Control"]
