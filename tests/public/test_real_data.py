"""The real data as the public sees them: no host that cannot be shown, and Chinese punctuation.

`hosts_of_first_sets.txt` has the SHA-256 of each host that older versions of the data named as address or publisher
and that is no address of a source today: some of them are names that nobody should print.
"""

import csv
import hashlib
import io
import re
import zipfile
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pypdf
import pytest
from django.conf import settings
from django.core.management import call_command

from missions.models import Source
from tests.exchange.folders import HONGQIAO
from tests.public.dom import parse

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("db")]
HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9]+")  # an address of numbers alone is a host too
RECORDED = ("evidence.csv", "ledger.jsonl")  # these keep what was recorded
HALF_WIDTH = re.compile(r"[\u3400-\u9fff]\s*[,.;:?!()\"']\s*[\u3400-\u9fff]")
CHINESE = re.compile(r"/zh-hans/.*(/|\.html)(\?.*)?|/api/v1/docs\?lang=zh")
ATTRIBUTES = ("alt", "title", "aria-label", "placeholder", "content", "data-label")


@pytest.fixture(scope="module", autouse=True)
def programme(module_db):
    call_command("load_programme", HONGQIAO, verbosity=0)


def digest(host):
    return hashlib.sha256(host.encode()).hexdigest()


def forbidden():
    """The SHA-256 of each host that the public may not be told."""
    with open(HONGQIAO / "sources.csv", encoding="utf-8-sig", newline="") as file:
        sources = list(csv.DictReader(file))
    linked, seen = ({urlsplit(row[name]).hostname for row in sources if row[name]} for name in ("url", "seen_at"))
    older = Path(__file__).with_name("hosts_of_first_sets.txt").read_text().split()
    assert (len(linked), len(seen), len(older)) == (46, 69, 106)
    return {*older, *map(digest, seen - linked)} - set(map(digest, linked))


def addresses(client):
    """Each public page in both languages, and each file, feed and answer of the API."""
    sitemap = client.get("/sitemap.xml").getvalue().decode()
    yield from (each.removeprefix(settings.SITE_URL) for each in re.findall("<loc>([^<]*)</loc>", sitemap))
    items = {name: client.get(f"/api/v1/{name}?per_page=1000").json()["items"] for name in ("missions", "instruments")}
    codes = {name: [item["code"] for item in each] for name, each in items.items()}
    for language in ("en", "zh-hans"):
        yield from (f"/{language}/missions/{code}/changes.atom" for code in codes["missions"])
        yield from (f"/{language}/embed/{code}/" for code in codes["instruments"])
        for name in ("missions", "changes"):
            pages = (f"/{language}/{name}/?per_page=100&page={number}" for number in count(1))
            for page in pages:
                if client.get(page).status_code == 404:
                    break
                yield page
        yield from (f"/{language}/{name}" for name in ("changes.atom", "changes.csv"))
        yield from (f"/{language}/report/completion.{ending}" for ending in ("html", "pdf", "docx", "xlsx"))
    yield from (
        f"/en/report/completion.{ending}?lang=both" for ending in ("html", "pdf", "docx", "xlsx", "csv", "json")
    )
    yield from (f"/badge/{code}.svg" for code in codes["instruments"])
    yield from ("/sitemap.xml", "/robots.txt", "/calendar.ics", "/calendar.ics?lang=zh", "/api/v1/openapi.json")
    yield from ("/data/hubtracker.zip", "/data/completion-report.schema.json")
    yield from (f"/api/v1/missions/{code}" for code in codes["missions"])
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        if "get" in methods and "{" not in path:
            yield f"{path}?per_page=1000" if path.endswith(("missions", "changes")) else path


def as_text(body):
    """The text of an answer, of a packed one that of its parts, of a PDF with the addresses that it leads to."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name).decode(errors="replace") for name in archive.namelist() if name not in RECORDED]
        return "\n".join([*parts, *(re.sub("<[^>]*>", "", part) for part in parts)])
    if body.startswith(b"%PDF"):
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
        return "\n".join([*(page.extract_text() for page in pages), *(str(note.get("/A")) for note in notes)])
    return body.decode()


def test_no_answer_names_a_host_that_cannot_be_shown(client):
    digests, hosts = forbidden(), {}
    for address in addresses(client):
        response = client.get(address)
        assert response.status_code == 200, address
        hosts[address] = set(HOST.findall(as_text(response.getvalue()).lower()))
    bad = {host for host in set().union(*hosts.values()) if digest(host) in digests}
    assert {address: named & bad for address, named in hosts.items() if named & bad} == {}
    assert len(hosts) > 900
    assert digest(urlsplit(Source.objects.exclude(seen_at="").first().seen_at).hostname) in digests


def test_no_half_width_punctuation_is_between_chinese_characters(client):
    found = {}
    for address in filter(CHINESE.fullmatch, addresses(client)):
        page = parse(client.get(address))
        texts = [page.text, *(element.get(name) or "" for element in page.walk() for name in ATTRIBUTES)]
        if wrong := [match[0] for text in texts if (match := HALF_WIDTH.search(text))]:
            found[address] = wrong
    assert found == {}
    assert HALF_WIDTH.search("虹桥, 上海")
