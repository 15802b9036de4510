"""The description of the API (OpenAPI 3.1): what ninja knows of it, the parameters of each query, and examples."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from ..dictionary import written
from ..forms import DayField
from ..public.problems import MEDIA_TYPE
from ..reports.words import PATHS
from .core import api

type Text = Callable[[], str]

PROBLEM = {"$ref": "#/components/schemas/Problem"}

QUERY = "x-query"
DATA = ("example", "examples", "enum", "default")  # what stands there is said as it is

STATUSES = {
    200: _("The answer"),
    201: _("It was taken in"),
    304: _("Not changed since the ETag in If-None-Match"),
    400: _("The query or the body cannot be read"),
    401: _("There is no token, or none that is in force"),
    403: _("The token does not permit this"),
    404: _("There is no such record, or no such page of the list"),
    409: _("It was sent before with another content, or something was recorded meanwhile"),
    411: _("The body came in chunks, without its length"),
    412: _("It has changed, or it is another one than If-Match names"),
    413: _("The body is too large"),
    414: _("The address is too long (answered by the web server, as HTML)"),
    422: _("What was sent is not in order"),
}
HEADERS = {
    "ETag": (_("What If-None-Match takes"), {"type": "string"}),
    "X-Hub-Query": (_("The query as it was read, with the day that it was answered for"), {"type": "string"}),
    "X-Hub-As-Of": (_("The day that it was answered for"), {"type": "string", "format": "date"}),
    "X-Hub-Revision": (_("Number of the revision"), {"type": "integer"}),
    "X-Hub-Ledger-Head": (_("Hash of the newest entry of the ledger"), {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
}
NOTE = (
    _("Only if known_at is before the first entry of this site: since when it has kept records"),
    {"type": "string"},
)
TOO_LONG = "<h1>URI Too Long</h1>"
LINK = (_("The first, previous, next and last page (RFC 8288)"), {"type": "string"})


def asks(query: Any) -> dict[str, Any]:
    """What an operation says of itself that reads this query: what `described` makes its parameters from."""
    return {QUERY: query}


def in_this_language(text: Text) -> str:
    return text()


def in_both_languages(text: Text) -> str:
    said = []
    for path in PATHS.values():
        with override(path):
            said.append(text())
    return " / ".join(dict.fromkeys(said))


def described(say: Callable[[Text], str]) -> dict[str, Any]:
    """The whole description, each of its texts as `say` has it."""
    schema = deepcopy(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
    shapes = schema["components"]["schemas"]
    for shape in shapes.values():
        shape.pop("description", None)  # of the code, and not of the data
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            if method == "get":
                operation["responses"] |= {304: {}, 412: {"content": {"application/json": {"schema": PROBLEM}}}}
            complete(operation, shapes)
    schema["servers"] = [{"url": settings.SITE_URL}]
    return {
        **in_words(schema, say),
        "info": {
            "title": say(partial(gettext, api.title)),
            "version": api.version,
            "description": say(partial(gettext, api.description)),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
    }


def in_words(part: Any, say: Callable[[Text], str]) -> Any:
    """The same with its texts said, and without the titles that pydantic makes of names in the code."""
    match part:
        case list():
            return [in_words(each, say) for each in part]
        case dict():
            return {
                key: value if key in DATA else in_words(value, say)
                for key, value in part.items()
                if not (key == "title" and isinstance(value, str))
            } | {key: said(part[key], say) for key in ("summary", "description") if is_text(part.get(key))}
    return part


def is_text(value: Any) -> bool:
    """Whether it is a text, or what makes one: a property of that name is neither."""
    return isinstance(value, str) or callable(value)


def said(text: str | Text, say: Callable[[Text], str]) -> str:
    return say(partial(gettext, text) if isinstance(text, str) else text)


def complete(operation: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Adds what ninja does not know: the parameters of the query, headers, media types of refusals, examples."""
    query = operation.pop(QUERY, None)
    if query:
        operation["parameters"] += parameters(query)
        operation["responses"][414] = {"content": {"text/html": {"schema": {"type": "string", "examples": [TOO_LONG]}}}}
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for status, response in operation["responses"].items():
        response["description"] = STATUSES[status]
        content = response.get("content", {})
        if "application/json" in content and status >= 400:
            content = response["content"] = {MEDIA_TYPE: content["application/json"]}
        for media in content.values():
            media["example"] = example(media["schema"], shapes)
        if MEDIA_TYPE in content:
            title = in_both_languages(partial(gettext, STATUSES[status]))
            content[MEDIA_TYPE]["example"] |= {"status": status, "title": title}
        if status == 200 and query:
            is_list = "items" in content["application/json"]["example"]
            headers = HEADERS | {"Link": LINK} if is_list else HEADERS
            response["headers"] = {
                name: {"description": text, "required": True, "schema": form} for name, (text, form) in headers.items()
            } | {"X-Hub-Note": {"description": NOTE[0], "required": False, "schema": NOTE[1]}}
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["example"] = example(media["schema"], shapes)


def parameters(query: Any) -> Iterator[dict[str, Any]]:
    """The parameters of a query, read off its form and its filters."""
    filters = getattr(query, "base_filters", {})
    form = query._meta.form if filters else query.form_class
    # Copies: a filter keeps its field, and those of the class, which have no codes of the register, are every query's.
    fields = {**form.base_fields, **{name: filter_.field for name, filter_ in deepcopy(filters).items()}}
    for name, field in fields.items():
        yield {"name": name, "in": "query", "description": partial(asked, field), "schema": schema_of(field)}


def asked(field: Any) -> str:
    """What a parameter asks for, and how its value is written."""
    return gettext("%(label)s (%(form)s)") % {"label": field.label, "form": written(field)}


def schema_of(field: Any) -> dict[str, Any]:
    """What a value of this field looks like. Codes of the register are not listed: they are data."""
    codes = [str(code) for code, _label in getattr(field, "choices", ()) if code]
    match field:
        case DayField():
            return {"type": "string", "format": "date"}
        case forms.MultipleChoiceField():
            return {"type": "array", "items": {"type": "string", **({"enum": codes} if codes else {})}}
        case forms.ChoiceField():
            return {"type": "string", "enum": codes}
        case forms.IntegerField():
            most = {} if field.max_value is None else {"maximum": field.max_value}
            return {"type": "integer", "minimum": field.min_value, **most}
    return {"type": "string", "maxLength": field.max_length}


def example(schema: dict[str, Any], shapes: dict[str, Any]) -> Any:
    """An example of this schema, put together from those of its parts."""
    match schema:
        case {"examples": [first, *_rest]}:
            return first
        case {"$ref": reference}:
            return example(shapes[reference.rpartition("/")[2]], shapes)
        case {"anyOf": [first, *_rest]} | {"allOf": [first, *_rest]}:
            return example(first, shapes)
        case {"properties": properties}:
            parts = {name: example(part, shapes) for name, part in properties.items()}
            needed = schema.get("required", ())
            return {name: part for name, part in parts.items() if part is not None or name in needed}
        case {"items": item}:
            return [example(item, shapes)]
        case {"default": value}:
            return value
    raise ValueError(f"no example of {schema}")
