"""The history page of each record of the register, and of accounts."""

import pytest

from missions.admin.history import PER_PAGE
from missions.models import Role
from missions.models.history import LOADED
from tests import build
from tests.accounts.signing import give_totp, reauthenticate
from tests.admin.records import figure
from tests.public.dom import parse


def page(client, record, **query):
    return client.get(f"/admin/missions/{record._meta.model_name}/{record.pk}/history/", query)


def rows(response):
    """The rows of the history as the texts of their cells, without the moment."""
    lines = parse(response).one("table", class_="hub-changes").one("tbody").all("tr")
    return [[cell.text for cell in line.walk() if cell.tag in ("td", "th")][1:] for line in lines]


def test_a_coordinators_edit_is_told_field_by_field(client, coordinator):
    mission = build.mission(title_en="Old", areas=[build.area("A1")])
    change = f"/admin/missions/mission/{mission.pk}/change/"
    sent = {
        "version": mission.history.first().pk,
        "title_en": "New",
        "title_zh": mission.title_zh,
        "kind": mission.kind,
    }
    sent |= {"lead_owner": mission.lead_owner_id, "theme": mission.theme_id, "provenance": mission.provenance}
    client.post(change, {**sent, "areas": [build.area("A2").pk, build.area("A3").pk]})

    assert rows(page(client, mission))[:2] == [
        ["coordinator", "Title (English)", "Old", "New"],
        ["coordinator", "Areas", "A1 Area A1", "A2 Area A2 A3 Area A3"],
    ]
    assert mission.history.first().prev_record.title_en == "Old"  # one version for fields and lists together


def test_a_load_is_told_as_one_and_a_hostile_text_stays_text(client, coordinator):
    theme = build.theme()
    theme._change_reason, theme.name_en = LOADED, "<script>alert(1)</script>"
    theme.save()
    answer = page(client, theme)

    assert rows(answer) == [
        ["the programme's files", "Name (English)", "Theme T1", "<script>alert(1)</script>"],
        ["a command on the server", "created"],
    ]
    assert parse(answer).all("td", data_label="New")[0].one("div")["lang"] == "en"


def test_the_page_is_in_chinese_for_chinese_readers(client, coordinator):
    theme = build.theme()
    theme.name_zh = "开放"
    theme.save()
    coordinator.language = "zh-hans"
    coordinator.save()

    assert rows(page(client, theme))[0] == ["服务器命令", "名称（中文）", "主题T1", "开放"]


@pytest.mark.parametrize("make", [build.instrument, build.theme, build.area, build.organisation, build.source, figure])
def test_every_official_reads_the_history_of_the_register(client, sign_in, make):
    sign_in(Role.AUDITOR)

    assert rows(page(client, make())) == [["a command on the server", "created"]]


def test_only_an_administrator_reads_the_history_of_an_account(client, sign_in):
    account = build.user("li", Role.EDITOR, organisation=build.organisation("O1"))
    account.email = "li@example.org"
    account.save()
    for role in (Role.EDITOR, Role.AUDITOR, Role.COORDINATOR):
        sign_in(role, organisation=build.organisation("O1"))
        assert page(client, account).status_code == 403
    sign_in(Role.ADMINISTRATOR)

    assert rows(page(client, account)) == [
        ["a command on the server", "E-mail", "–", "li@example.org"],
        ["a command on the server", "Membership", "–", "Editor · O1 Organisation O1"],
        ["a command on the server", "created"],
    ]


def test_what_an_administrator_did_to_an_account_stands_in_its_history(client, administrator, settings):
    settings.HUB_SENDS_MAIL = False
    account = build.user("li", Role.AUDITOR)
    give_totp(account)
    reauthenticate(client)
    for deed in ("invite", "invite", "remove-second-factor"):
        client.post(f"/admin/missions/user/{account.pk}/{deed}/")

    assert account.authenticator_set.count() == 0
    assert rows(page(client, account)) == [
        ["administrator", "Second factor removed."],
        ["administrator", "Invited to choose a password. The administrator saw the link."],
        ["administrator", "Must choose a new password", "No", "Yes"],
        ["administrator", "Invited to choose a password. The administrator saw the link."],
        ["a command on the server", "Membership", "–", "Auditor"],
        ["a command on the server", "created"],
    ]


def test_a_long_history_has_pages(client, coordinator):
    theme = build.theme()
    for number in range(PER_PAGE):
        theme.name_en = f"Name {number}"
        theme.save()

    assert len(rows(page(client, theme))) == PER_PAGE
    assert rows(page(client, theme, page=2)) == [["a command on the server", "created"]]
    assert [link.text for link in parse(page(client, theme)).one("nav", class_="paginator").all("a")] == ["1", "2"]


@pytest.mark.parametrize("versions", [1, 3])
def test_the_page_takes_as_many_queries_however_long_it_is(client, coordinator, django_assert_num_queries, versions):
    theme = build.theme()
    for number in range(versions - 1):
        theme.name_en = f"Name {number}"
        theme.save()
    page(client, theme)
    with django_assert_num_queries(6):
        page(client, theme)
