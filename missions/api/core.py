"""The API itself: how a query is read, what every answer states, and how a refusal is said."""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.views.decorators.gzip import gzip_page
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from ..filters import MissionFilter
from ..forms import LISTED_PER_PAGE
from ..models import Head
from ..public import converters  # noqa: F401  (registers the converter of codes)
from ..public.problems import bad_query, problem
from ..reports.report import snapshot
from ..reports.words import Words, both
from . import facts
from .queries import DayQuery

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


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class HubAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation):
        return operation.view_func.__name__


api = HubAPI(
    title=gettext_noop("Hub Tracker API"),
    version="1",
    description=gettext_noop(
        "All that is public, as data, for any day; and, for systems of offices, submissions. Every text is there in "
        "English and Chinese. Lists are in a stable order and come in pages; the header Link names the others. An "
        "answer has an ETag: send it back in If-None-Match, and it comes again only if it has changed. Unknown "
        "parameters are ignored; a bad value is answered with what is wrong with it."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    renderer=Renderer(),
)


def of_one_moment(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around each operation that reads: all of one revision, and not sent again to a reader who has it."""

    @gzip_page
    @wraps(run)
    def view(request, *args, **kwargs):
        if request.method != "GET":
            return run(request, *args, **kwargs)
        with snapshot():
            response = run(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        response.headers.setdefault("Cache-Control", "no-cache")
        response["Content-Language"] = "en, zh-Hans"
        set_response_etag(response)
        return get_conditional_response(request, response["ETag"], None, response)

    return view


api.add_decorator(of_one_moment, mode="view")


def read[Q: Query](request: HttpRequest, kind: Callable[[QueryDict], Q], response: HttpResponse) -> Q:
    """The query of this request; the answer's headers say how it was read, and of which revision the answer is."""
    query = kind(request.GET)
    if not query.form.is_valid():
        raise BadQuery(query.form)
    head = Head.objects.get()
    for name, value in {
        "X-Hub-Query": query.canonical_query,
        "X-Hub-As-Of": query.form.on.isoformat(),
        "X-Hub-Revision": str(head.revision),
        "X-Hub-Ledger-Head": head.hash,
    }.items():
        response[name] = value
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
    return facts.address(f"{path}?{parameters.urlencode()}")


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
    return problem(404, NOT_FOUND, Words("There is no such record on this day.", "当日没有这条记录。"))


@api.exception_handler(Refusal)
def refused(request, refusal):
    return problem(refusal.status, refusal.title, refusal.detail, refusal.errors)


@api.exception_handler(AuthenticationError)
def not_authenticated(request, refusal):
    detail = both(_("Send a token that is in force, as “Authorization: Bearer …”; administrators issue them."))
    return problem(401, Words("No token", "缺少令牌"), detail, headers={"WWW-Authenticate": "Bearer"})


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
        known = {name: LITERAL.sub(r"\1", str(value)) for name, value in error.get("ctx", {}).items()}
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
    "string_too_long": _("Write %(max_length)s characters at most."),
    "too_long": _("Give %(max_length)s at most."),
}
UNREADABLE = _("This is not of the type that the description has.")
