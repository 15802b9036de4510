"""Sends requests for every route to a running site, and lists the answers that no site should give."""

import http.client
import json
import re
import socket
from collections import Counter
from itertools import product
from urllib.parse import urljoin

from .generate import ELEMENT, HEADER, Generator

SECONDS = 20
SECURED = ("content-security-policy", "cross-origin-opener-policy", "referrer-policy", "x-content-type-options")
REVEALED = re.compile(
    rb"Traceback \(most recent call last\)|\.py\", line \d+|(?:Operational|Integrity|Programming|Data)Error"
    rb"|\bSELECT \"|sqlite3\.|psycopg|<[\w.]+ object at 0x[0-9a-f]+>"
)
MAY_SET_COOKIES = re.compile(rb"/+(?:admin|accounts|evidence)/")


def send(port, request):
    """(status, headers, body); TimeoutError or http.client.HTTPException without an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(request.written)
        answer = http.client.HTTPResponse(connection, method=request.method)
        answer.begin()
        return answer.status, answer.headers, answer.read()


def faults(request, status, headers, body, url):
    from_the_site = "server" in headers  # else gunicorn refused what is no HTTP
    if status >= 500:
        yield f"status {status}"
    if headers.defects or HEADER in headers:
        yield "a header that the request brought"
    if revealed := REVEALED.search(body):
        yield f"reveals {revealed[0]!r}"
    if not from_the_site:
        return
    yield from (f"lacks {name}" for name in SECURED if name not in headers and status != 304)
    location = headers.get("Location", "/").replace("\\", "/")  # as browsers read it
    if not urljoin(f"{url}/", location).startswith(f"{url}/"):
        yield f"redirects to {location}"
    if "Set-Cookie" in headers and not MAY_SET_COOKIES.match(request.target):
        yield "sets a cookie"
    kind = headers.get_content_type()
    if kind == "text/html" and f"<{ELEMENT}>".encode() in body:
        yield "has an element that the request brought"
    if body and "Content-Encoding" not in headers and re.fullmatch(r"application/(\w+[+])?json", kind):
        try:
            json.loads(body)
        except ValueError:
            yield "is no JSON"


def fuzz(site, seed, times):
    """Return (count by status, faults) of `times` requests for each address and person."""
    generator, counted, wrong = Generator(site, seed), Counter(), []
    for address, who, number in product(site.addresses, ("anonymous", *site.sessions), range(times)):
        reads = number % 2 == 0
        request = generator.request(address, who, reads=reads)
        try:
            status, headers, body = send(site.port, request)
        except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
            wrong.append(f"{address} as {who}: {error!r} for {request}")
            continue
        counted[status] += 1
        found = list(faults(request, status, headers, body, site.url))
        changed = site.changed()
        if changed and (reads or who == "anonymous"):
            found.append(f"changes {changed}")
        wrong += [f"{address} as {who}: {fault} for {request}" for fault in found]
    return counted, wrong
