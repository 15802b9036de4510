"""Texts, links, file names and addresses with which an author attacks readers or the server.

The public pages are in tests/contract/test_contents.py.
"""

import socket

import pytest
import time_machine
from django.contrib import admin
from django.http import HttpResponse

from missions.models import Mission, Role, User
from missions.status import Status
from tests import factories
from tests.contract.site import ATTACK, both, build_site
from tests.public.dom import parse
from tests.public.world import NOW


@pytest.fixture
def head(client, db):
    user = factories.user("head", Role.COORDINATOR, Role.ADMINISTRATOR)
    user.name = ATTACK
    user.save()
    client.force_login(user)
    return user


def test_no_text_becomes_markup_in_the_back_office(client, head):
    """Every list and record of the back office, and the pages to report on a mission."""
    with time_machine.travel(NOW, tick=False):
        build_site()
    mission = Mission.objects.get(code="FP-001")
    factories.submission(mission, by=head, note=ATTACK, **both("headline", ATTACK))
    factories.evidence_file("a<hub-attack>.pdf", by=head)
    User.objects.exclude(pk=head.pk).update(name=ATTACK)
    pages = ["/admin/", f"/admin/missions/mission/{mission.pk}/report/"]
    for model in admin.site._registry:
        changelist = f"/admin/missions/{model._meta.model_name}/"
        pages.append(changelist)
        for pk in model.objects.values_list("pk", flat=True)[:3]:
            pages += [f"{changelist}{pk}/{action}/" for action in ("change", "history")]

    shown, opened = 0, 0
    for page in pages:
        answer = client.get(page)
        if answer.status_code != 200:
            continue
        tree = parse(HttpResponse(answer.getvalue()))
        assert tree.all("hub-attack") == [], page
        assert [each for each in tree.walk() if [name for name in each.attributes if name.startswith("on")]] == [], page
        assert [script for script in tree.all("script") if "alert" in script.text] == [], page
        opened += 1
        shown += "<hub-attack onload=alert(1)>" in tree.text
    assert (opened > 40, shown > 15) == (True, True)


def test_no_address_that_is_cited_is_ever_requested(client, db, monkeypatch):
    """It may be one inside the office's network, which the server reaches and the author does not."""
    connected = []
    monkeypatch.setattr(socket.socket, "connect", lambda _socket, place: connected.append(place))
    url = "http://127.0.0.1:9/notice"
    factories.report(factories.mission("M-1"), Status.PAUSED, evidence=[factories.evidence(url=url)])
    addresses = ["/en/missions/M-1/", "/en/changes.atom", "/api/v1/missions/M-1", "/data/hubtracker.zip"]
    addresses += [f"/en/report/completion.{ending}" for ending in ("html", "pdf", "docx", "xlsx")]

    shown = [client.get(address).getvalue() for address in addresses]
    assert (url.encode() in shown[0], connected) == (True, [])
