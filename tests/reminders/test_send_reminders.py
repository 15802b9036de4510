"""`manage.py send_reminders`: who gets which mail when, what is logged, and what happens when sending fails."""

import re
import smtplib
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError
from django.http import HttpResponse

from missions.models import Notice, Reminder, Role
from tests import factories
from tests.public.dom import parse
from tests.reminders.conftest import TODAY, notices, person, remind, submit

DAY = timedelta(days=1)
EDITORS = {("BACK", "returned"), ("DUE", "due"), ("LATE", "overdue"), ("LATE", "stale"), ("STALE", "stale")}


def recipients(mails):
    return [mail.to for mail in mails]


def html_of(mail):
    ((html, media_type),) = mail.alternatives
    return parse(HttpResponse(html.replace("<br>", " "), content_type=media_type))


def missions_in(mail):
    """The codes that a mail lists, in its order."""
    return re.findall(r"^\* ([A-Z0-9-]+) ", mail.body, re.MULTILINE)


def test_each_person_gets_one_mail_a_day_with_all_that_is_new(every_topic, mailoutbox):
    remind()
    factories.mission("MORE", due=TODAY)
    remind()

    assert recipients(mailoutbox) == [["coordinator@example.org"], ["editor@example.org"]]
    assert {name: set(found) for name, found in notices(*every_topic).items()} == {
        "coordinator": {("READ", "waiting")},
        "editor": EDITORS,
    }
    # The most pressing mission comes first, and with it its owner.
    assert [missions_in(mail) for mail in mailoutbox] == [["READ"], ["BACK", "LATE", "DUE", "STALE"]]
    body = mailoutbox[1].body
    assert body.index("Organisation O2") < body.index("* BACK") < body.index("Organisation O1") < body.index("* DUE")
    assert [
        text in body for text in ("  > Attach the notice.\n  > Both pages.", "10 days", "95 days", "1 Jul 2024")
    ] == [True] * 4
    assert mailoutbox[1].extra_headers == {"Auto-Submitted": "auto-generated"}


def test_dry_run_prints_the_same_and_neither_sends_nor_logs(every_topic, settings, mailoutbox):
    settings.HUB_SENDS_MAIL = False
    lines = remind(dry_run=True)
    with pytest.raises(CommandError):  # without a mail server nothing else is possible
        remind()

    assert (mailoutbox, Reminder.objects.count(), Notice.objects.count()) == ([], 0, 0)
    settings.HUB_SENDS_MAIL = True
    assert lines[1:] == remind()


def test_mail_names_the_fifty_most_pressing_missions_and_logs_all(clock, mailoutbox):
    reader = person("editor")
    for number in range(10):
        for days in (-20, -1, 0, 7, 29, 30):
            factories.mission(f"M{days}-{number}", due=TODAY + days * DAY)
    remind()

    (mail,) = mailoutbox
    assert sorted(missions_in(mail)) == sorted(f"M{days}-{n}" for days in (-20, -1, 0, 7, 29) for n in range(10))
    assert re.findall(r": (\d+)$", mail.body, re.MULTILINE) == ["10"]
    assert len(notices(reader)["editor"]) == 60


def test_mail_is_in_the_readers_language_and_its_html_says_the_same(clock, mailoutbox):
    mission = factories.mission("M-1", due=TODAY + DAY, title_en="Bridge", title_zh="大桥")
    person("smith"), person("wang", language="zh-hans")
    remind()

    english, chinese = sorted(mailoutbox, key=lambda mail: mail.to)
    expected = ["M-1 Bridge", "1 Jul 2024", "Organisation O1"], ["M-1 大桥", "2024年7月1日", "单位O1"]
    for mail, own, other, language in zip((english, chinese), expected, expected[::-1], ("en", "zh-Hans"), strict=True):
        page = html_of(mail)
        assert [text in mail.body for text in own + other] == [True] * 3 + [False] * 3
        assert (page.one("html")["lang"], page.one("title").text) == (language, mail.subject)
        links = [link["href"] for link in page.all("a")]
        assert links == re.findall(r"^ *(http\S+)$", mail.body, re.MULTILINE)
        assert urlsplit(links[0]).path == f"/admin/missions/mission/{mission.pk}/report/"
        plain = re.sub(r"^  http\S+$|^\* |^  > ", "", mail.body, flags=re.MULTILINE)
        assert page.one("body").text == " ".join(plain.split())
        assert [page.all(tag) for tag in ("img", "link", "script", "style")] == [[]] * 4


def test_hostile_texts_become_neither_a_header_nor_a_tag(clock, mailoutbox):
    author = person("editor")
    coordinator = person("coordinator", Role.COORDINATOR, name="<script>alert(1)</script>")
    title = "Bridge\r\nBcc: all@example.org <b>&"
    submit(factories.mission("M-1", status="completed", title_en=title), author).send_back(
        by=coordinator, reason="<b>Why</b>"
    )
    remind()

    (mail,) = mailoutbox
    assert b"Bcc" not in mail.message().as_bytes().partition(b"\n\n")[0]
    page = html_of(mail)
    assert page.all("a")[0].text == " ".join(f"M-1 {title}".split())
    assert (page.all("script"), page.all("b")) == ([], [])


def test_rejected_addresses_stop_nobody_else_and_are_tried_again(every_topic, mailoutbox, monkeypatch):
    send = EmailMultiAlternatives.send

    def reject(mail):
        if mail.to == ["coordinator@example.org"]:
            raise smtplib.SMTPException("no such mailbox")
        return send(mail)

    person("broken", email="broken@example.org\nBcc: all@example.org")  # "broken" comes before "editor"
    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", reject)
        errors = StringIO()
        with pytest.raises(CommandError) as error:
            remind(stderr=errors)

    assert (error.value.returncode, len(errors.getvalue().splitlines())) == (1, 3)
    assert recipients(mailoutbox) == [["editor@example.org"]]
    assert [reminder.user.username for reminder in Reminder.objects.all()] == ["editor"]
    with pytest.raises(CommandError):
        remind(stderr=StringIO())
    assert recipients(mailoutbox) == [["editor@example.org"], ["coordinator@example.org"]]


def test_mail_interrupted_by_a_crash_is_sent_on_another_day_only(every_topic, clock, mailoutbox, monkeypatch):
    class Killed(BaseException):
        pass

    def die(mail):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", die)
        with pytest.raises(Killed):
            remind()
    assert list(Reminder.objects.values_list("user__username", "sent_at")) == [("coordinator", None)]

    remind()
    assert recipients(mailoutbox) == [["editor@example.org"]]
    clock.shift(DAY)
    remind()
    assert recipients(mailoutbox) == [["editor@example.org"], ["coordinator@example.org"]]
