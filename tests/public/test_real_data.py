"""The real data as the public sees them: no host that cannot be shown, and Chinese punctuation."""

import re

import pytest
from django.core.management import call_command

from missions.models import Source
from tests.exchange.folders import HONGQIAO
from tests.public.dom import parse
from tests.public.hosts import addresses, forbidden_in, responses

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("db")]
HALF_WIDTH = re.compile(r"[\u3400-\u9fff]\s*[,.;:?!()\"']\s*[\u3400-\u9fff]")
CHINESE = re.compile(r"/zh-hans/.*(/|\.html)(\?.*)?|/api/v1/docs\?lang=zh")
ATTRIBUTES = ("alt", "title", "aria-label", "placeholder", "content", "data-label")


@pytest.fixture(scope="module", autouse=True)
def programme(module_db):
    call_command("load_programme", HONGQIAO, verbosity=0)


def test_no_answer_names_a_host_that_cannot_be_shown(client):
    found = responses(client)
    assert len(found) > 900
    assert forbidden_in(found) == {}
    assert forbidden_in({"": Source.objects.exclude(seen_at="").first().seen_at}) != {}


def test_no_half_width_punctuation_is_between_chinese_characters(client):
    found = {}
    for address in filter(CHINESE.fullmatch, addresses(client)):
        page = parse(client.get(address))
        texts = [page.text, *(element.get(name) or "" for element in page.walk() for name in ATTRIBUTES)]
        if wrong := [match[0] for text in texts if (match := HALF_WIDTH.search(text))]:
            found[address] = wrong
    assert found == {}
    assert HALF_WIDTH.search("虹桥, 上海")
