"""The revision of the public data, and the answers that are kept for as long as it stands.

A public answer depends on the data, the day, what was asked for, and the program: its ETag is made of these. So whoever
has the ETag that would be made now has the answer, and a process that made the answer once need not make it again.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from threading import Lock
from typing import Any, BinaryIO, NamedTuple, cast
from weakref import WeakValueDictionary

import brotli
from cachetools import LRUCache
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import Error, connection
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_path, get_language_from_request, override

from ..days import today
from ..forms import clean_params

LANGUAGES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
# What is the same for whoever asks. Other pages are somebody's own, or about this process.
PUBLIC = (
    *LANGUAGES,
    *("/api/v1/", "/badge/", "/calendar.ics", "/data/", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"),
)
FOR_OTHER_SITES = re.compile(settings.CORS_URLS_REGEX)

MEGABYTE = 1024 * 1024
LARGEST_KEPT, ALL_KEPT = MEGABYTE, 8 * MEGABYTE
# An answer of 45 bytes takes 4.1 kB, as tracemalloc measures it: 1.3 kB is text of headers, the rest are objects.
OVERHEAD = 4096
# The levels at which a page takes a millisecond or two; a higher one takes several times that for a few bytes.
CODINGS = {
    "br": lambda content: brotli.compress(content, quality=4),
    "gzip": lambda content: gzip.compress(content, compresslevel=5, mtime=0),
}
SHORT = 200  # bytes, to which a coding only adds
# To be kept by whoever wants to, but never sent on without asking here whether it still holds.
CACHE_CONTROL = "public, no-cache"


# Seconds that a statement of a reader may take, or the next rows of a long one; the rest of the site goes on meanwhile.
PATIENCE = 10

# With less memory PostgreSQL keeps of a frequent word only in which parts of the table it occurs, and works out the
# pairs of characters of all rows there: a minute at a million missions. To compile a statement (`jit`) takes longer
# than nearly any of them.
BEGIN = {
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off; "
    f"SET LOCAL statement_timeout = '{PATIENCE}s'",
    "sqlite": "BEGIN DEFERRED",
}


@contextmanager
def snapshot() -> Iterator[None]:
    """Within the block everything read is of one moment, and so of one revision; nobody who writes waits for it.

    `atomic` would not do: it takes SQLite's write lock, and sees on PostgreSQL what is committed in between.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
    own = cast("Any", connection)
    own.patience = PATIENCE  # SQLite is told by its connection
    try:
        yield
    finally:
        own.patience = None
        # Where the connection is lost, so is the transaction, and why is known already.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def size_of(answer: HttpResponse) -> int:
    """Return how much memory a kept answer takes, in bytes. A long query stands in several of its headers."""
    return len(answer.content) + len(answer.serialize_headers()) + OVERHEAD


class Answers:
    """The answers asked for last, by their ETag, in so much memory and no more. Each process has its own."""

    def __init__(self):
        self.lock = Lock()
        self.kept: LRUCache[str, HttpResponse] = LRUCache(ALL_KEPT, getsizeof=size_of)
        self.in_the_making: WeakValueDictionary[str, Any] = WeakValueDictionary()

    def get(self, etag: str) -> HttpResponse | None:
        with self.lock:
            kept = self.kept.get(etag)
        return kept and sent_again(kept)

    def keep(self, etag: str, answer: HttpResponse) -> None:
        with self.lock:
            self.kept[etag] = sent_again(answer)

    def making(self, etag: str) -> Any:
        """The lock of those who make this answer: of many who ask for it at once, one makes it and the others wait."""
        with self.lock:
            return self.in_the_making.setdefault(etag, Lock())

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()


answers = Answers()


def sent_again(answer: HttpResponse) -> HttpResponse:
    """The same answer: the server closes the one that it sends, and a page holds on to all that it was made from."""
    again = HttpResponse(answer.content)
    again.headers = answer.headers
    return again


def of_one_revision(get_response):
    """Middleware: a public answer is of one revision, is the same for whoever asks, and but for a PDF is made once."""

    def middleware(request):
        if not is_public(request):
            answer = get_response(request)
            if "Cookie" in answer.headers.get("Vary", ""):
                answer.headers.setdefault("Cache-Control", "private")
            return answer
        request.COOKIES = {}  # whoever is signed in reads what everybody reads
        try:
            etag = etag_of(request, today())
        except TooManyFieldsSent:
            return get_response(request)  # The view raises it again, where the error page gets its headers.
        answer = kept(request, etag) or not_modified(request, etag)
        if answer is None:
            making = answers.making(etag)
            # Who has waited that long makes it too. A PDF has its own limit: to wait here would hold every thread.
            is_first = making.acquire(timeout=0 if request.path_info.endswith(".pdf") else PATIENCE)
            try:
                answer = kept(request, etag) or made(request, get_response)
            finally:
                if is_first:
                    making.release()
        return get_conditional_response(request, answer.headers.get("ETag"), response=answer)

    return middleware


def is_public(request: HttpRequest) -> bool:
    has_token = "HTTP_AUTHORIZATION" in request.META and request.path_info.startswith("/api/")
    return request.method in ("GET", "HEAD") and request.path_info.startswith(PUBLIC) and not has_token


def etag_of(request: HttpRequest, day: date) -> str:
    """What stands for the answer to this request on this day: answers that may differ have different ones."""
    asked = (request.scheme, request.META.get("HTTP_HOST"), request.path, query_of(request))
    whole = repr((moment(), day, program(), asked, varies_by(request)))
    return f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


def query_of(request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return known_query(request.path_info, query) if query else ""


@lru_cache
def known_query(path: str, query: str) -> str:
    """Return what the page at this path reads of a query: the parameters that it declares, in its own order.

    Raises TooManyFieldsSent. All else in the query has no part in the answer, nor in its ETag.
    """
    try:
        with override(get_language_from_path(path)):  # A path is resolved in its own language only.
            view = resolve(path).func
    except Resolver404:
        return ""
    parameters = getattr(getattr(view, "view_class", view), "reads", ())
    return clean_params(QueryDict(query.encode("iso-8859-1")), parameters).urlencode()  # WSGI decodes bytes as Latin-1.


class Moment(NamedTuple):
    """What stands in the head: which revision it is, and of what. A site that was set back to an older copy of itself
    counts the same revisions again; when they advanced, and what the register is called, never comes again.
    """

    revision: int
    advanced_at: datetime
    register: str
    entry: int
    hash: str


def moment() -> Moment:
    with connection.cursor() as cursor:  # a query set would take five times as long, and every reader waits for it
        cursor.execute("SELECT revision, advanced_at, register, entry, hash FROM missions_head")
        now = Moment(*cursor.fetchone())
    # SQLite's driver leaves out that it is UTC.
    return now if now.advanced_at.tzinfo else now._replace(advanced_at=now.advanced_at.replace(tzinfo=UTC))


@cache
def program() -> str:
    """The digest of all that answers are made by, besides the data: code, texts, styles, fonts and settings."""
    shown = (settings.SITE_URL, settings.DEFAULT_FROM_EMAIL, settings.TIME_ZONE, settings.DEBUG)
    digest = hashlib.sha256(repr(shown).encode())
    folders = [settings.BASE_DIR / name for name in ("hubtracker", "missions", "templates")]
    for folder in (*folders, settings.HUB_PDF_FONT_DIR):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            is_font = path.suffix in (".ttf", ".otf")  # of megabytes, which a start would wait for
            digest.update(path.name.encode() + (str(path.stat().st_size).encode() if is_font else path.read_bytes()))
    return digest.hexdigest()


def varies_by(request: HttpRequest) -> dict[str, object]:
    """The headers that the answer depends on, and what it depends on of each."""
    headers: dict[str, object] = {"Accept-Encoding": coding(request.META.get("HTTP_ACCEPT_ENCODING", ""))}
    if not request.path_info.startswith(LANGUAGES):
        headers["Accept-Language"] = get_language_from_request(request)
    if FOR_OTHER_SITES.match(request.path_info):
        headers["Origin"] = "HTTP_ORIGIN" in request.META
    return headers


@lru_cache
def coding(accepted: str) -> str:
    """The content coding for a reader who takes these; "" for none."""
    weights = dict(re.findall(r"([\w*-]+)\s*(?:;\s*q=(\d(?:\.\d+)?))?", accepted.lower()))
    return next((name for name in CODINGS if weights.get(name) == "" or float(weights.get(name) or 0)), "")


def kept(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The answer that this process keeps; none for If-Match: whether it matches is the API's to say, in its own way."""
    return None if "HTTP_IF_MATCH" in request.META else answers.get(etag)


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Says so where the reader has this answer, made by whichever process."""
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    # A server in front that compresses makes an ETag a weak one.
    if etag not in (each.removeprefix("W/") for each in known):
        return None
    answer = HttpResponse(status=304)
    mark(request, answer, etag)
    return answer


def made(request: Any, get_response) -> HttpResponseBase:
    """The answer, made now from one revision; and kept, if it is found, and not too long."""
    with snapshot():
        day = today()
        request.etag = etag = etag_of(request, day)  # once more: of the revision that is read from here on
        if answer := kept(request, etag):
            return answer
        request.GET = QueryDict(query_of(request))
        answer = get_response(request)
    if answer.status_code not in (200, 304):
        answer.headers.setdefault("Cache-Control", CACHE_CONTROL)
        return answer
    mark(request, answer, etag)
    if answer.status_code == 304:
        return answer
    if isinstance(answer, FileResponse):
        if int(answer["Content-Length"]) > LARGEST_KEPT:
            return answer
        with cast("BinaryIO", answer.file_to_stream) as file:
            answer = HttpResponse(file.read(), headers=answer.headers)
    else:
        encode(request, answer)
    if request.method == "GET" and day == today():
        answers.keep(etag, answer)
    return answer


def mark(request: HttpRequest, answer: HttpResponseBase, etag: str) -> None:
    """Says what those between here and the reader have to know, if they want to keep the answer."""
    answer.headers.setdefault("ETag", etag)
    answer.headers.setdefault("Cache-Control", CACHE_CONTROL)
    patch_vary_headers(answer, varies_by(request))


def encode(request: HttpRequest, answer: HttpResponse) -> None:
    """Puts the answer into a content coding that the reader takes. Files stay the bytes that their digest is of."""
    name = coding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    is_packed = answer["Content-Type"] == "image/png" or answer.has_header("Repr-Digest")
    if name and not is_packed and len(answer.content) >= SHORT:
        answer.content = CODINGS[name](answer.content)
        answer["Content-Encoding"] = name
        answer["Content-Length"] = str(len(answer.content))
