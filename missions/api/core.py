"""The API object: reading queries, common headers, pages of lists, shared values, errors."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cache, partial, wraps
from typing import Any

from django.conf import settings
from django.core.paginator import EmptyPage, Paginator
from django.db.models import TextChoices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from pydantic import BaseModel

from ..bilingual import PATHS, Words, listed, translated, untranslated
from ..models import Head
from ..parameters import LISTED_PER_PAGE
from ..public import converters  # noqa: F401  (registers the converter of codes)
from ..query.filters import MissionFilter
from ..reports.report import explain_missing_records
from ..web.page_cache import snapshot
from ..web.problems import bad_query, problem
from . import schemas
from .params import DayQuery

type Query = MissionFilter | DayQuery
QUERY = "x-query"  # an operation's query, until openapi.json describes it


class QueryError(Exception):
    def __init__(self, form):
        super().__init__(form.errors)
        self.form = form


class ApiError(Exception):
    def __init__(self, status: int, title: Words, detail: Words, errors: Sequence[dict[str, Any]] = ()):
        super().__init__(title.en)
        self.status, self.title, self.detail, self.errors = status, title, detail, errors


class UTF8Parser(Parser):
    def parse_body(self, request):
        return json.loads(request.body.decode())  # json.loads() would guess other encodings


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class HubAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation):
        return operation.view_func.__name__


api = HubAPI(
    title=gettext_noop("Hub Tracker API"),
    version="1",
    description=gettext_noop(
        "All public data, for any date, and submissions from systems of offices. Texts and labels are in English and "
        "Chinese. Lists have a stable order and are divided into pages; the header Link names the other pages. Each "
        "response has an ETag: send it in If-None-Match to receive the content only if it has changed. Unknown "
        "parameters are ignored; an invalid value returns an error message."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=UTF8Parser(),
    renderer=Renderer(),
)


def consistent_read(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Read from one database snapshot, record the token's use, and answer conditional requests."""

    @wraps(run)
    def view(request, *args, **kwargs):
        is_read = request.method == "GET"
        etag = getattr(request, "etag", None)  # set by the page cache, which has a snapshot already
        with snapshot() if is_read and not etag else nullcontext():
            response = run(request, *args, **kwargs)
        if token := getattr(request, "auth", None):
            token.record_use()  # outside the snapshot, which is read-only, and the rolled-back transaction
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


api.add_decorator(consistent_read, mode="view")


def read[Q: Query](request: HttpRequest, kind: Callable[[QueryDict], Q], response: HttpResponse) -> Q:
    """Parse the query of this request and describe it in the response headers. Raises QueryError."""
    query = kind(request.GET)
    if not query.form.is_valid():
        raise QueryError(query.form)
    head = Head.objects.get()
    response["X-Hub-Query"] = query.canonical_query
    response["X-Hub-As-Of"] = query.form.on.isoformat()
    response["X-Hub-Revision"] = str(head.revision)
    response["X-Hub-Ledger-Head"] = head.hash
    if note := explain_missing_records(query.form.known):
        response["X-Hub-Note"] = note.en
    return query


def paginate(request: HttpRequest, response: HttpResponse, query: Query, records: Any) -> dict[str, Any]:
    """Return the requested page of `records` as a dict, and link the other pages in the header Link."""
    params = query.form.cleaned_data
    paginator = Paginator(records, params["per_page"] or LISTED_PER_PAGE)
    page = paginator.page(params["page"] or 1)
    pages = {"first": 1, "last": paginator.num_pages}
    if page.has_next():
        pages["next"] = page.next_page_number()
    if page.has_previous():
        pages["prev"] = page.previous_page_number()
    parameters = query.query.copy()
    if size := params["per_page"]:
        parameters["per_page"] = str(size)
    links = []
    for name, number in sorted(pages.items()):
        parameters["page"] = str(number)
        links.append(f'<{address(request.path)}?{parameters.urlencode()}>; rel="{name}"')
    response["Link"] = ", ".join(links)
    return {"total": paginator.count, "page": page.number, "per_page": paginator.per_page, "items": page.object_list}


def paged[Q: Query](path: str, item: type[BaseModel], kind: type[Q], **texts: Any) -> Callable:
    """Register a list: the view gets the query and `page_of(records)`, and returns that page with its items."""
    page: Any = schemas.Page[item]  # type: ignore[valid-type]
    responses = {200: page, 400: schemas.Problem, 404: schemas.Problem}

    def register(view: Callable[[Q, Callable[[Any], dict[str, Any]]], dict[str, Any]]):
        def operation(request: HttpRequest, response: HttpResponse):
            query = read(request, kind, response)
            answer = view(query, partial(paginate, request, response, query))
            # Serialised here, because ninja would first convert the models to dictionaries again.
            response.content = page.model_validate(answer).model_dump_json()
            return response

        operation.__name__ = view.__name__
        return api.get(path, response=responses, openapi_extra={QUERY: kind}, **texts)(operation)

    return register


# --- values -----------------------------------------------------------------------------------------------------------


def dump(schema: type[BaseModel], record: Any, **others: Any) -> dict[str, Any]:
    """Return the fields of `schema`: `others`, else attributes of `record`, with texts in both languages."""
    return others | {
        name: in_both(vars(record), name) if field.annotation is schemas.Text else getattr(record, name)
        for name, field in schema.model_fields.items()
        if name not in others
    }


def in_both(fields: dict[str, Any], name: str) -> dict[str, str]:
    return {language: fields[f"{name}_{language}"] for language in PATHS}


@cache
def labels(choices: type[TextChoices]) -> dict[str, dict[str, str]]:
    return {choice.value: translated(choice.label)._asdict() for choice in choices}


def address(path: str) -> str:
    return settings.SITE_URL + path


@cache
def indexes(name: str) -> dict[str, str]:
    urls = {}
    for language, path in PATHS.items():
        with override(path):
            urls[language] = address(reverse(name))
    return urls


def pages(index: str, code: str, anchor: str = "") -> dict[str, str]:
    above = indexes(index)
    return {"url": f"{above['en']}{code}/{anchor}", "url_zh": f"{above['zh']}{code}/{anchor}"}


# --- errors -----------------------------------------------------------------------------------------------------------

NOT_FOUND = Words("Not found", "未找到")
NOT_IN_ORDER = Words("Not in order", "内容有误")


@api.exception_handler(QueryError)
def handle_query_error(request, error):
    return bad_query(error.form)


@api.exception_handler(ApiError)
def handle_api_error(request, error):
    return problem(error.status, error.title, error.detail, error.errors)


def answer(exception: type[Exception], status: int, title: Words, detail: Words, **headers: str) -> None:
    """Answer all exceptions of this type with one problem."""
    api.exception_handler(exception)(lambda request, error: problem(status, title, detail, headers=headers))


answer(EmptyPage, 404, NOT_FOUND, Words("The list has no such page.", "列表没有这一页。"))
answer(Http404, 404, NOT_FOUND, Words("No such record on this date.", "没有这条记录，或当日尚无此记录。"))
answer(HttpError, 400, Words("Bad request", "请求有误"), translated(_("The body is not JSON in UTF-8.")))
NO_TOKEN = translated(_("Send a valid token as “Authorization: Bearer …”. Administrators issue tokens."))
answer(AuthenticationError, 401, Words("No token in force", "没有有效令牌"), NO_TOKEN, **{"WWW-Authenticate": "Bearer"})


@api.exception_handler(ValidationError)
def handle_invalid_body(request, error):
    errors = []
    for each in error.errors:
        place, *path = each["loc"]
        what = {"header": path[0]} if place == "header" else {"field": ".".join(map(str, path[1:]))}
        values = each.get("ctx", {})
        if "expected" in values:
            values = {"expected": listed([untranslated(each) for each in LITERAL.findall(values["expected"])])}
        errors.append({**what, **translated(MESSAGES.get(each["type"], WRONG_TYPE), **values)._asdict()})
    return problem(422, NOT_IN_ORDER, translated(_("The request does not match the schema in /api/v1/docs.")), errors)


# pydantic lists allowed values as: 'one', 'another' or 'a third'.
LITERAL = re.compile(r"'([^']*)'")
# Our messages by pydantic's error type.
MESSAGES = {
    "missing": _("This field is required."),
    "extra_forbidden": _("Unknown field."),
    "enum": _("This must be one of: %(expected)s."),
    "literal_error": _("This must be one of: %(expected)s."),
    "string_type": _("This must be text."),
    "string_pattern_mismatch": _("A code has only letters, digits and - _ ."),
    "string_too_short": _("This must not be empty."),
    "string_too_long": _("At most %(max_length)s characters are allowed."),
    "too_long": _("At most %(max_length)s items are allowed."),
}
WRONG_TYPE = _("This has the wrong type.")
