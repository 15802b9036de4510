"""A person with distinctive data who does everything on the site, and where the database holds any of it."""

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

from missions.days import today
from missions.models import Mission, Role, User
from tests import factories
from tests.accounts.signing import AUTHENTICATE, code, give_totp, sign_in
from tests.admin.importing import carry_out, hand_in, register, return_form
from tests.admin.pages import filled_in
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
SUBMISSIONS = "/api/v1/submissions"
REPORT = {"status": "in_progress", "effective_on": "2024-03-01", "basis": "owner", "headline_zh": "工程开工"}
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


def exchange(client, user):
    hand_in(client, register(W_3="Another title"))
    parse(carry_out(client))  # it is carried out while the answer is read
    begun = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}
    hand_in(client, return_form(client, W_3=begun), "return.xlsx")
    parse(carry_out(client))
    _token, secret = factories.token(user.memberships.get(role=Role.COORDINATOR), by=user)
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": str(uuid.uuid4())}
    sent = {**REPORT, "mission": "W-2"}
    assert browser().post(SUBMISSIONS, sent, content_type="application/json", headers=headers).status_code == 201
    published(by=user)
    mission = Mission.objects.get(code="W-3")
    assert (mission.title_en, mission.submissions.get().state) == ("Another title", "submitted")


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


def database_files():
    if connection.vendor != "sqlite":
        return b""
    name = str(connection.settings_dict["NAME"])
    return Path(name).read_bytes() + Path(f"{name}-wal").read_bytes()
