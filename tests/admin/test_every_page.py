"""What holds for every page of the back office."""

import pytest

from missions.models import Role, User
from tests import build
from tests.admin.records import figure
from tests.public.dom import parse

INLINE = ("style", "onclick", "onload", "onsubmit", "onchange")


@pytest.fixture
def addresses(sign_in):
    user = sign_in(Role.COORDINATOR, Role.ADMINISTRATOR)
    mission = build.mission(status="completed", areas=[build.area()])
    figure()
    models = ("instrument", "theme", "area", "organisation", "source", "reportedfigure", "mission", "user")
    entry = f"/admin/missions/statuschange/{mission.changes.last().pk}"
    unopened = build.mission(opened=False)
    return [
        "/admin/",
        *(f"/admin/missions/{model}/" for model in (*models, "statuschange")),
        *(f"/admin/missions/{model}/add/" for model in models),
        f"/admin/missions/mission/{mission.pk}/change/",
        f"/admin/missions/mission/{mission.pk}/history/",
        f"/admin/missions/mission/{mission.pk}/report/",
        f"/admin/missions/mission/{mission.pk}/deadline/",
        f"/admin/missions/mission/{unopened.pk}/change/",
        f"/admin/missions/mission/{unopened.pk}/open/",
        f"{entry}/change/",
        f"{entry}/correct/",
        f"/admin/missions/user/{user.pk}/change/",
    ]


def inline_code(page):
    scripts = [script for script in page.all("script") if not script.get("src")]
    attributes = [(e.tag, name) for e in page.walk() for name in INLINE if name in e.attributes]
    return [*scripts, *page.all("style"), *attributes]


def test_nothing_on_a_page_needs_a_looser_content_security_policy(client, addresses):
    for address in addresses:
        answer = client.get(address)

        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';"), address
        assert inline_code(parse(answer)) == [], address


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_is_in_the_readers_language(client, addresses, language):
    User.objects.update(language=language)
    for address in addresses:
        page = parse(client.get(address))

        assert page.one("html")["lang"] == language, address


def test_no_page_is_kept_by_a_cache(client, addresses):
    for address in addresses:
        assert "no-store" in client.get(address).headers["Cache-Control"], address
