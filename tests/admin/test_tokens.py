"""Access tokens in the back office: issued, shown once, listed, revoked; and what a reviewer sees of them."""

import logging
import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection
from django.utils.formats import date_format

from missions.models import Delivery, Membership, Role, Scope, State, Submission, Token, TokenState, User
from missions.models.days import today
from tests import build
from tests.admin.pages import filled_in, form, messages
from tests.public.dom import parse

LIST = "/admin/missions/token/"
ADD = f"{LIST}add/"
NAME = "Office system"


@pytest.fixture
def held(db):
    """An editor's role, of somebody who has another one as well."""
    user = User.objects.create(username="li.wei", name="Li Wei")
    build.membership(Role.AUDITOR, user=user)
    return build.membership(user=user, organisation=build.organisation("O1"))


def issue(client, held, **answers):
    """The answer to the form, filled in as it comes but for these."""
    return client.post(ADD, {**filled_in(client.get(ADD)), "membership": held.pk, "name": NAME, **answers})


def secret_in(page):
    return parse(page).one("code", class_="hub-secret").text


def mistakes(page):
    return {name: list(errors) for name, errors in page.context["form"].errors.items()}


def page_of(token):
    return f"{LIST}{token.pk}/change/"


def all_texts():
    """Every value of every table, as one text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, repr(cursor.fetchall())


# --- issuing ---


def test_a_token_is_issued_for_ninety_days_and_keeps_drafts_unless_another_scope_is_chosen(client, administrator, held):
    with time_machine.travel(datetime(2026, 3, 10, 4, tzinfo=UTC), tick=False):
        client.force_login(administrator)
        issue(client, held)
        issue(client, held, name="Another", scope="submit", expires_on="2026-03-10")
    second, first = Token.objects.all()

    assert (first.membership, first.name, first.scope, first.expires_on) == (held, NAME, "draft", date(2026, 6, 8))
    assert (second.scope, second.expires_on, second.created_by) == ("submit", date(2026, 3, 10), administrator)


def test_the_secret_is_shown_on_the_answer_itself_with_an_example(client, administrator, held, settings):
    settings.SITE_URL = "https://hub.example.org"
    page = issue(client, held)
    token = Token.objects.get()

    assert page.status_code == 200
    assert Token.objects.good(secret_in(page)) == token
    assert "no-store" in page.headers["Cache-Control"]
    assert "curl https://hub.example.org/api/v1/submissions" in parse(page).one("pre").text
    assert parse(page).one(id="content").all("a", class_="button")[0]["href"] == LIST


@pytest.mark.parametrize(("scope", "state"), [(Scope.DRAFT, State.DRAFT), (Scope.SUBMIT, State.SUBMITTED)])
def test_the_example_is_taken_in_as_the_scope_of_the_token_permits(client, administrator, held, scope, state):
    build.mission("CODE", lead_owner=held.organisation)
    page = issue(client, held, scope=scope)
    body = re.search(r"-d '(.*)'", parse(page).one("pre").text)[1]
    headers = {"Authorization": f"Bearer {secret_in(page)}", "Idempotency-Key": str(uuid.uuid4())}

    answer = client.post("/api/v1/submissions", body, "application/json", headers=headers)

    assert (answer.status_code, Submission.objects.get().state) == (201, state)


def test_the_secret_is_nowhere_but_on_that_answer(client, administrator, held, caplog):
    caplog.set_level(logging.DEBUG)
    page = issue(client, held)
    secret = secret_in(page)
    token = Token.objects.get()
    looked_at = [LIST, page_of(token), "/admin/audit/?kind=token"]
    later = [client.get(address).content.decode() for address in looked_at]
    client.post(f"{LIST}{token.pk}/revoke/")
    tables = dict(all_texts())

    assert [table for table, text in tables.items() if secret in text or secret[4:] in text] == []
    assert [table for table, text in tables.items() if token.digest in text] == ["missions_token"]
    assert secret not in caplog.text
    assert [session.get_decoded() for session in Session.objects.all() if secret in str(session.get_decoded())] == []
    assert secret not in client.cookies.output()
    assert secret not in str(page.headers)
    assert messages(page) == []
    assert all(NAME in text and secret not in text and token.digest not in text for text in later)


def test_the_form_sent_again_makes_no_second_token(client, administrator, held):
    sent = {**filled_in(client.get(ADD)), "membership": held.pk, "name": NAME}
    client.post(ADD, sent)
    again = client.post(ADD, sent)

    message = f"In this role “{NAME}” has a token already: revoke that first, or choose another name."
    assert mistakes(again) == {"name": [message]}
    assert message in form(again).text
    assert parse(again).all("code", class_="hub-secret") == []
    assert Token.objects.count() == 1


def test_only_roles_that_report_of_accounts_that_are_open_can_be_chosen(client, administrator, held):
    coordinator = build.membership(Role.COORDINATOR, user=User.objects.create(username="wang"))
    closed = build.membership(Role.COORDINATOR, user=User.objects.create(username="zhao", is_active=False))
    auditor = Membership.objects.get(role=Role.AUDITOR)
    options = {option["value"]: option.text for option in form(client.get(ADD)).one("select").all("option")}

    assert options == {
        "": "Choose a person and role",
        str(held.pk): "Li Wei (li.wei) · Editor · O1 Organisation O1",
        str(coordinator.pk): "wang · Coordinator",
    }
    for other in (closed, auditor):
        assert list(mistakes(issue(client, other))) == ["membership"]
    assert Token.objects.count() == 0


NO_CHOICE = "Select a valid choice. That choice is not one of the available choices."


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({"membership": ""}, {"membership": ["This field is required."]}),
        (
            {"membership": "0"},
            {"membership": ["Select a valid choice. That choice is not one of the available choices."]},
        ),
        ({"name": " "}, {"name": ["This field is required."]}),
        ({"name": "x" * 101}, {"name": ["Ensure this value has at most 100 characters (it has 101)."]}),
        ({"scope": ""}, {"scope": ["This field is required."]}),
        ({"scope": "publish"}, {"scope": ["Select a valid choice. publish is not one of the available choices."]}),
        ({"expires_on": ""}, {"expires_on": ["This field is required."]}),
        ({"expires_on": "soon"}, {"expires_on": ["Write a day as YYYY-MM-DD, such as 2024-03-02."]}),
        ({"expires_on": "2020-01-01"}, {"expires_on": ["This day is over: choose today or a later day."]}),
        ({"expires_on": "2100-01-01"}, {"expires_on": ["A token is good for a year at most: choose an earlier day."]}),
    ],
)
def test_what_cannot_be_issued_is_refused_at_its_field(client, administrator, held, answers, refusal):
    page = issue(client, held, **answers)

    assert mistakes(page) == refusal
    assert "No token was issued. See the reasons below." in form(page).text
    assert Token.objects.count() == 0


# --- who may ---


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, Role.COORDINATOR])
def test_only_an_administrator_sees_issues_and_revokes_tokens(client, sign_in, held, role):
    token, _secret = build.token(held)
    sign_in(role, organisation=held.organisation)
    answers = [
        *(client.get(page).status_code for page in (LIST, ADD, page_of(token))),
        client.post(ADD, {"membership": held.pk, "name": "x", "scope": "draft", "expires_on": today()}).status_code,
        client.post(f"{LIST}{token.pk}/revoke/").status_code,
    ]

    assert answers == [403] * 5
    assert [token.state for token in Token.objects.all()] == [TokenState.IN_FORCE]


def test_nobody_deletes_a_token(client, administrator, held):
    token, _secret = build.token(held)
    deletion = {"action": "delete_selected", "_selected_action": token.pk, "post": "yes", "index": 0}

    client.post(LIST, deletion)
    assert client.post(f"{LIST}{token.pk}/delete/", {"post": "yes"}).status_code == 404
    assert Token.objects.get() == token


# --- the list and the page of one ---


def listed(client, query=""):
    rows = parse(client.get(LIST + query)).one(id="result_list").one("tbody").all("tr")
    names = ("system", "person", "acts_as", "scope", "standing", "last_used_on")
    return [tuple(row.one("td", class_=f"field-{name}").text for name in names) for row in rows]


def test_the_list_tells_whose_each_token_is_what_it_may_and_how_it_stands(client, administrator, held):
    build.token(held)[0].used()
    build.token(build.membership(Role.COORDINATOR, user=User.objects.create(username="wang")), "Board", Scope.DRAFT)
    Membership.objects.get(role=Role.COORDINATOR).delete()
    used = Token.objects.get(name=NAME).last_used_on
    li, wang = "Li Wei (li.wei)", "wang"

    assert listed(client) == [
        ("Board", wang, "Coordinator", "Keep drafts", "Role taken away", "-"),
        (NAME, li, "Editor · O1 Organisation O1", "Keep drafts and submit them", "In force", date_format(used)),
    ]
    assert [row[0] for row in listed(client, "?q=wang")] == ["Board"]
    assert [row[0] for row in listed(client, "?scope__exact=submit")] == [NAME]


def test_the_list_takes_as_many_queries_with_four_tokens_as_with_one(
    client, administrator, held, django_assert_num_queries
):
    build.token(held)
    with django_assert_num_queries(7):
        client.get(LIST)
    for number in range(3):
        build.token(build.membership(organisation=build.organisation(f"O-{number}")))
    with django_assert_num_queries(7):
        client.get(LIST)


def test_an_accounts_page_leads_to_its_tokens(client, administrator, held):
    build.token(held)
    build.token(name="Of somebody else")
    tools = parse(client.get(f"/admin/missions/user/{held.user_id}/change/")).one("ul", class_="object-tools")
    (query,) = [link["href"] for link in tools.all("a") if link["href"].startswith(LIST)]

    assert [row[0] for row in listed(client, query.removeprefix(LIST))] == [NAME]


def test_the_page_of_a_token_lists_the_latest_that_came_in_by_it(
    client, administrator, held, django_assert_num_queries
):
    token, _secret = build.token(held)
    other, _secret = build.token(held, "Another system")
    deliver(build.submission(build.mission("M-0")), other)
    deliver(build.submission(build.mission("M-1", title_en="Title 1")), token)
    with django_assert_num_queries(5):
        client.get(page_of(token))
    for number in range(2, 22):
        deliver(build.submission(build.mission(f"M-{number}", title_en=f"Title {number}")), token)
    with django_assert_num_queries(5):
        page = client.get(page_of(token))
    links = [link.text for link in parse(page).one("ul", class_="hub-deliveries").all("a")]

    assert links == [f"M-{number} Title {number}" for number in range(21, 1, -1)]


def deliver(submission, token):
    return Delivery.objects.create(submission=submission, token=token, digest="a" * 64)


def test_a_token_is_revoked_at_once_and_only_once(client, administrator, held):
    token, secret = build.token(held)
    address = form(client.get(page_of(token)))["action"]
    page = client.post(address, follow=True)
    again = client.post(address, follow=True)
    token.refresh_from_db()

    assert Token.objects.good(secret) is None
    assert (token.state, token.revoked_by) == (TokenState.REVOKED, administrator)
    assert messages(page) == ["Revoked: from now on nothing comes in by it."]
    assert messages(again) == ["This token has been revoked already."]
    assert [f for f in parse(again).one(id="content").all("form") if "revoke" in (f.get("action") or "")] == []


def test_a_role_that_an_administrator_takes_away_takes_its_tokens_with_it(client, administrator, held):
    token, secret = build.token(held)
    page = f"/admin/missions/user/{held.user_id}/change/"
    sent = filled_in(client.get(page))
    row = next(name[: -len("-id")] for name, value in sent.items() if name.endswith("-id") and value == str(held.pk))
    client.post(page, {**sent, f"{row}-DELETE": "on"})
    log = parse(client.get("/admin/audit/?kind=token")).one("tbody").all("tr")

    assert Token.objects.good(secret) is None
    assert Token.objects.get(pk=token.pk).state == TokenState.ROLE_TAKEN
    assert ["role taken away" in row.text and "administrator" in row.text for row in log] == [True, False]


@pytest.mark.parametrize("state", ["expired", "closed"])
def test_the_page_says_how_a_token_stands(client, administrator, held, state):
    token, _secret = build.token(held, days=0)
    if state == "closed":
        User.objects.filter(pk=held.user_id).update(is_active=False)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2 if state == "expired" else 0), tick=False):
        client.force_login(administrator)
        said = parse(client.get(page_of(token))).one("p", class_="hub-state").text

    assert said == {"expired": "Expired", "closed": "Account closed"}[state]


# --- the mail to the person ---


@pytest.fixture
def mailed(held, settings):
    """`held`, whose person can be reached by mail, and reads Chinese."""
    settings.HUB_SENDS_MAIL, settings.SIGN_IN_URL = True, "https://office.example.org"
    held.user.email, held.user.language = "li@example.org", "zh-hans"
    held.user.save()
    return held


def test_the_person_hears_by_mail_of_a_token_that_is_issued_or_revoked(client, administrator, mailed, mailoutbox):
    User.objects.filter(pk=mailed.user_id).update(language="en")
    secret = secret_in(issue(client, mailed))
    token = Token.objects.get()
    client.post(f"{LIST}{token.pk}/revoke/")
    client.post(f"{LIST}{token.pk}/revoke/")
    issued, revoked = mailoutbox

    assert [mail.to for mail in mailoutbox] == [["li@example.org"]] * 2
    assert issued.subject == f"Hub Tracker: the system “{NAME}” may act for you"
    assert revoked.subject == f"Hub Tracker: the access token of “{NAME}” is revoked"
    assert f"administrator issued an access token in your name to the system “{NAME}”." in issued.body
    assert "Acts as: Editor · O1 Organisation O1" in issued.body
    assert f"Last day: {date_format(token.expires_on)}" in issued.body
    assert f"administrator revoked the access token of the system “{NAME}”" in revoked.body
    assert [mail.body.count("https://office.example.org/admin/") for mail in mailoutbox] == [1, 1]
    assert [mail for mail in mailoutbox if secret in mail.body or token.digest in mail.body] == []


def test_the_mail_is_in_the_persons_language(client, administrator, mailed, mailoutbox):
    issue(client, mailed)

    assert mailoutbox[0].body.startswith("Li Wei，您好！")
    assert f"截止日期：{Token.objects.get().expires_on:%Y年%-m月%-d日}" in mailoutbox[0].body


@pytest.mark.parametrize("why", ["no mail is set up", "no address", "closed"])
def test_nothing_is_sent_to_whom_no_mail_can_reach(client, administrator, mailed, mailoutbox, settings, why):
    token, _secret = build.token(mailed)
    settings.HUB_SENDS_MAIL = why != "no mail is set up"
    changed = {"no address": {"email": ""}, "closed": {"is_active": False}}.get(why, {"email": "li@example.org"})
    User.objects.filter(pk=mailed.user_id).update(**changed)
    page = client.post(f"{LIST}{token.pk}/revoke/", follow=True)

    assert messages(page) == ["Revoked: from now on nothing comes in by it."]
    assert mailoutbox == []


def test_a_mail_server_that_is_down_stops_neither_the_issue_nor_the_revocation(
    client, administrator, mailed, monkeypatch
):
    def refuse(mail):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", refuse)
    warning = "No mail could be sent to Li Wei (li.wei), whose token it is: tell them of it yourself."
    issued = issue(client, mailed)
    token = Token.objects.good(secret_in(issued))
    revoked = client.post(f"{LIST}{token.pk}/revoke/", follow=True)

    assert messages(issued) == [warning]
    assert messages(revoked) == ["Revoked: from now on nothing comes in by it.", warning]
    assert Token.objects.get().state == TokenState.REVOKED


# --- what a reviewer sees ---


def came_in(page):
    """What a page says of the systems that submissions came from, with the moment left out."""
    lines = [line.text for tag in ("p", "li") for line in parse(page).one(id="content").all(tag)]
    return [f"{line[:7]}{line[line.index(' from') :]}" for line in lines if line.startswith("Came in on")]


def received(held):
    """A draft that was made by hand, and one that a system sent."""
    by_hand, by_system = (build.submission(build.mission(lead_owner=held.organisation)) for _ in range(2))
    deliver(by_system, build.token(held)[0])
    return by_hand, by_system


FROM_SYSTEM = [f"Came in from the system “{NAME}”"]


def test_a_reviewer_reads_from_which_system_a_submission_came(client, coordinator, held):
    submissions = received(held)
    for submission in submissions:
        submission.submit(by=coordinator)

    assert [came_in(client.get(submission.get_absolute_url())) for submission in submissions] == [[], FROM_SYSTEM]


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_so_does_who_goes_on_with_it_in_the_form(client, coordinator, held, state):
    submissions = received(held)
    for submission in submissions if state == "returned" else ():
        submission.submit(by=held.user)
        submission.send_back(by=coordinator, reason="Which document?")
    pages = [client.get(submission.get_absolute_url()) for submission in submissions]

    assert [page.context["form"].is_bound for page in pages] == [False, False]
    assert [came_in(page) for page in pages] == [[], FROM_SYSTEM]


def test_what_a_person_wrote_anew_is_not_said_to_come_from_the_system(client, coordinator, held):
    with time_machine.travel(datetime(2026, 3, 10, 4, tzinfo=UTC), tick=False):
        _by_hand, submission = received(held)
        submission.submit(by=held.user)
        submission.send_back(by=coordinator, reason="Which document?")
    submission.headline_en = "Written anew"
    submission.save()
    submission.submit(by=coordinator)
    page = parse(client.get(submission.get_absolute_url()))
    (said,) = [dl for dl in page.all("dl", class_="hub-entry") if not dl.inside(tag="aside")]
    steps = page.one("ol", class_="hub-steps").all("li")

    assert NAME not in said.text
    assert said.all("dd")[-1].text == str(coordinator)
    assert steps[0].text == f"Came in on 10 Mar 2026, 12:00 from the system “{NAME}”"
    assert [step.one("strong").text for step in steps[1:]] == ["Submitted", "Returned", "Submitted"]


def test_a_draft_that_came_in_is_not_said_to_be_untouched(client, sign_in, held):
    sign_in(Role.AUDITOR)
    pages = [parse(client.get(submission.get_absolute_url())) for submission in received(held)]
    steps = [[step.text[:10] for step in page.one("ol", class_="hub-steps").all("li")] for page in pages]

    assert steps == [["Nothing ye"], ["Came in on"]]


def test_submissions_of_systems_are_read_together_in_as_many_queries_as_others(
    client, coordinator, held, django_assert_max_num_queries
):
    submissions = [build.submission(build.mission(lead_owner=held.organisation)) for _ in range(4)]
    for submission in submissions:
        submission.submit(by=coordinator)
    chosen = {"action": "publish_selected", "_selected_action": [s.pk for s in submissions], "index": 0}
    with django_assert_max_num_queries(100) as by_hand:
        client.post("/admin/missions/submission/", chosen)
    for number, submission in enumerate(submissions):
        deliver(submission, build.token(held, f"System {number}")[0])
    with django_assert_max_num_queries(100) as by_systems:
        page = client.post("/admin/missions/submission/", chosen)

    assert came_in(page) == [f"Came in from the system “System {number}”" for number in (3, 2, 1, 0)]
    assert len(by_systems) == len(by_hand)
