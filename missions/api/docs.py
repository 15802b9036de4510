"""The description of the API: for programs, and as a page for those who write them."""

import json
from functools import cache
from typing import Any, NamedTuple

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..forms import reads
from ..models import Head
from ..reports.completion import LICENCE
from ..reports.words import PATHS
from .description import described, example, in_both_languages, in_this_language
from .reports import LINKS

type Said = dict[str, Any]


# Both take nothing in: whoever sends something is told that (405), and not that a form's token is missing.


@csrf_exempt
@require_safe
def openapi(request):
    """The description as OpenAPI 3.1, each text in both languages."""
    return JsonResponse(whole(), json_dumps_params={"ensure_ascii": False})


@cache
def whole():
    return described(in_both_languages)


@reads(["lang"])
@csrf_exempt
@require_safe
def docs(request):
    """The description for people, in the language that `lang` names, or else in the reader's."""
    language = PATHS.get(request.GET.get("lang", ""), request.LANGUAGE_CODE)
    with override(language):
        response = render(request, "missions/api.html", {**as_page(language), "head": Head.objects.get()})
    response["Content-Language"] = language
    return response


# --- what the page adds -----------------------------------------------------------------------------------------------

DESCRIPTION = _(
    "The data of this site for programs: every address, its parameters, examples of answers, and how the systems of "
    "offices send submissions."
)
# Anchor → heading. Links from elsewhere name the anchors: they stay.
SECTIONS = {
    "start": _("To begin with"),
    "answers": _("What holds for every answer"),
    "headers": _("Headers of the answers"),
    "errors": _("When something is refused"),
    "stability": _("What stays, and what may change"),
    "reading": _("Reading"),
    "sending": _("Sending submissions"),
}
# What to do when a submission is refused with this status.
ADVICE = {
    400: _("Correct the request: the body must be JSON in UTF-8."),
    401: _(
        "See that the header says “Bearer”, a space and the whole token. If it does, the token is past its last day or "
        "was revoked, the role that it was issued for was taken away, or the account was closed: ask an administrator "
        "for another."
    ),
    403: _(
        "The role is for another organisation's missions or may not set a due date, or the token may only keep drafts: "
        "then send “submit” as false."
    ),
    409: _(
        "For something new, take a new key. Where a newer entry is named, read the mission again, and send what is "
        "still true with the number of that entry in “built_on”."
    ),
    411: _("Send the length of the body (Content-Length), as curl does by itself."),
    413: _("Send less. Files are attached in the back office."),
    422: _(
        "“errors” names each field by its path, such as evidence.0.url, and says what is wrong with it. Correct it and "
        "send it again; nothing was kept, and the key is still free."
    ),
}
# What the examples ask for, by operation: nothing that only one programme has.
QUERIES = {
    "missions": ["status=in_progress", "status=paused", "sort=-due"],
    "mission": ["as_of=2024-03-02"],
    "changes": ["since=2024-01-01", "until=2024-03-31"],
    "summary": ["by=theme", "as_of=2024-03-02"],
    "figures": ["as_of=2024-03-02"],
    "instruments": ["as_of=2024-03-02", "known_at=2024-03-02"],
    "themes": ["deadline=overdue"],
    "areas": ["status=completed"],
    "organisations": ["deadline=due_soon", "deadline=overdue"],
    "reports": ["per_page=5"],
}
BOUNDS = {"minimum": "≥", "minLength": "≥", "maximum": "≤", "maxLength": "≤", "maxItems": "≤"}


# --- the description, for the page ------------------------------------------------------------------------------------


class Field(NamedTuple):
    """A parameter, or a field of a body or an answer, with the fields inside it."""

    name: str
    form: str
    description: str
    is_required: bool
    codes: list[str]
    fields: list["Field"]


class Operation(NamedTuple):
    """An operation as the page shows it. Each status stands with what it means and what to do."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    takes_token: bool
    parameters: list[Field]
    body: list[Field]
    fields: list[Field]
    headers: list[str]
    statuses: list[tuple[int, str, Any]]
    command: str
    example: str


@cache
def as_page(language: str) -> Said:
    """What the page shows in this language, which has to be the active one."""
    said = described(in_this_language)
    shapes = said["components"]["schemas"]
    operations = [
        as_operation(path, method, operation, said)
        for path in sorted(said["paths"], key=rank)
        for method, operation in said["paths"][path].items()
    ]
    return {
        "title": said["info"]["title"],
        "introduction": said["info"]["description"],
        "description": DESCRIPTION,
        "site_url": site(said),
        "addresses": {path: f"{reverse('api:docs')}?lang={code}" for code, path in PATHS.items()},
        "contents": SECTIONS,
        "reading": [operation for operation in operations if not operation.takes_token],
        "sending": [operation for operation in operations if operation.takes_token],
        "headers": headers(said),
        "refusal": listing(example(shapes["Problem"], shapes)),
        "refusal_fields": fields(shapes["Problem"], shapes),
        "licence": LICENCE,
    }


def site(said: Said) -> str:
    return said["servers"][0]["url"]


def rank(path: str) -> int:
    """The place of an address: the state of the data, then what that links to, in its order."""
    resource = path.removeprefix(reverse("api:revision")).partition("/")[0]
    return LINKS.index(resource) if resource in LINKS else -1


def headers(said: Said) -> dict[str, Said]:
    """The headers that any answer has, by name."""
    operations = [operation for path in said["paths"].values() for operation in path.values()]
    answers = [answer for operation in operations for answer in operation["responses"].values()]
    return {name: header for answer in answers for name, header in answer.get("headers", {}).items()}


def as_operation(path: str, method: str, operation: Said, said: Said) -> Operation:
    shapes = said["components"]["schemas"]
    answer = operation["responses"][200]
    content = answer["content"]["application/json"]
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        takes_token="security" in operation,
        parameters=[parameter(each, shapes) for each in operation["parameters"]],
        body=fields(core(sent["schema"], shapes), shapes) if sent else [],
        fields=fields(core(content["schema"], shapes), shapes),
        headers=list(answer.get("headers", {})),
        statuses=[
            (status, each["description"], ADVICE.get(status) if sent else None)
            for status, each in operation["responses"].items()
        ],
        # A code that is there would be one programme's.
        command=command(site(said) + path.format(code="CODE", key="$KEY"), operation, sent),
        example=listing(content["example"]),
    )


def command(address: str, operation: Said, sent: Said | None) -> str:
    """How the operation is called from a shell."""
    query = QUERIES.get(operation["operationId"], [])
    parts = [f'curl -sS{"G" if query else ""} "{address}"', *(f"-d {parameter}" for parameter in query)]
    if "security" in operation:
        parts.append('-H "Authorization: Bearer $HUB_TOKEN"')
    if sent is None:
        return " \\\n  ".join(parts)
    parts += ['-H "Idempotency-Key: $KEY"', '-H "Content-Type: application/json"', "--data-binary @- <<'END'"]
    key = "KEY=$(python3 -c 'import uuid; print(uuid.uuid4())')"
    return f"{key}\n" + " \\\n  ".join(parts) + f"\n{listing(sent['example'])}\nEND"


def listing(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def parameter(said: Said, shapes: Said) -> Field:
    schema = {**said["schema"], "description": said.get("description", "")}
    return field(said["name"], schema, said.get("required", False), shapes)


def fields(shape: Said, shapes: Said) -> list[Field]:
    """The fields of a shape; what is none has none."""
    required = shape.get("required", ())
    return [field(name, schema, name in required, shapes) for name, schema in shape.get("properties", {}).items()]


def field(name: str, schema: Said, is_required: bool, shapes: Said) -> Field:
    inside = core(schema, shapes)
    return Field(
        name,
        form(schema, shapes),
        schema.get("description", ""),
        is_required,
        inside.get("enum", []),
        [] if inside is shapes["Text"] else fields(inside, shapes),  # the page explains a text once
    )


def core(schema: Said, shapes: Said) -> Said:
    """What a reference, a list or a choice comes down to."""
    match schema:
        case {"$ref": reference}:
            return core(shapes[named(reference)], shapes)
        case {"items": item} | {"anyOf": [item, *_]}:
            return core(item, shapes)
    return schema


def form(schema: Said, shapes: Said) -> str:
    """The type of a value, in short: `Mission[]`, `date | null`, `integer ≥ 1`."""
    match schema:
        case {"$ref": reference} if "properties" in shapes[named(reference)]:
            return named(reference)
        case {"$ref": reference}:
            return form(shapes[named(reference)], shapes)
        case {"anyOf": [first, *others]}:
            return " | ".join(form(choice, shapes) for choice in ({"format": schema.get("format"), **first}, *others))
        case {"items": item}:
            kind: str = f"{form(item, shapes)}[]"
        case {"additionalProperties": {"type": held}}:
            kind = f"{{string: {held}}}"
        case _:
            kind = schema.get("format") or schema["type"]
    return " ".join([kind, *(f"{sign} {schema[name]}" for name, sign in BOUNDS.items() if name in schema)])


def named(reference: str) -> str:
    return reference.rpartition("/")[2]
