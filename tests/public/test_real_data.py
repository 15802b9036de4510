"""What the public is told of the real data: no host that cannot be shown, and Chinese with its own punctuation."""

import re

import pytest
from django.db import transaction
from django.test import Client

from missions.exchange.programme import load_programme
from missions.models import Source
from tests.exchange.folders import HONGQIAO
from tests.public.dom import parse
from tests.public.hosts import addresses, forbidden_in, told

pytestmark = pytest.mark.django_db

HALF_WIDTH = re.compile(r"[\u3400-\u9fff]\s*[,.;:?!()\"']\s*[\u3400-\u9fff]")
CHINESE = re.compile(r"/zh-hans/.*(/|\.html)(\?.*)?|/api/v1/docs\?lang=zh")
SPOKEN = ("alt", "title", "aria-label", "placeholder", "content", "data-label")


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(HONGQIAO)
        yield
        transaction.set_rollback(True)


def test_no_answer_names_a_host_that_cannot_be_shown():
    found = told(Client())

    assert len(found) > 900
    assert forbidden_in(found) == {}
    assert forbidden_in({"": Source.objects.exclude(seen_at="").first().seen_at}) != {}


def test_no_half_width_punctuation_stands_between_chinese_characters():
    client = Client()
    found = {}
    for address in filter(CHINESE.fullmatch, addresses(client)):
        page = parse(client.get(address))
        texts = [page.text, *(element.get(name) for element in page.walk() for name in SPOKEN if element.get(name))]
        if there := {match[0] for text in texts for match in HALF_WIDTH.finditer(text)}:
            found[address] = there
    assert found == {}
    assert HALF_WIDTH.search("虹桥, 上海")
