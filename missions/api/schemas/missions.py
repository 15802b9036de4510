"""Missions, entries of the ledger, changes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField, IntegerField
from django.utils.translation import gettext_noop as _
from django.utils.translation import override
from pydantic import BaseModel, create_model

from ... import models
from ...columns import PLAIN
from ...models import EntryKind, Kind, Provenance
from ...status import Basis, Deadline, Status
from .common import HASH, File, Moment, Source, Text, text, told

TYPES = {DecimalField: Decimal, IntegerField: int, DateField: date}


def with_plain_columns[Schema: BaseModel](schema: type[Schema]) -> type[Schema]:
    """Add the plain columns of a mission that the schema does not describe."""
    fields: dict[str, Any] = {}
    for column in PLAIN:
        if column.name not in schema.model_fields:
            field: Any = models.Mission._meta.get_field(column.name)
            kind: Any = next((each for of, each in TYPES.items() if isinstance(field, of)), str)
            with override(None, deactivate=True):  # the description is translated later, by its msgid
                label = str(field.verbose_name)
            fields[column.name] = (kind | None if field.null else kind, told(label))
    return create_model(schema.__name__, __base__=schema, __doc__=schema.__doc__, **fields) if fields else schema


@with_plain_columns
class Mission(BaseModel):
    """A mission as it stood on the day asked about."""

    code: str = told(_("Code, which never changes"), "XX-012")
    instrument: str = told(_("Code of the instrument"), "XX")
    number: int = told(_("Number in its instrument"), 12)
    title: Text = text(_("Title"))
    status: Status = told(_("Status"), "in_progress")
    status_label: Text = text(_("Status, in words"), "In progress", "推进中")
    status_since: date = told(_("First day of the present run of equal statuses"), "2023-11-05")
    deadline: Deadline = told(_("Deadline state"), "on_time")
    deadline_label: Text = text(_("Deadline state, in words"), "Not yet due", "未到期")
    due: date | None = told(_("Due date; null where there is none"), "2025-12-31")
    due_first: date | None = told(_("The first due date; null where there never was one"), "2025-12-31")
    due_moves: int = told(_("How often the due date was moved"), 0)
    owner: str = told(_("Code of the lead owner"), "DRC")
    owner_name: Text = text(_("Lead owner"), "Development and Reform Commission", "发展和改革委员会")
    supporting_owners: list[str] = told(_("Codes of the supporting owners"), ["CC"])
    theme: str = told(_("Code of the theme"), "TRADE")
    theme_name: Text = text(_("Theme"), "Trade", "贸易")
    areas: list[str] = told(_("Codes of the areas"), ["NORTH"])
    kind: Kind = told(_("Kind"), "platform")
    provenance: Provenance = told(_("Where the text comes from"), "editorial-split")
    clause: str = told(_("Clause of the document, in English"), "Section 3, paragraph 2")
    clause_zh: str = told(_("Clause of the document, in Chinese"), "第三部分第二段")
    url: str = told(_("Its page in English"), "https://hub.example.org/en/missions/XX-012/")
    url_zh: str = told(_("Its page in Chinese"), "https://hub.example.org/zh-hans/missions/XX-012/")


class Evidence(BaseModel):
    """What is cited, a source as it is on record now; of evidence that is not public, the SHA-256 alone."""

    title: str = told(_("Title, in its own language or in English"), "Notice on the exchange platform", default="")
    publisher: str = told(_("Publisher"), "Municipal Government", default="")
    published_on: date | None = told(_("Day of publication"), "2023-11-06", default=None)
    url: str = told(_("Address"), "https://example.org/notice", default="")
    event_on: date | None = told(_("Day of the event that it reports on"), "2023-11-05", default=None)
    file: File | None = told(_("The file, where there is one"), None, default=None)
    sha256: str | None = told(_("SHA-256 of what is cited, where it is not public"), None, default=None)


class Entry(BaseModel):
    """An entry of the ledger: the fields of its line in `ledger.jsonl`, and what became of it.

    `evidence` names a source as it is on record now; the line holds what was recorded.
    """

    id: int = told(_("Number of the entry"), 287)
    mission: str = told(_("Code of the mission"), "XX-012")
    kind: EntryKind = told(_("Kind of entry"), "report")
    status: Status = told(_("Status that the entry sets or keeps"), "in_progress")
    previous: Status | None = told(_("Status in force on that day, as known when it was recorded"), "not_started")
    due: date | None = told(_("Due date that the entry sets"), None)
    effective_on: date = told(_("Day on which it became true"), "2023-11-05")
    recorded_at: Moment = told(_("When this site was told"), "2023-11-07T02:00:00.000000Z")
    corrects: int | None = told(_("Number of the entry that it takes the place of"), None)
    basis: Basis = told(_("Basis"), "document")
    headline_en: str = told(_("Reason, in English"), "Construction has begun")
    headline_zh: str = told(_("Reason, in Chinese"), "平台开工建设")
    evidence: list[Evidence] = told(_("What supports it"))
    decided_by: str = told(_("Who decided on the due date; left out where nobody is named"), "", default="")
    reported_by: str = told(
        _("Code of the organisation that it comes from; left out where none is named"), "", default=""
    )
    prev_hash: str = told(_("Hash of the entry before it in the ledger"), HASH[::-1])
    hash: str = told(_("SHA-256 of the other fields of its line in canonical form"), HASH)
    corrected_by: int | None = told(_("Number of the correction that takes its place"), None)
    before: Status | None = told(_("Status in force just before, by all that is known"), "not_started")
    is_confirmation: bool = told(_("Whether it says only what was in force already"), False)


class MissionInFull(Mission):
    """A mission with its text, its sources and its ledger."""

    description: Text = text(_("Description"), "A platform on which …", "建设……平台")
    provenance_sentence: Text = text(
        _("Where the text comes from, in a sentence"), "The text is official.", "文本为官方发布。"
    )
    sources: list[Source] = told(_("Sources of the text"))
    replaces: list[str] = told(_("Codes of the missions whose place it takes"), [])
    replaced_by: list[str] = told(_("Codes of the missions that take its place"), [])
    ledger: list[Entry] = told(_("Its entries, oldest first"))


class Change(BaseModel):
    """An entry but an opening, with what was true before it."""

    id: int = told(_("Number of the entry"), 287)
    mission: str = told(_("Code of the mission"), "XX-012")
    title: Text = text(_("Title of the mission"))
    instrument: str = told(_("Code of the instrument"), "XX")
    owner: str = told(_("Code of the lead owner"), "DRC")
    theme: str = told(_("Code of the theme"), "TRADE")
    kind: EntryKind = told(_("Kind of entry"), "report")
    day: date = told(_("The day it is listed under: it took effect then; a correction was recorded then"), "2023-11-05")
    effective_on: date = told(_("Day on which it became true"), "2023-11-05")
    recorded_at: Moment = told(_("When this site was told"), "2023-11-07T02:00:00.000000Z")
    status: Status | None = told(_("Status that the entry sets"), "in_progress")
    before: Status | None = told(_("Status in force just before, by all that is known"), "not_started")
    is_confirmation: bool = told(_("Whether it says only what was in force already"), False)
    due: date | None = told(_("Due date that the entry sets"), None)
    due_before: date | None = told(_("Due date in force just before, by all that is known"), None)
    decided_by: str = told(_("Who decided on the due date, where somebody is named"), "", default="")
    reported_by: str | None = told(_("Code of the organisation that it comes from, where one is named"), "DRC")
    corrects: int | None = told(_("Number of the entry that it takes the place of"), None)
    corrected_by: int | None = told(_("Number of the correction that takes its place"), None)
    basis: Basis = told(_("Basis"), "document")
    headline: Text = text(_("Reason"), "Construction has begun", "平台开工建设")
    evidence: list[Evidence] = told(_("What supports it, as far as it is public"))
    url: str = told(_("The entry on the page of its mission"), "https://hub.example.org/en/missions/XX-012/#change-287")
    url_zh: str = told(_("The same in Chinese"), "https://hub.example.org/zh-hans/missions/XX-012/#change-287")
