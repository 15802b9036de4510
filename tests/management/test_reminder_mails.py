"""What a reminder says, in which language, and where its links lead."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from missions.models import Notice, Role, Submission
from tests import build
from tests.accounts.signing import sign_in
from tests.management.reminding import (
    TODAY,
    TOMORROW,
    at,
    editor,
    every_topic,
    person,
    remind,
    returned,
    said,
    submitted,
    with_mail,
)
from tests.public.conftest import noon
from tests.public.dom import parse

__all__ = ["every_topic", "noon", "with_mail"]


def html_of(mail):
    """The HTML part as a page that `parse` reads."""
    ((html, media_type),) = mail.alternatives
    return HttpResponse(html.replace("<br>", " "), content_type=media_type)


TEXT = """\
Hello editor,

4 missions need your attention. Each link leads to the form, after sign-in.


Organisation O2

* BACK Back
  coordinator returned the submission on 27 Jun 2024.
  > The letter is missing.
  > Send it along.
  {back}

* LATE Late
  Overdue for 10 days; it was due on 20 Jun 2024.
  Nothing has been recorded for 95 days, since 27 Mar 2024.
  {late}


Organisation O1

* DUE Pressing
  Due tomorrow, 1 Jul 2024.
  {due}

* STALE Quiet
  Nothing has been recorded for 95 days, since 27 Mar 2024.
  {stale}


All that you have to do:
http://localhost:8000/admin/

You get this because you report on these missions, or review what is reported, at Hub Tracker. \
The site sent it by itself: please do not answer it."""


def addresses():
    """Code in small letters → the full address of the form of each mission in `every_topic`."""
    submissions = {s.mission.code: s for s in Submission.objects.select_related("mission")}
    reports = {notice.mission.code: notice.mission_id for notice in Notice.objects.all()}
    pages = {code: f"/admin/missions/mission/{pk}/report/" for code, pk in reports.items()}
    pages |= {code: f"/admin/missions/submission/{s.pk}/change/" for code, s in submissions.items()}
    return {code.lower(): f"http://localhost:8000{page}" for code, page in pages.items()}


def test_one_mail_tells_a_person_everything_by_organisation(noon, every_topic, mailoutbox):
    remind()

    mail = next(mail for mail in mailoutbox if mail.to == ["editor@example.org"])
    assert len(mailoutbox) == 2
    assert mail.subject == "Hub Tracker: 4 missions need your attention"
    assert mail.body == TEXT.format(**addresses())
    assert mail.from_email == "noreply@127.0.0.1"
    assert mail.extra_headers == {"Auto-Submitted": "auto-generated"}


@pytest.fixture
def many(db):
    """An old mission and ten of each due date, all told to the coordinator: nobody at their owners is reached."""
    with time_machine.travel(at(TODAY - timedelta(days=100)), tick=False):
        build.mission("OLD", lead_owner=build.organisation("ALONE"))
    for number in range(10):
        owner = build.organisation(f"O{number % 2}", parent=build.organisation("ABOVE"))
        for days in (-20, -1, 0, 7, 29, 30):
            build.mission(f"M{days}-{number}", lead_owner=owner, due=TODAY + timedelta(days=days))
    editor("elsewhere", build.organisation("BELOW", parent=build.organisation("O0")))
    return person("coordinator", Role.COORDINATOR)


def test_a_mail_names_the_fifty_most_pressing_missions_counts_the_others_and_logs_them_all(noon, many, mailoutbox):
    remind()

    (mail,) = mailoutbox
    named = re.findall(r"^\* (M\S+|OLD) ", mail.body, re.MULTILINE)
    assert sorted(named) == sorted(f"M{days}-{number}" for days in (-20, -1, 0, 7, 29) for number in range(10))
    assert mail.subject == "Hub Tracker: 61 missions need your attention"
    assert (
        """


Further missions that are not named here:
* Due soon: 10
* Nothing new: 1

All that you have to do:
http://localhost:8000/admin/
"""
        in mail.body
    )
    assert Notice.objects.filter(reminder__user=many).count() == 61
    noon.shift(timedelta(days=5))
    remind()
    told = said([many])["coordinator"]
    # The seventh day before it has passed for none of these, nor has a week after it.
    assert [told.count((code, "due")) for code in ("M7-0", "M29-0", "M30-0")] == [1, 1, 1]
    assert told.count(("M-20-0", "overdue")) == 2


def test_a_mail_that_names_all_says_nothing_of_others(noon, every_topic, mailoutbox):
    remind()

    assert ["Further missions" in mail.body for mail in mailoutbox] == [False, False]


REACHES_NOBODY = "Nobody can be reached there or above it: so the coordinators are told what its editors have to do."


def test_a_coordinator_is_told_why_what_editors_have_to_do_comes_to_them(noon, every_topic, mailoutbox):
    build.mission("ALONE-1", lead_owner=build.organisation("ALONE"), due=TODAY)
    remind()

    bodies = {mail.to[0]: mail.body for mail in mailoutbox}
    assert {to: body.count(REACHES_NOBODY) for to, body in bodies.items()} == {
        "coordinator@example.org": 1,
        "editor@example.org": 0,
    }
    assert f"\n\nOrganisation ALONE\n{REACHES_NOBODY}\n\n* ALONE-1 " in bodies["coordinator@example.org"]


def test_what_waits_for_review_comes_to_coordinators_for_no_other_reason(noon, mailoutbox):
    author = editor()
    submitted(build.mission(), author)
    author.memberships.all().delete()
    person("coordinator", Role.COORDINATOR)
    remind()

    (mail,) = mailoutbox
    assert REACHES_NOBODY not in mail.body
    assert "it waits for review" in mail.body


@pytest.mark.parametrize("world", ["every_topic", "many"])
def test_the_html_part_says_the_same_as_the_text_and_fetches_nothing(noon, world, request, mailoutbox):
    request.getfixturevalue(world)
    remind()

    assert mailoutbox
    for mail in mailoutbox:
        page = parse(html_of(mail))
        assert page.one("html")["lang"] == "en"
        assert page.one("title").text == mail.subject
        links = [link["href"] for link in page.all("a")]
        assert links == re.findall(r"^ *(http\S+)$", mail.body, re.MULTILINE)
        plain = re.sub(r"^  http\S+$|^\* |^  > ", "", mail.body, flags=re.MULTILINE)
        assert page.one("body").text == " ".join(plain.split())
        assert page.all("img") == page.all("link") == page.all("script") == page.all("style") == []
        assert b"url(" not in html_of(mail).content


def test_everybody_reads_the_mail_in_their_own_language(noon, mailoutbox):
    build.mission("M-1", due=TOMORROW, title_en="Bridge", title_zh="大桥")
    editor("wang", language="zh-hans")
    editor("smith", language="en")

    remind()

    english, chinese = sorted(mailoutbox, key=lambda mail: mail.to)
    assert {"Hello smith,", "Organisation O1", "* M-1 Bridge", "  Due tomorrow, 1 Jul 2024."} < set(
        english.body.splitlines()
    )
    assert {"单位O1", "* M-1 大桥"} < set(chinese.body.splitlines())
    assert "2024年7月1日" in chinese.body
    assert [parse(html_of(mail)).one("html")["lang"] for mail in (english, chinese)] == ["en", "zh-Hans"]
    assert parse(html_of(chinese)).all("a")[0].text == "M-1 大桥"
    assert english.subject == "Hub Tracker: 1 mission needs your attention"
    assert chinese.subject == parse(html_of(chinese)).one("title").text


@pytest.mark.parametrize("who", ["editor", "coordinator"])
def test_each_link_leads_to_the_form_after_sign_in(noon, every_topic, mailoutbox, who):
    remind()
    mail = next(mail for mail in mailoutbox if mail.to == [f"{who}@example.org"])
    titles = {"editor": ["Report a status"] * 4, "coordinator": ["Review"]}[who]

    opened = []
    for link in re.findall(r"^  http://localhost:8000(\S+)$", mail.body, re.MULTILINE):
        stranger = Client()
        form = stranger.get(link, follow=True).redirect_chain[-1][0]
        assert urlsplit(form).path == "/accounts/login/"
        page = sign_in(stranger, who, wanted=link, follow=True)
        assert page.redirect_chain == [(link, 302)]
        opened.append(parse(page).one(id="content").one("h1").text)
        assert page.status_code == 200
    assert opened == titles


def test_texts_of_others_neither_make_a_header_nor_a_tag(noon, mailoutbox):
    author, coordinator = editor(), person("coordinator")
    hostile = "Bridge\r\nBcc: everybody@example.org <b>&"
    submission = returned(build.mission("M-1", status="completed", title_en=hostile), author, coordinator, "<b>Why</b>")
    coordinator.name = "<script>coordinator()</script>"
    coordinator.save()

    remind()

    (mail,) = mailoutbox
    assert mail.message().as_bytes().partition(b"\n\n")[0].count(b"Bcc") == 0
    page = parse(html_of(mail))
    assert page.all("a")[0].text == " ".join(f"M-1 {hostile}".split())
    assert (page.all("script"), page.all("b")) == ([], [])
    assert f"/submission/{submission.pk}/change/" in mail.body
