"""What the shapes of all answers have in common. Texts are translated where the description is made."""

from datetime import date
from typing import Annotated, Any, Literal, TypedDict

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field

from ...models import Form


def told(description: str, *example: Any, **more: Any) -> Any:
    """A field with what it holds and an example of it, which its parts can give as well."""
    return Field(description=description, examples=[*example] or None, **more)


# To the microsecond, which a datetime of Python would lose on its way into JSON.
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


HASH = "5d41402abc4b2a76b9719d911017c592ae2f8c1b0e6d4f2a9c7b3e1d5f8a6c40"


class Text(TypedDict):
    """A text in both languages. A plain dictionary: a list of a thousand missions has five thousand of them."""

    en: Annotated[str, told(_("In English"), "Build the exchange platform")]
    zh: Annotated[str, told(_("In Chinese"), "建设交易平台")]


TEXT = {"en": "Build the exchange platform", "zh": "建设交易平台"}


def text(description: str, en: str = TEXT["en"], zh: str = TEXT["zh"]) -> Any:
    return told(description, {"en": en, "zh": zh})


class Page[Item](BaseModel):
    """One page of a list."""

    total: int = told(_("How many there are on all pages"), 1)
    page: int = told(_("Number of this page"), 1)
    per_page: int = told(_("How many a page holds"), 25)
    items: list[Item] = told(_("Those of this page"))


class File(BaseModel):
    name: str = told(_("Name of the file"), "notice.pdf")
    sha256: str = told(_("SHA-256 of the file"), HASH)


class Source(BaseModel):
    key: str = told(_("Key"), "plan-2021")
    title: str = told(_("Title, in its own language or in English"), "Framework plan")
    publisher: str = told(_("Publisher"), "Municipal Government")
    published_on: date | None = told(_("Day of publication"), "2021-02-24")
    url: str = told(_("Address"), "https://example.org/plan")
    language: str = told(_("Language"), "en")
    title_zh: str = told(_("Title in Chinese, where it is another"), "总体方案")
    publisher_zh: str = told(_("Publisher in Chinese"), "市政府")
    form: Form | Literal[""] = told(_("What was read: the original, a copy, a summary or a translation"), "original")


class Mistake(BaseModel):
    """What is wrong with one thing that was sent."""

    parameter: str | None = told(_("The parameter of the query"), "status", default=None)
    header: str | None = told(_("The header"), None, default=None)
    field: str | None = told(_("The field of the body, by its path"), None, default=None)
    en: str = told(_("What is wrong, in English"), "There is no “done” to choose from.")
    zh: str = told(_("What is wrong, in Chinese"), "没有“done”这一选项。")


class Problem(BaseModel):
    """Why something was refused (RFC 9457)."""

    type: str = told(_("Kind of problem"), "about:blank")
    status: int = told(_("Status of the answer"), 400)
    title: str = told(_("In short, in both languages"), "Bad query / 查询参数有误")
    detail: str = told(
        _("In a sentence, in both languages"), "These parameters cannot be read: status. / 以下参数无法识别：status。"
    )
    errors: list[Mistake] = told(_("What is wrong with what was sent"))
