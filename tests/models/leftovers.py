"""A person about whom everything is distinctive, what they can do here, and where any of it is found afterwards."""

import json
import uuid
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client

from missions.models import Role, State, Submission, User
from missions.models.days import today
from tests import build
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in
from tests.admin.importing import carry_out, hand_in, register, return_form
from tests.admin.pages import filled_in
from tests.api.sending import ADDRESS, SAID
from tests.public.dom import parse
from tests.reports.frozen import published

NAMES = (
    "weiming.former",
    "Weiming Former",
    "former@weiming.example",
    "wei.ming.77",
    "章维明 Weiming",
    "w@ming.example",
)
TRACES = ("203.0.113.77", "Weiming's browser", "uid-of-weiming", "Weiming's phone", "章维明 at the provider")
FORMER = dict(zip(("username", "name", "email"), NAMES[:3], strict=True))
PRESENT = dict(zip(("username", "name", "email"), NAMES[3:], strict=True))


def browser():
    """One from which this person comes, and which says so."""
    return Client(REMOTE_ADDR=TRACES[0], headers={"user-agent": TRACES[1]})


def account(administrator):
    """Makes the account, and renames it, as an administrator does."""
    add = "/admin/missions/user/add/"
    roles = {"memberships-0-role": Role.COORDINATOR}
    administrator.post(add, {**filled_in(administrator.get(add)), **FORMER, **roles, "language": "en"})
    user = User.objects.get(username=FORMER["username"])
    page = f"/admin/missions/user/{user.pk}/change/"
    administrator.post(
        page, {**filled_in(administrator.get(page)), **PRESENT, "memberships-1-role": Role.ADMINISTRATOR}
    )
    user.refresh_from_db()
    user.set_password(build.PASSWORD)
    user.save()
    return user


def come_in(user):
    """Every way of signing in, and of failing to; returns a browser that is signed in."""
    secret = give_totp(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": TRACES[3]})
    SocialAccount.objects.create(user=user, provider="office", uid=TRACES[2], extra_data={"name": TRACES[4]})
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    browser().post("/accounts/password/reset/", {"email": user.email})
    client = browser()
    sign_in(client, user.username)
    client.post(AUTHENTICATE, {"code": code(secret)})
    sign_in(browser(), user.username)  # begun, and left before the second factor
    for wrong in (FORMER["username"], user.username.upper(), user.email, user.name):
        sign_in(browser(), wrong, "a wrong password")
    assert client.get("/admin/").status_code == 200
    return client


def work(client, user):
    """What a coordinator and administrator does here."""
    first, second, third = (build.mission(f"W-{number}", due=today()) for number in (1, 2, 3))
    colleague = build.user("colleague", Role.AUDITOR)
    report(first, user).publish(by=user)
    report(second, user).send_back(by=user, reason="More, please")
    page = f"/admin/missions/mission/{first.pk}/change/"
    client.post(page, {**filled_in(client.get(page)), "clause": "7"})
    hand_in(client, register(W_3="Another title"))
    parse(carry_out(client))  # it is carried out while it is read
    begun = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}
    hand_in(client, return_form(client, W_3=begun), "return.xlsx")
    parse(carry_out(client))  # it is carried out while it is read
    client.post(f"/admin/missions/user/{colleague.pk}/invite/")
    deliver(user, second)
    published(by=user)
    call_command("send_reminders", stdout=StringIO())
    third.refresh_from_db()
    assert (third.title_en, third.submissions.get().state) == ("Another title", State.SUBMITTED)


def report(mission, user) -> Submission:
    """A report that this person submitted, with a file."""
    cited = build.submitted_evidence(file=build.evidence_file(by=user))
    made = build.submission(mission, by=user, evidence=[cited])
    made.submit(by=user)
    return made


def deliver(user, mission):
    """Issues a token for this person, as which a system then sends something."""
    _token, secret = build.token(user.memberships.get(role=Role.COORDINATOR), by=user)
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": str(uuid.uuid4())}
    said = {**SAID, "mission": mission.code}
    answer = browser().post(ADDRESS, said, content_type="application/json", headers=headers)
    assert answer.status_code == 201


def found(needles):
    """(needle, table, column) wherever in the database one of them stands, in whatever case and form."""
    return {
        (needle, table, column)
        for table, column, texts in columns()
        for needle in needles
        if any(needle.casefold() in text.casefold() for text in texts)
    }


def columns():
    """Yields (table, column, its values as texts) of every table of the database, and the sessions in clear."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names, rows = [column[0] for column in cursor.description], cursor.fetchall()
            for name, values in zip(names, zip(*rows, strict=True), strict=False):
                yield table, name, [text for value in values for text in texts_of(value)]
    yield "django_session", "decoded", [json.dumps(session.get_decoded()) for session in Session.objects.all()]


def texts_of(value):
    """A value as a text, with what its escapes mean and what an archive holds."""
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        yield raw.decode(errors="replace")
        if raw.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(raw)) as archive:
                for name in archive.namelist():
                    yield archive.read(name).decode(errors="replace")
        return
    text = str(value)
    yield text
    if "\\u" in text:
        yield text.encode().decode("unicode_escape")


def in_file():
    """The bytes of SQLite's files; none with another database."""
    if connection.vendor != "sqlite":
        return b""
    name = str(connection.settings_dict["NAME"])
    return Path(name).read_bytes() + Path(f"{name}-wal").read_bytes()
