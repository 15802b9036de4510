"""openapi.json: ninja's schema, with query parameters, headers and examples; and the page made of it."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..bilingual import PATHS
from ..models import Head
from ..parameters import DayField, reads
from ..query.dictionary import written
from ..reports.build import LICENCE
from ..web.problems import MEDIA_TYPE
from .core import QUERY, api

PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
TOO_LONG = {"text/html": {"schema": {"type": "string", "examples": ["<h1>URI Too Long</h1>"]}}}
DATA = ("example", "examples", "enum", "default")  # values, not texts to translate

STATUSES = {
    200: _("The response"),
    201: _("Accepted"),
    304: _("Not modified since the ETag in If-None-Match"),
    400: _("The query or the body is not valid"),
    401: _("No token, or no valid token"),
    403: _("The token does not permit this"),
    404: _("No such record, or no such page of the list"),
    409: _("The key was used with another body, or there is a newer entry"),
    411: _("The body was sent in chunks, without a length"),
    412: _("The content has changed, or does not match If-Match"),
    413: _("The body is too large"),
    414: _("The address is too long (answered by the web server, as HTML)"),
    422: _("The content is not valid"),
}
NOTE = _("Only if known_at is before the first entry of this site: the date of its first record")
HEADERS = {
    "ETag": (_("Value for If-None-Match"), {"type": "string"}),
    "X-Hub-Query": (_("The interpreted query, with the selected date"), {"type": "string"}),
    "X-Hub-As-Of": (_("Selected date"), {"type": "string", "format": "date"}),
    "X-Hub-Revision": (_("Number of the revision"), {"type": "integer"}),
    "X-Hub-Ledger-Head": (_("Hash of the latest ledger entry"), {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    "Link": (_("The first, previous, next and last page (RFC 8288)"), {"type": "string"}),
    "X-Hub-Note": (NOTE, {"type": "string"}),
}


@csrf_exempt  # A POST is refused for its method (405), not for a missing token.
@require_safe
def openapi(request):
    return JsonResponse(describe_in_both_languages(), json_dumps_params={"ensure_ascii": False})


@reads(["lang"])
@csrf_exempt
@require_safe
def docs(request):
    language = PATHS.get(request.GET.get("lang", ""), request.LANGUAGE_CODE)
    with override(language):
        response = render(request, "api/api.html", {**page(language), "head": Head.objects.get()})
    response["Content-Language"] = language
    return response


@cache
def describe(language: str) -> dict[str, Any]:
    with override(language):
        description: dict[str, Any] = translate(api.get_openapi_schema(path_prefix="/api/v1/"))
        schemas = description["components"]["schemas"]
        for schema in schemas.values():
            schema.pop("description", None)  # The docstring describes the code.
        for operations in description["paths"].values():
            for method, operation in operations.items():
                if method == "get":
                    operation["responses"] |= {304: {}, 412: {"content": deepcopy(PROBLEM)}}
                complete(operation, schemas)
        description["servers"] = [{"url": settings.SITE_URL}]
        description["info"] = {
            "title": gettext(api.title),
            "version": api.version,
            "description": gettext(api.description),
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        }
    return description


@cache
def describe_in_both_languages() -> dict[str, Any]:
    return join(*(describe(language) for language in PATHS.values()))


def join(english: Any, chinese: Any) -> Any:
    match english:
        case dict():
            return {key: join(value, chinese[key]) for key, value in english.items()}
        case list():
            return [join(*pair) for pair in zip(english, chinese, strict=True)]
    return english if english == chinese else f"{english} / {chinese}"


def translate(part: Any, key: str = "") -> Any:
    """Translate texts, and drop the titles pydantic derives from names."""
    match part:
        case dict():
            fields = {name: value for name, value in part.items() if name != "title" or isinstance(value, dict)}
            return {name: deepcopy(value) if name in DATA else translate(value, name) for name, value in fields.items()}
        case list():
            return [translate(each) for each in part]
        case str() if key in ("summary", "description"):
            return gettext(part)
    return part


def complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Add what ninja omits: query parameters, headers, problem types, examples."""
    query = operation.pop(QUERY, None)
    if query:
        operation["parameters"] += parameters(query)
        operation["responses"][414] = {"content": deepcopy(TOO_LONG)}
    operation["responses"] = dict(sorted(operation["responses"].items()))
    for media in operation.get("requestBody", {}).get("content", {}).values():
        media["example"] = example(media["schema"], schemas)
    for status, response in operation["responses"].items():
        response["description"] = gettext(STATUSES[status])
        content = response.get("content", {})
        if status >= 400 and "application/json" in content:
            content = response["content"] = {MEDIA_TYPE: content["application/json"]}
        for media in content.values():
            media["example"] = example(media["schema"], schemas)
        if MEDIA_TYPE in content:
            content[MEDIA_TYPE]["example"] |= {"status": status, "title": gettext(STATUSES[status])}
        if status == 200 and query:
            is_list = "items" in content["application/json"]["example"]
            response["headers"] = {
                name: {"description": gettext(text), "required": name != "X-Hub-Note", "schema": schema}
                for name, (text, schema) in HEADERS.items()
                if is_list or name != "Link"
            }


def parameters(query: Any) -> Iterator[dict[str, Any]]:
    filters = getattr(query, "base_filters", {})
    form = query._meta.form if filters else query.form_class
    # Copies: a filter caches its field, and the filters of the class have no codes of the register.
    fields = {**form.base_fields, **{name: filter_.field for name, filter_ in deepcopy(filters).items()}}
    for name, field in fields.items():
        text = gettext("%(label)s (%(form)s)") % {"label": field.label, "form": written(field)}
        yield {"name": name, "in": "query", "description": text, "schema": schema_of(field)}


def schema_of(field: Any) -> dict[str, Any]:
    """Return the schema of a form field; register codes are data and not listed."""
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


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    match schema:
        case {"examples": [first, *_rest]}:
            return first
        case {"$ref": reference}:
            return example(schemas[reference.rpartition("/")[2]], schemas)
        case {"anyOf": [first, *_rest]}:
            return example(first, schemas)
        case {"properties": properties}:
            parts = {name: example(part, schemas) for name, part in properties.items()}
            required = schema.get("required", ())
            return {name: part for name, part in parts.items() if part is not None or name in required}
        case {"items": item}:
            return [example(item, schemas)]
        case {"default": value}:
            return value
    raise ValueError(f"no example of {schema}")


# --- the page --------------------------------------------------------------------------------------------------------


@cache
def page(language: str) -> dict[str, Any]:
    description = describe(language)
    operations = [
        {
            **operation,
            "path": path,
            "method": method,
            "parameters": [row(each["schema"], **each) for each in operation["parameters"]],
            "answer": schema_name(operation["responses"][200]),
            "body": schema_name(operation["requestBody"]) if "requestBody" in operation else None,
        }
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return {
        "title": gettext(api.title),
        "introduction": gettext(api.description),
        "description": gettext("The data of this site for programs: addresses, parameters, responses and submissions."),
        "site_url": settings.SITE_URL,
        "addresses": {path: f"{reverse('api:docs')}?lang={code}" for code, path in PATHS.items()},
        "reading": [each for each in operations if "security" not in each],
        "sending": [each for each in operations if "security" in each],
        "schemas": {
            name: {
                "codes": schema.get("enum"),
                "fields": [
                    row(field, name=field_name, optional=field_name not in schema.get("required", ()))
                    for field_name, field in schema.get("properties", {}).items()
                ],
            }
            for name, schema in sorted(description["components"]["schemas"].items())
        },
        "headers": HEADERS,
        "licence": LICENCE,
    }


def schema_name(message: dict[str, Any]) -> str:
    return type_of(message["content"]["application/json"]["schema"])[0]


def row(schema: dict[str, Any], /, **more: Any) -> dict[str, Any]:
    kind, suffix = type_of(schema)
    codes = schema.get("enum") or schema.get("items", {}).get("enum")
    return {"type": kind, "suffix": suffix, "codes": codes, "description": schema.get("description"), **more}


def type_of(schema: dict[str, Any]) -> tuple[str, str]:
    match schema:
        case {"$ref": reference}:
            return reference.rpartition("/")[2], ""
        case {"items": item}:
            return type_of(item)[0], "[]"
        case {"anyOf": [first, other]}:
            return type_of({"format": schema.get("format"), **first})[0], f" | {other['type']}"
    return schema.get("format") or schema["type"], ""
