"""Counts, and what officials reported beside them."""

from datetime import date

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel

from ...models import Measure
from ...status import Status
from .common import Source, Text, text, told


class Completion(BaseModel):
    """How far missions are."""

    completed: int = told(_("How many are completed"), 27)
    documented: int = told(_("How many are completed by a public document with public evidence"), 25)
    counted: int = told(_("What a rate is taken of: all but the withdrawn"), 104)


class Tally(Completion):
    """Missions, counted."""

    records: int = told(_("How many missions"), 104)
    statuses: dict[Status, int] = told(_("How many have which status"), {**dict.fromkeys(Status, 0), "completed": 27})


class Group(Tally):
    """The missions that share one value."""

    code: str = told(_("The value"), "TRADE")
    title: Text = text(_("The value, in words"), "Trade", "贸易")


class Said(BaseModel):
    """What a source said of completion."""

    value: int = told(_("How many"), 100)
    total: int = told(_("Of how many, by the same source on the same day"), 104)
    measure: Measure = told(_("The source's own word"), "completed")
    day: date = told(_("The day it tells of"), "2024-03-02")
    source: Source = told(_("Who said so"))


class Beside(Completion):
    """What officials reported beside what the records document, for instruments that a figure covers together."""

    instruments: list[str] = told(_("Codes of the instruments"), ["XX"])
    reported: list[Said] = told(_("The newest figure of each measure"))


class Tallies(BaseModel):
    """The missions by each dimension that was asked for."""

    instrument: list[Group] = told(_("By instrument"), default=[])
    theme: list[Group] = told(_("By theme"), default=[])
    owner: list[Group] = told(_("By lead owner"), default=[])
    status: list[Group] = told(_("By status"), default=[])
    deadline: list[Group] = told(_("By deadline state"), default=[])
    kind: list[Group] = told(_("By kind"), default=[])
    provenance: list[Group] = told(_("By provenance"), default=[])
    area: list[Group] = told(_("By area: a mission counts in each of its areas"), default=[])


class Summary(BaseModel):
    """How many missions of a query stand how."""

    as_of: date = told(_("The day asked about"), "2024-03-02")
    known_at: date | None = told(_("The day by whose end something must have been known"), None)
    rule: Text = text(_("How the rate is counted"), "Completion rate = completed ÷ (all − withdrawn).", "完成率＝……")
    whole: Tally = told(_("All missions of the query"))
    tallies: Tallies = told(_("By dimension: the missions that share one value of it"))
    reported_beside_documented: list[Beside] = told(_("Officials' totals beside the records of whole instruments"))


class Figure(BaseModel):
    """A figure that officials published."""

    day: date = told(_("The day it tells of"), "2024-03-02")
    instrument: str | None = told(_("Code of the instrument; null: the programme as a whole"), "XX")
    covers: list[str] = told(_("Codes of the instruments that it covers"), ["XX"])
    indicator: Text = text(_("What it measures"), "Missions completed", "已完成任务")
    value: float = told(_("The value"), 100)
    unit: str = told(_("Unit, in English"), "missions")
    unit_zh: str = told(_("Unit, in Chinese"), "项")
    value_text: Text = text(_("Value and unit as each language writes them"), "100 missions", "100项")
    measure: Measure | None = told(_("Measure, where it can stand beside the records"), "completed")
    source: Source = told(_("Who said so"))
    beside: Completion | None = told(_("How the records of the same instruments stood on its day"))
