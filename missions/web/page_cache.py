"""The page cache.

A public response depends on data version, date, request and program, and its ETag is a digest of these. A cached
response therefore never becomes stale, and needs no invalidation.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from functools import cache, lru_cache
from threading import Lock
from typing import Any, BinaryIO, cast
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
from ..parameters import clean_params

LANGUAGES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
# Public pages. Others belong to a person or to this process.
PUBLIC = (
    *LANGUAGES,
    *("/api/v1/", "/badge/", "/calendar.ics", "/data/", "/robots.txt", "/sitemap.xml", "/.well-known/security.txt"),
)
FOR_OTHER_SITES = re.compile(settings.CORS_URLS_REGEX)

LARGEST_CACHED = 1024 * 1024
CACHE_SIZE = 8 * LARGEST_CACHED
# A response of 45 bytes takes 4.1 kB (tracemalloc): 1.3 kB of headers, the rest objects.
OVERHEAD = 4096
# Compression levels that take a millisecond or two for a page.
CODINGS = {
    "br": lambda content: brotli.compress(content, quality=4),
    "gzip": lambda content: gzip.compress(content, compresslevel=5, mtime=0),
}
SHORT = 200  # bytes, to which a coding only adds
# Caches may store it but must revalidate it.
CACHE_CONTROL = "public, no-cache"

# Time in seconds that a thread waits for the one that builds a page: at once, they would take half as long again, as
# SQLite hands the interpreter to another thread with every row. It takes 0.02 seconds to build most pages.
TURN = 0.25

# Time limit in seconds for a reader's statement or its next rows.
PATIENCE = 10

# With less memory PostgreSQL recomputes pairs of characters for whole parts of the table: a minute at a million
# missions. Compiling (`jit`) takes longer than nearly every statement.
BEGIN = {
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off; "
    f"SET LOCAL statement_timeout = '{PATIENCE}s'",
    "sqlite": "BEGIN DEFERRED",
}


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one moment of the database without blocking writers.

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


def copy_of(answer: HttpResponse) -> HttpResponse:
    """Return a copy: the server closes the response it sends."""
    copy = HttpResponse(answer.content, status=answer.status_code)
    copy.headers = answer.headers
    return copy


class Answers:
    """Cached responses by ETag, limited by memory, for each process."""

    def __init__(self):
        self.lock = Lock()
        self.responses: LRUCache[str, HttpResponse] = LRUCache(CACHE_SIZE, getsizeof=self.size_of)
        self.locks: WeakValueDictionary[str, Any] = WeakValueDictionary()

    @staticmethod
    def size_of(answer: HttpResponse) -> int:
        return len(answer.content) + len(answer.serialize_headers()) + OVERHEAD  # headers repeat long queries

    def get(self, request: HttpRequest, etag: str) -> HttpResponse | None:
        if "HTTP_IF_MATCH" in request.META:
            return None  # the API evaluates it
        with self.lock:
            cached = self.responses.get(etag)
        return cached and copy_of(cached)

    def add(self, etag: str, answer: HttpResponse) -> None:
        with self.lock:
            self.responses[etag] = copy_of(answer)

    def lock_for(self, etag: str) -> Any:
        """Return a lock, so that one of many equal requests builds the response."""
        with self.lock:
            return self.locks.setdefault(etag, Lock())

    def clear(self) -> None:
        with self.lock:
            self.responses.clear()


answers = Answers()
turn = Lock()


def revision_cache_middleware(get_response):
    """Middleware: cache public responses by ETag, the same for everyone."""

    def middleware(request):
        if not is_public(request):
            answer = get_response(request)
            if "Cookie" in answer.headers.get("Vary", ""):
                answer.headers.setdefault("Cache-Control", "private")
            return answer
        request.COOKIES = {}  # signed-in people read what everyone reads
        try:
            etag = etag_of(request, today())
        except TooManyFieldsSent:
            return get_response(request)  # Raised again by the view, so that error pages get their headers.
        if unchanged := not_modified(request, etag):
            return unchanged
        answer = answers.get(request, etag)
        if answer is None:
            lock = answers.lock_for(etag)
            # After this wait the thread builds it too. PDFs have their own limit: waiting here would hold every
            # thread.
            is_pdf = request.path_info.endswith(".pdf")
            with held(lock, 0 if is_pdf else PATIENCE), nullcontext() if is_pdf else held(turn, TURN):
                answer = answers.get(request, etag) or build(request, get_response)
        return get_conditional_response(request, answer.headers.get("ETag"), response=answer)

    return middleware


@contextmanager
def held(lock: Any, seconds: float) -> Iterator[None]:
    # Goes on without the lock after so many seconds.
    is_held = lock.acquire(timeout=seconds)
    try:
        yield
    finally:
        if is_held:
            lock.release()


def is_public(request: HttpRequest) -> bool:
    has_token = "HTTP_AUTHORIZATION" in request.META and request.path_info.startswith("/api/")
    return request.method in ("GET", "HEAD") and request.path_info.startswith(PUBLIC) and not has_token


def query_of(request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return known_query(request.path_info, query) if query else ""


def etag_of(request: HttpRequest, day: date) -> str:
    """Return the ETag: different for responses that may differ."""
    request_key = (request.scheme, request.META.get("HTTP_HOST"), request.path, query_of(request))
    return digest_of(moment(), day, program(), request_key, varies_by(request))


@lru_cache
def digest_of(*parts: object) -> str:
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@lru_cache
def known_query(path: str, query: str) -> str:
    """Return the declared parameters of this path, in declared order; others change neither answer nor ETag.

    Raises TooManyFieldsSent.
    """
    try:
        with override(get_language_from_path(path)):  # A path is resolved in its own language only.
            view = resolve(path).func
    except Resolver404:
        return ""
    parameters = getattr(getattr(view, "view_class", view), "reads", ())
    return clean_params(QueryDict(query.encode("iso-8859-1")), parameters).urlencode()  # WSGI decodes bytes as Latin-1.


def moment() -> tuple[Any, ...]:
    """Return data version and time: after a restore a number occurs again, but not at the same time."""
    # Every reader waits for this, and a cursor of Django takes a third longer.
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute("SELECT revision, advanced_at, hash FROM missions_head").fetchone()


@cache
def program() -> str:
    """Return the digest of code, texts, styles, fonts and settings."""
    shown = (settings.SITE_URL, settings.DEFAULT_FROM_EMAIL, settings.TIME_ZONE, settings.DEBUG)
    digest = hashlib.sha256(repr(shown).encode())
    folders = [settings.BASE_DIR / name for name in ("hubtracker", "missions", "templates")]
    for folder in (*folders, settings.HUB_PDF_FONT_DIR):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            is_font = path.suffix in (".ttf", ".otf")  # of megabytes, which a start would wait for
            digest.update(path.name.encode() + (str(path.stat().st_size).encode() if is_font else path.read_bytes()))
    return digest.hexdigest()


def varies_by(request: HttpRequest) -> tuple[tuple[str, object], ...]:
    headers: list[tuple[str, object]] = [("Accept-Encoding", coding(request.META.get("HTTP_ACCEPT_ENCODING", "")))]
    if not request.path_info.startswith(LANGUAGES):
        headers.append(("Accept-Language", get_language_from_request(request)))
    if FOR_OTHER_SITES.match(request.path_info):
        headers.append(("Origin", "HTTP_ORIGIN" in request.META))
    return tuple(headers)


@lru_cache
def coding(accepted: str) -> str:
    weights = dict(re.findall(r"([\w*-]+)\s*(?:;\s*q=(\d(?:\.\d+)?))?", accepted.lower()))
    return next((name for name in CODINGS if weights.get(name) == "" or float(weights.get(name) or 0)), "")


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    if "HTTP_IF_MATCH" in request.META:
        return None
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    # A compressing proxy turns the ETag into a weak one.
    if known != etag and etag not in (each.removeprefix("W/") for each in parse_etags(known)):
        return None
    return copy_of(unchanged(etag, varies_by(request)))


@lru_cache
def unchanged(etag: str, varying: tuple[tuple[str, object], ...]) -> HttpResponse:
    answer = HttpResponse(status=304)
    mark(answer, etag, varying)
    return answer


def build(request: Any, get_response) -> HttpResponseBase:
    with snapshot():
        day = today()
        request.etag = etag = etag_of(request, day)  # once more: of the revision that is read from here on
        if answer := answers.get(request, etag):
            return answer
        request.GET = QueryDict(query_of(request))
        answer = get_response(request)
    if answer.status_code not in (200, 304):
        answer.headers.setdefault("Cache-Control", CACHE_CONTROL)
        return answer
    mark(answer, etag, varies_by(request))
    if answer.status_code == 304:
        return answer
    if isinstance(answer, FileResponse):
        if int(answer["Content-Length"]) > LARGEST_CACHED:
            return answer
        with cast("BinaryIO", answer.file_to_stream) as file:
            answer = HttpResponse(file.read(), headers=answer.headers)
    else:
        encode(request, answer)
    if request.method == "GET" and day == today():
        answers.add(etag, answer)
    return answer


def mark(answer: HttpResponseBase, etag: str, varying: tuple[tuple[str, object], ...]) -> None:
    answer.headers.setdefault("ETag", etag)
    answer.headers.setdefault("Cache-Control", CACHE_CONTROL)
    patch_vary_headers(answer, [name for name, _value in varying])


def encode(request: HttpRequest, answer: HttpResponse) -> None:
    """Compress the response; files stay as their digest states."""
    name = coding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    is_packed = answer["Content-Type"] == "image/png" or answer.has_header("Repr-Digest")
    if name and not is_packed and len(answer.content) >= SHORT:
        answer.content = CODINGS[name](answer.content)
        answer["Content-Encoding"] = name
        answer["Content-Length"] = str(len(answer.content))
