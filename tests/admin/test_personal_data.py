"""Personal data in the back office: taken out for the person themselves, and erased by an administrator."""

import json
from datetime import date
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.test import Client

from missions.models import Role, Submission, User
from missions.models.audit import LOGS
from missions.models.personal import stored_on
from tests import build
from tests.accounts.signing import give_totp, sign_in
from tests.admin.pages import errors, filled_in, messages
from tests.admin.reporting import BEGUN, SAVE, of_evidence
from tests.public.dom import parse

LIST = "/admin/missions/user/"


def tools(page):
    """The links beside the title of an account's page."""
    return [link.text for link in parse(page).one("ul", class_="object-tools").all("a")]


@pytest.fixture
def administrator(db, client):
    """Signed in as a browser does, just now: nobody else erases anybody."""
    user = build.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, user.username)
    return user


@pytest.fixture
def person(db):
    user = build.user("somebody", Role.EDITOR, organisation=build.organisation("O1"))
    user.name, user.email = "Some Body", "somebody@example.org"
    user.save()
    return user


@pytest.fixture
def erasure(person):
    return f"{LIST}{person.pk}/erase/"


@pytest.fixture
def export(person):
    return f"{LIST}{person.pk}/personal-data.json"


def test_what_goes_and_what_stays_is_said_before_the_user_name_is_asked_for(client, administrator, person, erasure):
    page = client.get(erasure)

    assert [heading.text for heading in parse(page).one(id="content").all("h2")] == ["What goes", "What stays"]
    assert filled_in(page) == {"username": ""}
    assert User.objects.get(pk=person.pk).erased_at is None


@pytest.mark.parametrize("typed", ["", "Somebody", "administrator"])
def test_another_user_name_erases_nobody(client, administrator, person, erasure, typed):
    answer = client.post(erasure, {"username": typed})

    said = "This is not the user name of this account." if typed else "This field is required."
    assert (answer.status_code, errors(answer)) == (200, {"username": [said]})
    assert list(User.objects.filter(erased_at=None).values_list("username", flat=True)) == ["administrator", "somebody"]


def test_once_the_user_name_was_typed_the_page_of_the_account_says_what_it_is_called_now(
    client, administrator, person, erasure
):
    page = client.post(erasure, {"username": "somebody"}, follow=True)

    name = f"Erased account {person.pk}"
    said = f"The personal data are erased. This account is called “{name}” from now on."
    assert page.redirect_chain == [(f"{LIST}{person.pk}/change/", 302)]
    assert messages(page) == [said]
    assert parse(page).one(id="content").all("h2")[0].text == name


def test_some_minutes_after_the_sign_in_only_who_shows_again_who_it_is_erases_anybody(client, person, erasure):
    sent = {"username": "somebody"}
    with time_machine.travel("2026-03-01T08:00Z", tick=True) as clock:
        build.user("administrator", Role.ADMINISTRATOR)
        sign_in(client, "administrator")
        at_once = client.get(erasure)
        clock.shift(6 * 60)
        later = [client.get(erasure), client.post(erasure, sent)]
        again = later[1]["Location"]
        guessed = client.post(again, {"password": "a guess"})
        there_still = User.objects.filter(pk=person.pk, erased_at=None).exists()
        shown = client.post(again, {"password": build.PASSWORD}, follow=True)

    assert (at_once.status_code, guessed.status_code, there_still) == (200, 200, True)
    assert {answer["Location"] for answer in later} == {f"/accounts/reauthenticate/?next={quote(erasure, safe='')}"}
    assert "Show once more that it is you." in parse(guessed).one("main").text
    # What was sent before is not asked for again.
    assert shown.redirect_chain == [(f"{LIST}{person.pk}/change/", 302)]
    assert User.objects.filter(pk=person.pk, erased_at=None).exists() is False


def test_an_erased_account_can_be_read_and_not_changed(client, administrator, person, erasure):
    before = client.get(f"{LIST}{person.pk}/change/")
    client.post(erasure, {"username": "somebody"})
    after = client.get(f"{LIST}{person.pk}/change/")

    beside = ["Access tokens", "Export personal data"]
    assert tools(before) == ["Send an invitation", *beside, "Erase personal data", "History"]
    assert tools(after) == [*beside, "History"]
    assert {"username", "name"} < set(filled_in(before))
    assert [field for field in parse(after).one(id="user_form").all("input") if field["type"] != "hidden"] == []
    assert client.post(f"{LIST}{person.pk}/change/", filled_in(before)).status_code == 403
    assert User.objects.get(pk=person.pk).name == ""


def test_nobody_is_offered_to_erase_themselves(client, administrator):
    build.user("second", Role.ADMINISTRATOR)

    assert "Erase personal data" not in tools(client.get(f"{LIST}{administrator.pk}/change/"))
    assert client.get(f"{LIST}{administrator.pk}/erase/").status_code == 403


def test_the_audit_log_says_who_erased_when_and_no_name(client, administrator, person, erasure):
    client.post(erasure, {"username": "somebody"})
    lines = [
        " ".join(row.text.split())
        for row in parse(client.get("/admin/audit/?kind=user")).one("tbody").all("tr")
        if "Personal data erased at" in row.text
    ]

    (line,) = lines
    assert "administrator" in line
    assert f"Erased account {person.pk}" in line
    everything = client.get("/admin/audit.csv").getvalue().decode()
    assert [name for name in ("somebody", "Some Body") if name in everything] == []


def test_every_page_that_named_the_person_names_the_account_instead(client, administrator, person, erasure):
    submission = build.submission(build.mission(lead_owner=build.organisation("O1")), by=person)
    submission.submit(by=person)
    token, _secret = build.token(person.memberships.get(), by=administrator)
    both = build.user("both", Role.ADMINISTRATOR, Role.COORDINATOR)
    client.logout()
    sign_in(client, "both")
    pages = [submission.get_absolute_url(), token.get_absolute_url(), LIST, "/admin/audit/", "/admin/audit/?person="]
    pages[-1] += str(person.pk)
    before = [client.get(page).content.decode() for page in pages]
    client.post(erasure, {"username": "somebody"})

    for language, name in {"en": f"Erased account {person.pk}", "zh-hans": f"已注销账号 {person.pk}"}.items():
        both.language = language
        both.save(update_fields=["language"])
        after = [client.get(page).content.decode() for page in pages]
        assert ["Some Body" in page for page in before] == [True] * len(pages)
        assert ["Some Body" in page or "somebody" in page for page in after] == [False] * len(pages)
        # The list of accounts has user names alone.
        assert [name in page for page in after] == [address != LIST for address in pages]


def test_the_export_holds_what_is_stored_on_the_person_and_no_secret(client, administrator, person, export):
    secret = give_totp(person)
    person.authenticator_set.create(type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": "hidden"})
    SocialAccount.objects.create(user=person, provider="office", uid="u-7", extra_data={"name": "Some Body"})
    EmailAddress.objects.create(user=person, email=person.email)
    with_address = Client(REMOTE_ADDR="192.0.2.9", headers={"user-agent": "Browser 7"})
    sign_in(with_address, "somebody", "a wrong password")
    mission = build.mission("M-1", lead_owner=build.organisation("O1"))
    file = build.evidence_file(by=person)
    submission = build.submission(mission, by=person, note="Read this", evidence=[build.submitted_evidence(file=file)])
    submission.submit(by=person)
    _token, token_secret = build.token(person.memberships.get(), "Office", by=administrator)
    person.reminders.create(day=date(2024, 1, 2))
    answer = client.get(export)
    data = json.loads(answer.getvalue())

    assert answer["Content-Disposition"] == f'attachment; filename="account-{person.pk}.json"'
    assert (data["account"]["username"], data["account"]["email"]) == ("somebody", "somebody@example.org")
    assert [version["name"] for version in data["versions"]] == ["", "Some Body"]
    assert data["roles"] == [{"role": "editor", "organisation": "O1"}]
    assert [(way["type"], way["name"]) for way in data["second_factors"]][::2] == [
        ("totp", "TOTP Authenticator"),
        ("webauthn", "Phone"),
    ]
    assert data["single_sign_on"][0]["uid"] == "u-7"
    assert [attempt["ip_address"] for attempt in data["failed_sign_ins"]] == ["192.0.2.9"]
    assert [(said["mission"], said["note"]) for said in data["submissions"]] == [("M-1", "Read this")]
    assert [stored["sha256"] for stored in data["files"]] == [file.sha256]
    assert [(token["name"], token["organisation"]) for token in data["tokens"]] == [("Office", "O1")]
    assert [reminder["day"] for reminder in data["reminders"]] == ["2024-01-02"]
    assert [(deed["deed"], deed["record"]) for deed in data["done"]] == [("submitted", f"M-1 {mission.title}")]
    secrets = (person.password, secret, "hidden", token_secret, build.Token.objects.get().digest)
    assert [text for text in secrets if text in answer.getvalue().decode()] == []


def test_the_person_takes_out_the_same_as_an_administrator(client, administrator, person, export):
    own = Client()
    own.force_login(person)
    page = parse(own.get("/accounts/sessions/")).one("main").one("a", href="/accounts/personal-data/")
    file = parse(own.get(page["href"])).one("main").one("a", class_="button")["href"]

    theirs, ours = (json.loads(one.get(address).getvalue()) for one, address in ((own, file), (client, export)))
    assert {**theirs, "made_at": ""} == {**ours, "made_at": ""}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_everybody_reads_for_how_long_what_is_kept(client, person, language):
    person.language = language
    person.save()
    client.force_login(person)
    cells = [cell.text for cell in parse(client.get("/accounts/personal-data/")).one("main").all("td")]

    assert [cell for cell in cells if cell[0].isdigit()] == {"en": ["366 days"], "zh-hans": ["366 天"]}[language]


def test_the_export_takes_as_many_queries_for_many_deeds_as_for_one(person, django_assert_num_queries):
    def act(number):
        mission = build.mission(lead_owner=build.organisation("O1"))
        build.submission(mission, by=person).submit(by=person)
        build.report(mission, "paused", by=person)
        sign_in(Client(), "somebody")
        person.reminders.create(day=date(2024, 1, number))

    act(1)
    stored_on(User.objects.get(pk=person.pk))
    with django_assert_num_queries(28):
        stored_on(User.objects.get(pk=person.pk))
    for number in range(2, 12):
        act(number)
    with django_assert_num_queries(28):
        stored_on(User.objects.get(pk=person.pk))


# Where a model leads to an account, and the section of the export in which that stands.
SECTIONS = {
    "missions.Membership.user": "roles",
    "missions.HistoricalMembership.user": "former_roles",
    "missions.Submission.author": "submissions",
    "missions.HistoricalSubmission.author": "submission_versions",
    "missions.HistoricalSubmission.history_user": "submission_versions",
    "missions.HistoricalSubmittedEvidence.history_user": "evidence_versions",
    "missions.Step.by": "done",
    "missions.StatusChange.recorded_by": "done",
    "missions.EvidenceFile.uploaded_by": "files",
    "missions.Import.by": "imports",
    "missions.FrozenReport.published_by": "done",
    "missions.Reminder.user": "reminders",
    "missions.Token.user": "tokens",
    # Whose a token is, and who issued it, never changes; who revoked it is the one who wrote that version.
    "missions.HistoricalToken.user": "tokens",
    "missions.Token.created_by": "done",
    "missions.HistoricalToken.created_by": "done",
    "missions.Token.revoked_by": "done",
    "missions.HistoricalToken.revoked_by": "done",
    "account.EmailAddress.user": "addresses",
    "mfa.Authenticator.user": "second_factors",
    "socialaccount.SocialAccount.user": "single_sign_on",
    "usersessions.UserSession.user": "sessions",
    # Twice what the history of each record says, and that is among the deeds.
    "admin.LogEntry.user": "done",
    # Who wrote a version that the audit log has.
    **{f"{log.rows.model._meta.label}.history_user": "done" for log in LOGS.values() if log.person == "history_user"},
}


def test_wherever_a_record_names_an_account_the_export_has_it(person):
    leading_here = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.concrete is False
    }

    assert leading_here == set(SECTIONS)
    assert set(SECTIONS.values()) <= set(stored_on(person))


def test_the_export_has_what_was_written_before_and_was_cited_also_where_somebody_else_goes_on(
    client, administrator, person, export
):
    mission = build.mission("M-1", lead_owner=build.organisation("O1"), status="not_started")
    address = f"/admin/missions/mission/{mission.pk}/report/"
    sign_in(own := Client(), person.username)
    for number in (1, 2):
        said = {"headline_en": f"Headline {number}", "headline_zh": f"标题{number}", "note": f"Note {number}"}
        cited = {"title": f"Letter {number}", "publisher": f"Office {number}", "url": f"https://example.org/{number}"}
        own.post(address, {**filled_in(own.get(address)), **BEGUN, **said, **of_evidence(0, **cited), **SAVE})
        address = Submission.objects.get().get_absolute_url()
    Submission.objects.get().submit(by=build.user("coordinator"))
    data = json.loads(client.get(export).getvalue())

    assert data["submissions"] == []  # it is the one's who submitted it
    versions = [(said["headline_en"], said["headline_zh"], said["note"]) for said in data["submission_versions"]]
    assert versions == [(f"Headline {number}", f"标题{number}", f"Note {number}") for number in (1, 2)]
    citations = [(said["history_type"], said["title"], said["publisher"]) for said in data["evidence_versions"]]
    assert citations == [("+", "Letter 1", "Office 1"), ("-", "Letter 1", "Office 1"), ("+", "Letter 2", "Office 2")]
    assert [said["url"][-1] for said in data["evidence_versions"]] == ["1", "1", "2"]


def test_sign_ins_under_a_former_user_name_are_in_the_export_and_none_of_somebody_else(
    client, administrator, person, export
):
    sign_in(Client(REMOTE_ADDR="192.0.2.1"), "somebody")
    sign_in(Client(REMOTE_ADDR="192.0.2.2"), "SOMEBODY", "a wrong password")
    person.username, person.name = "present", "other"
    person.save()
    build.user("other")
    sign_in(Client(REMOTE_ADDR="192.0.2.3"), "present")
    sign_in(Client(REMOTE_ADDR="192.0.2.4"), "other")
    sign_in(Client(REMOTE_ADDR="192.0.2.5"), "other", "a wrong password")
    data = json.loads(client.get(export).getvalue())

    assert [(noted["username"], noted["ip_address"]) for noted in data["sign_ins"]] == [
        ("somebody", "192.0.2.1"),
        ("present", "192.0.2.3"),
    ]
    assert [(noted["username"], noted["ip_address"]) for noted in data["failed_sign_ins"]] == [
        ("SOMEBODY", "192.0.2.2")
    ]


def test_djangos_own_log_of_an_account_goes_with_its_name(client, administrator, person, erasure):
    page = f"{LIST}{person.pk}/change/"
    client.post(page, {**filled_in(client.get(page)), "name": "Somebody Else"})
    logged = list(LogEntry.objects.values_list("object_repr", flat=True))
    client.post(erasure, {"username": "somebody"})

    assert logged == ["Somebody Else"]
    assert LogEntry.objects.count() == 0
