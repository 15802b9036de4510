"""What a program gets that asks for what it cannot have: problem details (RFC 9457), in both languages."""

from collections.abc import Sequence
from typing import Any

from django.http import JsonResponse
from django.utils.translation import override

from ..reports.report import TooLong
from ..reports.words import PATHS, Words

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    title: Words,
    detail: Words,
    errors: Sequence[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
):
    """The answer. Each of `errors` says what is wrong, in both languages, with one thing that was sent."""
    said = {"type": "about:blank", "status": status, "title": title.in_one, "detail": detail.in_one}
    return JsonResponse(
        {**said, "errors": [*errors]},
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )


def bad_query(form):
    """A query that cannot be read: which parameter, and what is wrong with it."""
    errors: list[dict[str, Any]] = [{"parameter": name} for name in form.errors]
    for key, language in PATHS.items():
        with override(language):
            for error in errors:
                error[key] = " ".join(form.errors[error["parameter"]])
    names = ", ".join(form.errors)
    detail = Words(f"These parameters cannot be read: {names}.", f"以下参数无法识别：{names}。")
    return problem(400, Words("Bad query", "查询参数有误"), detail, errors)


def too_long(refusal: TooLong):
    """A file that would be too long, and what to do."""
    return problem(400, Words("Too long", "篇幅过长"), refusal.words)
