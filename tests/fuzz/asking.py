"""Requests byte by byte, as no browser would send them, and what is looked at in each answer."""

import gzip
import http.client
import json
import re
import socket
import time
from typing import NamedTuple
from urllib.parse import urljoin

import brotli
from django.http import HttpResponse

from tests.public.dom import parse

CODINGS = {"br": brotli.decompress, "gzip": gzip.decompress}
# Names that are sent where something might take them over.
ELEMENT, HOST, HEADER = "hub-fuzz", "elsewhere.example", "x-hub-fuzz"
SECURED = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "referrer-policy",
    "x-content-type-options",
)
TOLD = re.compile(
    rb"Traceback \(most recent call last\)|\.py\", line \d+|(?:Operational|Integrity|Programming|Data)Error"
    rb"|\bSELECT \"|\bINSERT INTO \"|sqlite3\.|psycopg|<[\w.]+ object at 0x[0-9a-f]+>"
)
# Where a page may set a cookie, and a form may be sent.
OF_OFFICIALS = re.compile(rb"(?:https?://[^/]*)?/+(?:admin|accounts|evidence)/")
# What the server itself may say of a transfer coding that it does not know: RFC 9112 asks for it.
NOT_IMPLEMENTED = 501


class Request(NamedTuple):
    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    def __repr__(self):
        return f"{self.method} {self.target[:100]!r}"

    @property
    def written(self):
        """As it goes over the wire."""
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.target), *(b"%s: %s" % each for each in self.headers)]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body

    def curl(self, url):
        """A line for bash that sends the same; with what curl adds, but not what it would refuse to send."""
        parts = ["curl", "--http1.1", "--path-as-is", "-gisX", self.method, quoted(url.encode() + self.target)]
        for name, value in self.headers:
            parts += ["-H", quoted(b"%s: %s" % (name, value))]
        return " ".join([*parts, "--data-binary", quoted(self.body)] if self.body else parts)


def quoted(content):
    """Bytes as bash reads them between $'…'."""
    said = "".join(chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}" for byte in content)
    return f"$'{said}'"


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    content: bytes
    seconds: float

    @property
    def is_of_the_server(self):
        """Whether the server itself refused what is no request at all; the site never saw it."""
        return "server" not in self.headers

    @property
    def page(self):
        return parse(HttpResponse(self.content))


def ask(port, request, *, patience):
    """The answer; TimeoutError if there is none for so many seconds, http.client.HTTPException if it is none."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        try:
            connection.sendall(request.written)
            connection.shutdown(socket.SHUT_WR)  # whatever length was promised, no more is coming
        except OSError:
            pass  # refused before it was read to its end
        answer = http.client.HTTPResponse(connection, method=request.method)
        answer.begin()
        content = answer.read()
    coding = answer.headers.get("Content-Encoding")
    content = CODINGS[coding](content) if coding and content else content
    return Answer(answer.status, answer.headers, content, time.monotonic() - start)


def faults(request, answer, url):
    """What is wrong with the answer, in words; nothing of an answer that any site might give to this."""
    if answer.status >= 500 and not (answer.is_of_the_server and answer.status == NOT_IMPLEMENTED):
        yield f"is answered with {answer.status}"
    if answer.headers.defects or HEADER in answer.headers:
        yield "has headers that are not the site's own"
    if told := TOLD.search(answer.content):
        yield f"tells what the site is made of: {told[0]!r}"
    if not answer.is_of_the_server:
        yield from faults_of_the_headers(request, answer, url)
        yield from faults_of_the_content(answer)


def faults_of_the_headers(request, answer, url):
    # A browser goes on with the policy that came with what it has.
    expected = [name for name in SECURED if answer.status != 304 or name != "content-security-policy"]
    yield from (f"lacks {name}" for name in expected if name not in answer.headers)
    to = answer.headers.get("Location", "/").replace("\\", "/")  # as browsers read it
    if not urljoin(f"{url}/", to).startswith(f"{url}/"):
        yield f"leads to {to}"
    # One that was sent and is none of the site's is taken away, or replaced.
    sent = dict(request.headers).get(b"Cookie", b"").decode("latin-1")
    given = [cookie for cookie in answer.headers.get_all("Set-Cookie", []) if cookie.partition("=")[0] not in sent]
    if given and not OF_OFFICIALS.match(request.target):
        yield "sets a cookie"


def faults_of_the_content(answer):
    media_type = answer.headers.get_content_type()
    try:
        if answer.content and media_type == "text/html" and answer.page.all(ELEMENT):
            yield "has an element that the request brought"
        if answer.content and re.fullmatch(r"application/(\w+[+])?json", media_type):
            json.loads(answer.content)
    except (AssertionError, ValueError) as error:
        yield f"cannot be read: {error}"
