"""Everything that the site tells the public, as text, and the hosts in it that no page may name.

`hosts_of_first_sets.txt` has the SHA-256 of each host that older versions of the data named as address or publisher
and that is no address of a source today: some of them are names that nobody should print.
"""

import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pypdf
from django.conf import settings

from tests.exchange.folders import HONGQIAO

HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z0-9]+")  # an address of numbers alone is a host too
LOCATION = re.compile(r"<loc>([^<]*)</loc>")
RECORDED = ("evidence.csv", "ledger.jsonl")  # these keep what was recorded


def digest(host: str) -> str:
    return hashlib.sha256(host.encode()).hexdigest()


def forbidden() -> set[str]:
    """The SHA-256 of each host that the public may not be told."""
    with open(HONGQIAO / "sources.csv", encoding="utf-8-sig", newline="") as file:
        sources = list(csv.DictReader(file))
    linked, seen = ({urlsplit(row[name]).hostname for row in sources if row[name]} for name in ("url", "seen_at"))
    older = Path(__file__).with_name("hosts_of_first_sets.txt").read_text().split()
    assert (len(linked), len(seen), len(older)) == (46, 69, 106)
    return {*older, *map(digest, seen - linked)} - set(map(digest, linked))


def forbidden_in(found: dict[str, str]) -> dict[str, set[str]]:
    """Address → the hosts in its text that the public may not be told; {} where there is none."""
    digests = forbidden()
    hosts = {address: set(HOST.findall(text.lower())) for address, text in found.items()}
    bad = {host for host in set().union(*hosts.values()) if digest(host) in digests}
    return {address: named & bad for address, named in hosts.items() if named & bad}


def responses(client) -> dict[str, str]:
    """Address → text of each public page in both languages, and of each file, feed and answer of the API."""
    found = {}
    for address in addresses(client):
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = as_text(response.getvalue(), response["Content-Type"])
    return found


def addresses(client):
    sitemap = client.get("/sitemap.xml").getvalue().decode()
    yield from (location.removeprefix(settings.SITE_URL) for location in LOCATION.findall(sitemap))
    codes = {name: [item["code"] for item in listed(client, name)] for name in ("missions", "instruments")}
    for language in ("en", "zh-hans"):
        yield from (f"/{language}/missions/{code}/changes.atom" for code in codes["missions"])
        yield from (f"/{language}/embed/{code}/" for code in codes["instruments"])
        yield from paged(client, f"/{language}/missions/")
        yield from paged(client, f"/{language}/changes/")
        yield from (f"/{language}/{name}" for name in ("changes.atom", "changes.csv"))
        yield from (f"/{language}/report/completion.{ending}" for ending in ("html", "pdf", "docx", "xlsx"))
    yield from (f"/en/report/completion.{ending}?lang=both" for ending in ("html", "pdf", "docx", "xlsx"))
    yield from ("/en/report/completion.csv", "/en/report/completion.json")
    yield from (f"/badge/{code}.svg" for code in codes["instruments"])
    yield from ("/sitemap.xml", "/robots.txt", "/calendar.ics", "/calendar.ics?lang=zh")
    yield from ("/data/hubtracker.zip", "/data/completion-report.schema.json", "/api/v1/openapi.json")
    yield from (f"/api/v1/missions/{code}" for code in codes["missions"])
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        if "get" in methods and "{" not in path:
            yield f"{path}?per_page=1000" if path.endswith(("missions", "changes")) else path


def listed(client, name):
    return client.get(f"/api/v1/{name}", {"per_page": 1000} if name == "missions" else {}).json()["items"]


def paged(client, address):
    for page in range(1, 100):
        if client.get(f"{address}?per_page=100&page={page}").status_code == 404:
            return
        yield f"{address}?per_page=100&page={page}"


def as_text(body: bytes, media_type: str) -> str:
    """The text of an answer, of a packed one that of its parts, of a PDF with the addresses that it leads to."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name).decode(errors="replace") for name in archive.namelist() if name not in RECORDED]
        return "\n".join([*parts, *(re.sub("<[^>]*>", "", part) for part in parts)])
    if media_type == "application/pdf":
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
        return "\n".join([*(page.extract_text() for page in pages), *(str(note.get("/A")) for note in notes)])
    return body.decode()
