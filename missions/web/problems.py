"""Problem details (RFC 9457) in both languages."""

from collections.abc import Sequence
from typing import Any

from django.http import JsonResponse
from django.utils.translation import override

from ..bilingual import PATHS, Words

MEDIA_TYPE = "application/problem+json"
# (title, detail) by status.
UNREADABLE = {
    400: (Words("Bad request", "请求有误"), Words("The request cannot be read.", "请求无法识别。")),
    413: (Words("Too large", "过大"), Words("The body is too large.", "正文过大。")),
}
# (title, detail) of a 503, by its reason.
UNAVAILABLE = {
    "slow": (
        Words("Took too long", "查询超时"),
        Words(
            "The database did not find it in time: ask for less, with one more filter or a rarer word.",
            "数据库未能及时查出结果，请增加筛选条件，或换用较少见的词，缩小查询范围。",
        ),
    ),
    "full": (
        Words("No room left", "存储空间已满"),
        Words(
            "The site has no room left to record anything, and its administrators have to make some: nothing of what "
            "you sent was recorded. Reading goes on.",
            "本站存储空间已满，须由管理员清理。您提交的内容未予登记，浏览不受影响。",
        ),
    ),
    "pdf": (
        Words("Too many PDF files at once", "同时生成的 PDF 文件过多"),
        Words(
            "Other PDF files are being made. Try again in half a minute, or take the report as Word, Excel or CSV.",
            "正在生成其他 PDF 文件，请半分钟后重试，或下载 Word、Excel、CSV 格式。",
        ),
    ),
    "away": (
        Words("Not available now", "暂时无法提供服务"),
        Words(
            "The database cannot be reached, or is busy: try again in half a minute. Look first whether what you sent "
            "was recorded.",
            "数据库暂时无法访问或繁忙，请半分钟后重试。如已提交内容，请先查看是否已登记。",
        ),
    ),
}
# Headers of a 503.
LATER = {"Retry-After": "30", "Cache-Control": "no-store"}


def problem(
    status: int,
    title: Words,
    detail: Words,
    errors: Sequence[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
):
    body = {"type": "about:blank", "status": status, "title": title.in_one, "detail": detail.in_one}
    return JsonResponse(
        {**body, "errors": [*errors]},
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
        json_dumps_params={"ensure_ascii": False},
    )


def bad_query(form):
    errors: list[dict[str, Any]] = [{"parameter": name} for name in form.errors]
    for key, language in PATHS.items():
        with override(language):
            for error in errors:
                error[key] = " ".join(form.errors[error["parameter"]])
    names = ", ".join(form.errors)
    detail = Words(f"These parameters cannot be read: {names}.", f"以下参数无法识别：{names}。")
    return problem(400, Words("Bad query", "查询参数有误"), detail, errors)
