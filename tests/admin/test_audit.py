"""The audit log's page and file."""

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime

import pytest
import time_machine
from axes.models import AccessLog
from django.utils import translation

from missions.admin.audit import CHUNK, PER_PAGE
from missions.models import Role, Theme, User
from tests import build
from tests.accounts.signing import reauthenticate
from tests.public.dom import parse

PAGE, FILE = "/admin/audit/", "/admin/audit.csv"


def lines(response):
    """The lines of the page as texts of their cells, without the moment."""
    tables = parse(response).all("table", class_="hub-changes")
    rows = tables[0].one("tbody").all("tr") if tables else []
    return [[cell.text for cell in row.children if not isinstance(cell, str)][1:] for row in rows]


def read(response):
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def auditor(sign_in):
    return sign_in(Role.AUDITOR)


def renamed(theme, *names, by=None):
    for name in names:
        theme.name_en, theme._history_user = name, by
        theme.save()


def test_a_line_says_who_did_what_to_which_record_and_how(client, auditor):
    renamed(build.theme(), "<script>alert(1)</script>", by=auditor)
    answer = client.get(PAGE, {"kind": "theme"})

    assert lines(answer) == [
        [
            "auditor",
            "Theme · changed",
            "T1 <script>alert(1)</script>",
            "Name (English) OldTheme T1 New<script>alert(1)</script>",
        ],
        ["a command on the server", "Theme · created", "T1 <script>alert(1)</script>", ""],
    ]


def test_a_record_is_linked_for_those_who_may_open_it(client, sign_in):
    account = build.user("li", Role.COORDINATOR)
    sign_in(Role.AUDITOR)
    theirs = parse(client.get(PAGE, {"kind": "user", "words": "li"})).one("table").all("a")
    sign_in(Role.ADMINISTRATOR)
    link = parse(client.get(PAGE, {"kind": "user", "words": "li"})).one("table").one("a")

    assert theirs == []
    assert link["href"] == f"/admin/missions/user/{account.pk}/change/"


def test_what_an_editor_may_not_see_is_neither_listed_nor_offered_nor_exported(client, sign_in):
    own, foreign = build.organisation("OWN"), build.organisation("FOREIGN")
    build.mission("M-1", lead_owner=own)
    build.mission("M-2", lead_owner=foreign)
    build.imported(build.user("stranger", Role.EDITOR, organisation=foreign), "return", "theirs.xlsx")
    build.user("colleague", Role.EDITOR, organisation=own)
    build.user("head", Role.COORDINATOR)
    AccessLog.objects.create(username="stranger")
    sign_in(Role.EDITOR, organisation=own)
    answer = client.get(PAGE)
    choices = {
        name: [option.text for option in parse(answer).one("select", name=name).all("option")]
        for name in ("kind", "person")
    }

    assert {row[2][:3] for row in lines(answer)} == {"M-1"}
    assert {row[4][:3] for row in read(client.get(FILE))[1:]} == {"M-1"}
    assert choices["kind"] == ["Everything", "Submission", "Entry of the ledger", "Mission", "Frozen report", "Import"]
    assert choices["person"] == ["Everybody", "colleague", "editor", "head"]
    for query in ({"kind": "sign-in"}, {"kind": "theme"}, {"person": build.user("other", Role.AUDITOR).pk}):
        assert client.get(PAGE, query).status_code == 400
        assert client.get(FILE, query).status_code == 400


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_who_reads_all_sees_accounts_and_sign_ins_too(client, sign_in, role):
    build.user("li", Role.COORDINATOR)
    AccessLog.objects.create(username="li")
    sign_in(role)

    shown = {kind: lines(client.get(PAGE, {"kind": kind, "words": "li"})) for kind in ("user", "membership", "sign-in")}
    assert {kind: [line[:3] for line in some] for kind, some in shown.items()} == {
        "user": [["a command on the server", "User · created", "li"]],
        "membership": [["a command on the server", "Membership · created", "li"]],
        "sign-in": [["li", "Sign-in · signed in", "li"]],
    }


def test_what_was_done_to_an_account_says_so(client, administrator, settings):
    settings.HUB_SENDS_MAIL = False
    account = build.user("li", Role.AUDITOR)
    reauthenticate(client)
    for deed in ("invite", "remove-second-factor"):
        client.post(f"/admin/missions/user/{account.pk}/{deed}/")
    told = [
        (who, what, details) for who, what, _record, details in lines(client.get(PAGE, {"kind": "user", "words": "li"}))
    ]

    assert told == [
        ("administrator", "User · changed", "Second factor removed."),
        (
            "administrator",
            "User · changed",
            "Must choose a new password OldNo NewYes Invited to choose a password. The administrator saw the link.",
        ),
        ("a command on the server", "User · created", ""),
    ]
    assert read(client.get(FILE, {"kind": "user", "words": "li"}))[1][5] == "Second factor removed."


def test_what_was_done_to_an_account_is_said_in_the_readers_language(client, administrator, settings):
    settings.HUB_SENDS_MAIL = False
    account = build.user("li", Role.AUDITOR)
    reauthenticate(client)
    for action in ("invite", "remove-second-factor"):
        client.post(f"/admin/missions/user/{account.pk}/{action}/")
    User.objects.filter(pk=administrator.pk).update(language="zh-hans")

    details = [line[3] for line in lines(client.get(PAGE, {"kind": "user", "words": "li"}))]
    assert details == [
        "已移除双重验证。",
        "须设置新密码 原内容否 新内容是 已邀请设置密码，链接已向系统管理员显示。",
        "",
    ]


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
def test_a_bad_question_gets_an_answer_at_its_field(client, auditor, query, field):
    for address in (PAGE, FILE):
        answer = client.get(address, query)

        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == [field]
        assert parse(answer).one("form", class_="hub-audit").one("ul", class_="errorlist").text
        assert parse(answer).all("table", class_="hub-changes") == []


def test_the_log_is_narrowed_by_day_and_word_and_has_pages(client, auditor):
    theme = build.theme()
    with time_machine.travel(datetime(2024, 6, 3, tzinfo=UTC), tick=False):
        renamed(theme, *(f"Name {number}" for number in range(PER_PAGE)))
    renamed(build.theme("T2"), "Later")
    asked = {"since": "2024-06-03", "until": "2024-06-03", "words": "t1"}

    assert len(lines(client.get(PAGE, asked))) == PER_PAGE
    assert "page" not in parse(client.get(PAGE, asked)).all("nav", class_="paginator")
    assert client.get(PAGE, {"kind": "theme"}).context["page"].paginator.count == PER_PAGE + 3
    pager = parse(client.get(PAGE, {"kind": "theme", "words": "t"})).one("nav", class_="paginator")
    assert [link["href"] for link in pager.all("a")] == ["", "?kind=theme&words=t&page=2"]
    assert len(lines(client.get(PAGE, {"kind": "theme", "page": 2}))) == 3
    assert lines(client.get(PAGE, {"kind": "area"})) == []


@pytest.mark.both_databases
def test_the_file_holds_the_same_lines_with_their_details(client, auditor):
    theme = build.theme()
    with time_machine.travel(datetime(2024, 6, 3, 16, 30, tzinfo=UTC), tick=False):
        renamed(theme, '=HYPERLINK("x"),\nsecond line', by=auditor)
    mission = build.mission("M-1", due=date(2025, 12, 31), status="paused")
    build.correct(mission.changes.last(), status="in_progress")
    build.deadline(mission, None, on=date(2024, 2, 1))
    answer = client.get(FILE, {"since": "2024-06-03", "kind": "theme"})

    assert (answer.headers["Content-Type"], "no-store" in answer.headers["Cache-Control"]) == (
        "text/csv; charset=utf-8",
        True,
    )
    header, _created, changed = read(answer)
    assert header == ["at", "who", "what", "kind", "record", "details"]
    assert changed == [
        "2024-06-04 00:30:00+08:00",
        "auditor",
        "changed",
        "Theme",
        'T1 =HYPERLINK("x"),\nsecond line',
        'Name (English): Theme T1 → =HYPERLINK("x"),\nsecond line',
    ]
    entries = [row[2:] for row in read(client.get(FILE, {"kind": "entry"}))[1:]]
    assert entries == [
        ["new due date", "Entry of the ledger", str(mission), "no due date · New due date"],
        ["corrected", "Entry of the ledger", str(mission), "corrects entry 2 · In progress · Corrected"],
        ["reported", "Entry of the ledger", str(mission), "Paused · Now paused"],
        ["opened", "Entry of the ledger", str(mission), "Not individually reported · due 31 Dec 2025"],
    ]


def test_a_cell_of_the_file_does_not_run_as_a_formula(client, auditor):
    auditor.name = "=1+1"
    auditor.save()
    renamed(build.theme(), "New", by=auditor)

    assert read(client.get(FILE, {"kind": "theme"}))[1][1] == "'=1+1 (auditor)"


@pytest.mark.both_databases
def test_page_and_file_have_the_same_order(client, auditor):
    missions = [build.mission(status="paused") for _ in range(3)]
    missions[0].areas.add(build.area())
    with time_machine.travel(datetime(2024, 6, 3, tzinfo=UTC), tick=False):
        renamed(build.theme(), "One", "Two")
        build.area("A2")

    shown = [(what, record) for _who, what, record, _details in lines(client.get(PAGE))]
    assert [(f"{kind} · {what}", record) for _at, _who, what, kind, record, _d in read(client.get(FILE))[1:]] == shown
    assert len(shown) > 10


def test_the_file_is_in_the_language_of_who_asked_for_it(client, auditor):
    renamed(build.theme(), "New")
    auditor.language = "zh-hans"
    auditor.save()
    answer = client.get(FILE, {"kind": "theme"})
    translation.activate("en")  # as another request in the same thread would, before the file is sent

    assert read(answer)[1][2:] == ["修改", "主题", "T1 主题T1", "名称（英文）: Theme T1 → New"]


@pytest.mark.both_databases
def test_a_large_file_is_written_in_parts(client, auditor, django_assert_num_queries):
    theme = build.theme()
    history = Theme.history.model
    version = theme.history.get()
    versions = []
    for number in range(2 * CHUNK):
        fields = {"id": theme.pk, "code": "T1", "name_en": "x" * 200, "name_zh": f"名{number}", "position": 0}
        versions.append(history(**fields, history_date=version.history_date, history_type="~"))
    history.objects.bulk_create(versions)
    answer = client.get(FILE, {"kind": "theme"})
    tracemalloc.start()
    with django_assert_num_queries(1 + 3 * 3):
        rows = sum(part.count("\r\n") for part in map(bytes.decode, answer.streaming_content))
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()

    assert rows == 2 * CHUNK + 2


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_takes_as_many_queries_however_much_there_is(client, auditor, django_assert_num_queries, size):
    for number in range(size):
        mission = build.mission(f"M-{number}", status="paused", areas=[build.area(f"A{number}")])
        mission.lead_owner = build.organisation(f"L{number}")
        mission.save()
        AccessLog.objects.create(username="auditor")
    client.get(PAGE)
    with django_assert_num_queries(32):
        client.get(PAGE)


def test_the_log_is_for_officials(client, db):
    assert client.get(PAGE).headers["Location"].startswith("/")
    assert client.get(FILE).status_code == 302
    assert client.get(PAGE).status_code == 302


def test_nothing_of_the_log_can_be_changed(client, auditor):
    assert client.post(PAGE).status_code == 405
    assert client.post(FILE).status_code == 405
