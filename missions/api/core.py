"""The API itself: how a query is read, what every answer states, and how a refusal is said."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from ..bilingual_text import Words, both, listed, same
from ..forms import LISTED_PER_PAGE
from ..models import Head
from ..public import converters  # noqa: F401  (registers the converter of codes)
from ..query.filters import MissionFilter
from ..reports.report import explain_missing_records
from ..web.page_cache import snapshot
from ..web.problems import bad_query, problem
from . import urls_and_labels
from .params import DayQuery

type Query = MissionFilter | DayQuery


class BadQuery(Exception):
    """A query that cannot be read; `form` says why."""

    def __init__(self, form):
        super().__init__(form.errors)
        self.form = form


class Refusal(Exception):
    """What was asked for is refused: with this status, title and detail, and what is wrong with what was sent."""

    def __init__(self, status: int, title: Words, detail: Words, errors: Sequence[dict[str, Any]] = ()):
        super().__init__(title.en)
        self.status, self.title, self.detail, self.errors = status, title, detail, errors


class UTF8Parser(Parser):
    def parse_body(self, request):
        return json.loads(request.body.decode())  # json guesses other encodings


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class HubAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation):
        return operation.view_func.__name__


api = HubAPI(
    title=gettext_noop("Hub Tracker API"),
    version="1",
    description=gettext_noop(
        "All that is public, as data, for any day; and, for systems of offices, submissions. Titles, names, reasons "
        "and labels are there in English and Chinese. Lists are in a stable order and come in pages; the header Link "
        "names the others. An answer has an ETag: send it back in If-None-Match, and it comes again only if it has "
        "changed. Unknown parameters are ignored; a bad value is answered with what is wrong with it."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=UTF8Parser(),
    renderer=Renderer(),
)


STATED = ("X-Hub-Query", "X-Hub-As-Of", "X-Hub-Revision", "X-Hub-Ledger-Head")


def of_one_moment(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around each operation: with a token too, what is read is all of one revision and not sent again in vain."""

    @wraps(run)
    def view(request, *args, **kwargs):
        is_read = request.method == "GET"
        etag = getattr(request, "etag", None)  # where others may get the same answer; that is of one revision already
        with snapshot() if is_read and not etag else nullcontext():
            response = run(request, *args, **kwargs)
        if token := getattr(request, "auth", None):
            token.used()  # now: a transaction that only reads writes nothing, and one that was refused is undone
        if not is_read or response.status_code != 200:
            return response
        response["Content-Language"] = "en, zh-Hans"
        if etag:
            response["ETag"] = etag
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            set_response_etag(response)
        return get_conditional_response(request, response["ETag"], response=response)

    return view


api.add_decorator(of_one_moment, mode="view")


def read[Q: Query](request: HttpRequest, kind: Callable[[QueryDict], Q], response: HttpResponse) -> Q:
    """The query of this request; the answer's headers say how it was read, and of which revision the answer is."""
    query = kind(request.GET)
    if not query.form.is_valid():
        raise BadQuery(query.form)
    head = Head.objects.get()
    stated = (query.canonical_query, query.form.on.isoformat(), str(head.revision), head.hash)
    for name, value in zip(STATED, stated, strict=True):
        response[name] = value
    if note := explain_missing_records(query.form.known):
        response["X-Hub-Note"] = note.en
    return query


def paged(request: HttpRequest, response: HttpResponse, query: Query, records: Any) -> dict[str, Any]:
    """The page of `records` that the query asks for, to be shown one by one; the headers lead to the other pages."""
    asked = query.form.cleaned_data
    paginator = Paginator(records, asked["per_page"] or LISTED_PER_PAGE)
    page = paginator.page(asked["page"] or 1)
    pages = {"first": 1, "last": paginator.num_pages}
    if page.has_previous():
        pages["prev"] = page.previous_page_number()
    if page.has_next():
        pages["next"] = page.next_page_number()
    response["Link"] = ", ".join(
        f'<{address(request.path, query, number)}>; rel="{name}"' for name, number in sorted(pages.items())
    )
    return {"total": paginator.count, "page": page.number, "per_page": paginator.per_page, "items": page.object_list}


def address(path: str, query: Query, page: int) -> str:
    """The full address of a page of the same list."""
    parameters = query.query.copy()
    if size := query.form.cleaned_data["per_page"]:
        parameters["per_page"] = str(size)
    parameters["page"] = str(page)
    return urls_and_labels.address(f"{path}?{parameters.urlencode()}")


# --- refusals ---------------------------------------------------------------------------------------------------------

NOT_FOUND = Words("Not found", "未找到")
NOT_IN_ORDER = Words("Not in order", "内容有误")


@api.exception_handler(BadQuery)
def query_refused(request, refusal):
    return bad_query(refusal.form)


@api.exception_handler(EmptyPage)
def no_such_page(request, refusal):
    return problem(404, NOT_FOUND, Words("The list has no such page.", "列表没有这一页。"))


@api.exception_handler(Http404)
def no_such_record(request, refusal):
    return problem(
        404, NOT_FOUND, Words("There is no such record, or not on this day.", "没有这条记录，或当日尚无此记录。")
    )


@api.exception_handler(Refusal)
def refused(request, refusal):
    return problem(refusal.status, refusal.title, refusal.detail, refusal.errors)


@api.exception_handler(AuthenticationError)
def not_authenticated(request, refusal):
    detail = both(_("Send a token that is in force, as “Authorization: Bearer …”; administrators issue them."))
    return problem(401, Words("No token in force", "没有有效令牌"), detail, headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(HttpError)
def no_json(request, refusal):
    return problem(400, Words("Bad request", "请求有误"), both(_("The body is not JSON in UTF-8.")))


@api.exception_handler(ValidationError)
def not_of_its_shape(request, refusal):
    """The body or a header is not of the shape that the description has."""
    errors = []
    for error in refusal.errors:
        place, *path = error["loc"]
        what = {"header": path[0]} if place == "header" else {"field": ".".join(map(str, path[1:]))}
        known = error.get("ctx", {})
        if "expected" in known:
            known = {"expected": listed([same(each) for each in LITERAL.findall(known["expected"])])}
        errors.append({**what, **both(SHAPES.get(error["type"], UNREADABLE), **known)._asdict()})
    return problem(422, NOT_IN_ORDER, both(_("What was sent is not of the shape that /api/v1/docs describes.")), errors)


# How pydantic lists what may stand there: 'one', 'another' or 'a third'.
LITERAL = re.compile(r"'([^']*)'")
# What pydantic finds → what is said of it.
SHAPES = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such field."),
    "enum": _("This must be one of: %(expected)s."),
    "literal_error": _("This must be one of: %(expected)s."),
    "string_type": _("This must be a text."),
    "string_pattern_mismatch": _("This is not written as a code is: letters, digits, - _ . alone."),
    "string_too_short": _("This must not be empty."),
    "string_too_long": _("Write %(max_length)s characters at most."),
    "too_long": _("Give %(max_length)s at most."),
}
UNREADABLE = _("This is not of the type that the description has.")
