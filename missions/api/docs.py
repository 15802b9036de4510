from functools import cache
from typing import Any

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..bilingual import PATHS
from ..forms import reads
from ..models import Head
from ..reports.completion import LICENCE
from .description import HEADERS, describe, describe_in_both_languages

SECTIONS = {  # Links from other pages and sites use these anchors.
    "start": _("Getting started"),
    "answers": _("General rules"),
    "headers": _("Response headers"),
    "errors": _("Errors"),
    "stability": _("What stays, and what may change"),
    "reading": _("Reading"),
    "sending": _("Sending submissions"),
    "schemas": _("Schemas"),
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
        "title": description["info"]["title"],
        "introduction": description["info"]["description"],
        "description": _("The data of this site for programs: addresses, parameters, responses and submissions."),
        "site_url": description["servers"][0]["url"],
        "addresses": {path: f"{reverse('api:docs')}?lang={code}" for code, path in PATHS.items()},
        "contents": SECTIONS,
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
