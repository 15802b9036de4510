"""A person with distinctive data who does everything on the site, and where the database holds any of it."""

import json
from io import StringIO
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client

from missions.days import today
from missions.models import Role, User
from tests import factories
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in
from tests.admin.pages import filled_in

NAMES = (
    "weiming.former",
    "Weiming Former",
    "former@weiming.example",
    "wei.ming.77",
    "章维明 Weiming",
    "w@ming.example",
)
TRACES = ("203.0.113.77", "Weiming's browser", "uid-of-weiming", "Weiming's phone", "章维明 at the provider")
SUBMISSIONS = "/api/v1/submissions"
FORMER = dict(zip(("username", "name", "email"), NAMES[:3], strict=True))
PRESENT = dict(zip(("username", "name", "email"), NAMES[3:], strict=True))


def browser():
    return Client(REMOTE_ADDR=TRACES[0], headers={"user-agent": TRACES[1]})


def create_account(administrator):
    add, roles = "/admin/missions/user/add/", {"memberships-0-role": Role.COORDINATOR}
    administrator.post(add, {**filled_in(administrator.get(add)), **FORMER, **roles, "language": "en"})
    user, roles = User.objects.get(username=FORMER["username"]), {"memberships-1-role": Role.ADMINISTRATOR}
    page = f"/admin/missions/user/{user.pk}/change/"
    administrator.post(page, {**filled_in(administrator.get(page)), **PRESENT, **roles})
    user.refresh_from_db()
    user.set_password(factories.PASSWORD)
    user.save()
    return user


def sign_in_every_way(user):
    secret = give_totp(user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": TRACES[3]})
    SocialAccount.objects.create(user=user, provider="office", uid=TRACES[2], extra_data={"name": TRACES[4]})
    EmailAddress.objects.create(user=user, email=user.email, verified=True)
    browser().post("/accounts/password/reset/", {"email": user.email})
    client = browser()
    sign_in(client, user.username)
    client.post(AUTHENTICATE, {"code": code(secret)})
    sign_in(browser(), user.username)  # stops before the second factor
    for wrong in (FORMER["username"], user.username.upper(), user.email, user.name):
        sign_in(browser(), wrong, "a wrong password")
    assert client.get("/admin/").status_code == 200
    return client


def work(client, user):
    missions = [factories.mission(f"W-{number}", due=today()) for number in (1, 2, 3)]
    for mission in missions[:2]:
        cited = factories.submitted_evidence(file=factories.evidence_file(by=user))
        submission = factories.submission(mission, by=user, evidence=[cited])
        submission.submit(by=user)
        if mission == missions[0]:
            submission.publish(by=user)
        else:
            submission.send_back(by=user, reason="More, please")
    page = f"/admin/missions/mission/{missions[0].pk}/change/"
    client.post(page, {**filled_in(client.get(page)), "clause": "7"})
    client.post(f"/admin/missions/user/{factories.user('colleague', Role.AUDITOR).pk}/invite/")
    call_command("send_reminders", stdout=StringIO())


def find_occurrences(needles):
    """Return (needle, table, column) of each occurrence in the database."""
    return {
        (needle, table, column)
        for table, column, texts in columns()
        for needle in needles
        if any(needle.casefold() in text.casefold() for text in texts)
    }


def columns():
    """Yield (table, column, values as texts) of every table, and decoded sessions."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names, rows = [column[0] for column in cursor.description], cursor.fetchall()
            for name, values in zip(names, zip(*rows, strict=True), strict=False):
                yield table, name, [text for value in values for text in texts_of(value)]
    yield "django_session", "decoded", [json.dumps(session.get_decoded()) for session in Session.objects.all()]


def texts_of(value):
    if isinstance(value, bytes | memoryview):
        yield bytes(value).decode(errors="replace")
        return
    text = str(value)
    yield text
    if "\\u" in text:
        yield text.encode().decode("unicode_escape")


def database_files():
    if connection.vendor != "sqlite":
        return b""
    name = str(connection.settings_dict["NAME"])
    return Path(name).read_bytes() + Path(f"{name}-wal").read_bytes()
