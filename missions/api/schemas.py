"""Schemas of requests and responses. Descriptions are translated when openapi.json is built."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypedDict

from django.db.models import DateField, DecimalField, IntegerField
from django.utils.translation import gettext_noop as _
from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints, create_model

from .. import models
from ..columns import PLAIN
from ..models import EntryKind, Form, Kind, Measure, Provenance, State
from ..register.models import Level, Zone
from ..reports.report import as_text
from ..status import Basis, Deadline, Status


def doc(description: str, *example: Any, **more: Any) -> Any:
    return Field(description=description, examples=[*example] or None, **more)


# A string: pydantic would drop trailing zeros of the microseconds.
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


HASH = "5d41402abc4b2a76b9719d911017c592ae2f8c1b0e6d4f2a9c7b3e1d5f8a6c40"


class Text(TypedDict):
    """A text in both languages; a dictionary because a list of 1,000 missions has 5,000 of them."""

    en: Annotated[str, doc(_("In English"), "Build the exchange platform")]
    zh: Annotated[str, doc(_("In Chinese"), "建设交易平台")]


TEXT = {"en": "Build the exchange platform", "zh": "建设交易平台"}


def text(description: str, en: str = TEXT["en"], zh: str = TEXT["zh"]) -> Any:
    return doc(description, {"en": en, "zh": zh})


class Page[Item](BaseModel):
    total: int = doc(_("Number of records on all pages"), 1)
    page: int = doc(_("Number of this page"), 1)
    per_page: int = doc(_("Records per page"), 25)
    items: list[Item] = doc(_("Records on this page"))


class File(BaseModel):
    name: str = doc(_("Name of the file"), "notice.pdf")
    sha256: str = doc(_("SHA-256 of the file"), HASH)


class Source(BaseModel):
    key: str = doc(_("Key"), "plan-2021")
    title: str = doc(_("Title in its original language or in English"), "Framework plan")
    publisher: str = doc(_("Publisher"), "Municipal Government")
    published_on: date | None = doc(_("Date of publication"), "2021-02-24")
    url: str = doc(_("Address"), "https://example.org/plan")
    language: str = doc(_("Language"), "en")
    title_zh: str = doc(_("Title in Chinese, if different"), "总体方案")
    publisher_zh: str = doc(_("Publisher in Chinese"), "市政府")
    form: Form | Literal[""] = doc(_("Version that we read: original, copy, summary or translation"), "original")


class Mistake(BaseModel):
    parameter: str | None = doc(_("The parameter of the query"), "status", default=None)
    header: str | None = doc(_("The header"), None, default=None)
    field: str | None = doc(_("Path of the field in the body"), None, default=None)
    en: str = doc(_("Error message in English"), "“done” is not a valid choice.")
    zh: str = doc(_("Error message in Chinese"), "没有“done”这一选项。")


class Problem(BaseModel):
    """An error response (RFC 9457)."""

    type: str = doc(_("Kind of problem"), "about:blank")
    status: int = doc(_("Status code of the response"), 400)
    title: str = doc(_("Short title in both languages"), "Bad query / 查询参数有误")
    detail: str = doc(
        _("Explanation in both languages"), "These parameters cannot be read: status. / 以下参数无法识别：status。"
    )
    errors: list[Mistake] = doc(_("Errors in the request"))


class Completion(BaseModel):
    completed: int = doc(_("Number of completed missions"), 27)
    documented: int = doc(_("Number of completed missions with a public document and public evidence"), 25)
    counted: int = doc(_("Denominator of the rate: all missions that are not withdrawn"), 104)


class Tally(Completion):
    records: int = doc(_("Number of missions"), 104)
    statuses: dict[Status, int] = doc(_("Number of missions by status"), {**dict.fromkeys(Status, 0), "completed": 27})


class Group(Tally):
    code: str = doc(_("The value"), "TRADE")
    title: Text = text(_("Label of the value"), "Trade", "贸易")


class ReportedValue(BaseModel):
    __qualname__ = "Said"  # The schema has this name in openapi.json, so generated clients depend on it.

    value: int = doc(_("Number"), 100)
    total: int = doc(_("Total according to the same source on the same date"), 104)
    measure: Measure = doc(_("Term used by the source"), "completed")
    day: date = doc(_("Date of the figure"), "2024-03-02")
    source: Source = doc(_("Source"))


class Beside(Completion):
    instruments: list[str] = doc(_("Codes of the instruments"), ["XX"])
    reported: list[ReportedValue] = doc(_("The newest figure of each measure"))


class Tallies(BaseModel):
    instrument: list[Group] = doc(_("By instrument"), default=[])
    theme: list[Group] = doc(_("By theme"), default=[])
    owner: list[Group] = doc(_("By lead owner"), default=[])
    status: list[Group] = doc(_("By status"), default=[])
    deadline: list[Group] = doc(_("By deadline state"), default=[])
    kind: list[Group] = doc(_("By kind"), default=[])
    provenance: list[Group] = doc(_("By origin of the text"), default=[])
    area: list[Group] = doc(_("By area: a mission counts in each of its areas"), default=[])


class Summary(BaseModel):
    as_of: date = doc(_("Selected date"), "2024-03-02")
    known_at: date | None = doc(_("Date of the knowledge that the response is based on"), None)
    rule: Text = text(_("How the rate is calculated"), "Completion rate = completed ÷ (all − withdrawn).", "完成率＝……")
    whole: Tally = doc(_("All missions that match the query"))
    tallies: Tallies = doc(_("Missions by dimension and value"))
    reported_beside_documented: list[Beside] = doc(_("Official totals compared with the records of whole instruments"))


class Figure(BaseModel):
    day: date = doc(_("Date of the figure"), "2024-03-02")
    instrument: str | None = doc(_("Code of the instrument; null: the programme as a whole"), "XX")
    covers: list[str] = doc(_("Codes of the instruments that it covers"), ["XX"])
    indicator: Text = text(_("What it measures"), "Missions completed", "已完成任务")
    value: float = doc(_("The value"), 100)
    unit: str = doc(_("Unit, in English"), "missions")
    unit_zh: str = doc(_("Unit, in Chinese"), "项")
    value_text: Text = text(_("Value with unit in each language"), "100 missions", "100项")
    measure: Measure | None = doc(_("Measure, if comparable with the records"), "completed")
    source: Source = doc(_("Source"))
    beside: Completion | None = doc(_("Counts of the same instruments on that date"))


# Written as in CSV and JSON: without trailing zeros.
PlainDecimal = Annotated[Decimal, PlainSerializer(as_text, return_type=str)]
# Type and example of a plain column, by its field; any other field is a text.
TYPES = {DecimalField: (PlainDecimal, "12.5"), IntegerField: (int, 12), DateField: (date, "2025-12-31")}


def with_plain_columns[Schema: BaseModel](schema: type[Schema]) -> type[Schema]:
    """Add the plain columns of a mission that the schema does not describe."""
    fields: dict[str, Any] = {}
    for column in PLAIN:
        if column.name not in schema.model_fields:
            field: Any = models.Mission._meta.get_field(column.name)
            kind: Any
            kind, example = next((each for of, each in TYPES.items() if isinstance(field, of)), (str, "…"))
            with override(None, deactivate=True):  # the description is translated later, by its msgid
                label = str(field.verbose_name)
            fields[column.name] = (kind | None if field.null else kind, doc(label, example))
    return create_model(schema.__name__, __base__=schema, __doc__=schema.__doc__, **fields) if fields else schema


@with_plain_columns
class Mission(BaseModel):
    code: str = doc(_("Code, which never changes"), "XX-012")
    instrument: str = doc(_("Code of the instrument"), "XX")
    number: int = doc(_("Number in its instrument"), 12)
    title: Text = text(_("Title"))
    status: Status = doc(_("Status"), "in_progress")
    status_label: Text = text(_("Label of the status"), "In progress", "推进中")
    status_since: date = doc(_("Date since which the status is the same"), "2023-11-05")
    deadline: Deadline = doc(_("Deadline state"), "on_time")
    deadline_label: Text = text(_("Label of the deadline state"), "Not yet due", "未到期")
    due: date | None = doc(_("Due date; null if there is none"), "2025-12-31")
    due_first: date | None = doc(_("First due date; null if there never was one"), "2025-12-31")
    due_moves: int = doc(_("How often the due date was moved"), 0)
    owner: str = doc(_("Code of the lead owner"), "DRC")
    owner_name: Text = text(_("Lead owner"), "Development and Reform Commission", "发展和改革委员会")
    supporting_owners: list[str] = doc(_("Codes of the supporting owners"), ["CC"])
    theme: str = doc(_("Code of the theme"), "TRADE")
    theme_name: Text = text(_("Theme"), "Trade", "贸易")
    areas: list[str] = doc(_("Codes of the areas"), ["NORTH"])
    kind: Kind = doc(_("Kind"), "platform")
    provenance: Provenance = doc(_("Where the text comes from"), "editorial-split")
    clause: str = doc(_("Clause of the document, in English"), "Section 3, paragraph 2")
    clause_zh: str = doc(_("Clause of the document, in Chinese"), "第三部分第二段")
    url: str = doc(_("Its page in English"), "https://hub.example.org/en/missions/XX-012/")
    url_zh: str = doc(_("Its page in Chinese"), "https://hub.example.org/zh-hans/missions/XX-012/")


class Evidence(BaseModel):
    title: str = doc(_("Title in its original language or in English"), "Notice on the exchange platform", default="")
    publisher: str = doc(_("Publisher"), "Municipal Government", default="")
    published_on: date | None = doc(_("Date of publication"), "2023-11-06", default=None)
    url: str = doc(_("Address"), "https://example.org/notice", default="")
    event_on: date | None = doc(_("Date of the reported event"), "2023-11-05", default=None)
    file: File | None = doc(_("File, if there is one"), None, default=None)
    sha256: str | None = doc(_("SHA-256 of evidence that is not public"), None, default=None)


class Entry(BaseModel):
    """A line of `ledger.jsonl` with later facts; `evidence` names a source as registered now."""

    id: int = doc(_("Number of the entry"), 287)
    mission: str = doc(_("Code of the mission"), "XX-012")
    kind: EntryKind = doc(_("Kind of entry"), "report")
    status: Status = doc(_("Status that the entry sets or keeps"), "in_progress")
    previous: Status | None = doc(_("Status in force on that date, as known when it was recorded"), "not_started")
    due: date | None = doc(_("Due date that the entry sets"), None)
    effective_on: date = doc(_("Effective date"), "2023-11-05")
    recorded_at: Moment = doc(_("Time of recording"), "2023-11-07T02:00:00.000000Z")
    corrects: int | None = doc(_("Number of the entry it corrects"), None)
    basis: Basis = doc(_("Basis"), "document")
    headline_en: str = doc(_("Reason, in English"), "Construction has begun")
    headline_zh: str = doc(_("Reason, in Chinese"), "平台开工建设")
    evidence: list[Evidence] = doc(_("What supports it"))
    decided_by: str = doc(_("Who decided on the due date; omitted if not stated"), "", default="")
    reported_by: str = doc(_("Code of the reporting organisation; omitted if not stated"), "", default="")
    prev_hash: str = doc(_("Hash of the previous entry"), HASH[::-1])
    hash: str = doc(_("SHA-256 of the other fields of its line in canonical form"), HASH)
    corrected_by: int | None = doc(_("Number of the correction that takes its place"), None)
    before: Status | None = doc(_("Status in force just before, by all that is known"), "not_started")
    is_confirmation: bool = doc(_("Whether it only confirms the current state"), False)


class MissionInFull(Mission):
    description: Text = text(_("Description"), "A platform on which …", "建设……平台")
    provenance_sentence: Text = text(
        _("Sentence on where the text comes from"), "The text is official.", "文本为官方发布。"
    )
    sources: list[Source] = doc(_("Where the wording comes from"))
    replaces: list[str] = doc(_("Codes of the missions that it replaces"), [])
    replaced_by: list[str] = doc(_("Codes of the missions that replace it"), [])
    ledger: list[Entry] = doc(_("Its entries, oldest first"))


class Change(BaseModel):
    id: int = doc(_("Number of the entry"), 287)
    mission: str = doc(_("Code of the mission"), "XX-012")
    title: Text = text(_("Title of the mission"))
    instrument: str = doc(_("Code of the instrument"), "XX")
    owner: str = doc(_("Code of the lead owner"), "DRC")
    theme: str = doc(_("Code of the theme"), "TRADE")
    kind: EntryKind = doc(_("Kind of entry"), "report")
    day: date = doc(
        _("The date it is listed under: when it took effect; for a correction, when it was recorded"), "2023-11-05"
    )
    effective_on: date = doc(_("Effective date"), "2023-11-05")
    recorded_at: Moment = doc(_("Time of recording"), "2023-11-07T02:00:00.000000Z")
    status: Status | None = doc(_("Status that the entry sets"), "in_progress")
    before: Status | None = doc(_("Status in force just before, by all that is known"), "not_started")
    is_confirmation: bool = doc(_("Whether it only confirms the current state"), False)
    due: date | None = doc(_("Due date that the entry sets"), None)
    due_before: date | None = doc(_("Due date in force just before, by all that is known"), None)
    decided_by: str = doc(_("Who decided on the due date, if stated"), "", default="")
    reported_by: str | None = doc(_("Code of the reporting organisation, if stated"), "DRC")
    corrects: int | None = doc(_("Number of the entry it corrects"), None)
    corrected_by: int | None = doc(_("Number of the correction that takes its place"), None)
    basis: Basis = doc(_("Basis"), "document")
    headline: Text = text(_("Reason"), "Construction has begun", "平台开工建设")
    evidence: list[Evidence] = doc(_("Public evidence"))
    url: str = doc(_("The entry on the page of its mission"), "https://hub.example.org/en/missions/XX-012/#change-287")
    url_zh: str = doc(_("The same in Chinese"), "https://hub.example.org/zh-hans/missions/XX-012/#change-287")


class Instrument(BaseModel):
    code: str = doc(_("Code"), "XX")
    title: Text = text(_("Title"), "Framework plan", "总体方案")
    issuer: Text = text(_("Issuer"), "Government", "政府")
    issued_on: date | None = doc(_("Date of issue"), "2021-02-24")
    official_total: int | None = doc(_("Official number of missions"), 104)
    citation: str = doc(_("Address or citation"), "https://example.org/plan")
    notes: str = doc(_("Notes, in English"), "The numbering is not published.")
    notes_zh: str = doc(_("Notes, in Chinese"), "编号未公布。")
    missions: Tally = doc(_("Its missions"))
    url: str = doc(_("Its page in English"), "https://hub.example.org/en/instruments/XX/")
    url_zh: str = doc(_("Its page in Chinese"), "https://hub.example.org/zh-hans/instruments/XX/")


class Theme(BaseModel):
    code: str = doc(_("Code"), "TRADE")
    name: Text = text(_("Name"), "Trade", "贸易")
    missions: Tally = doc(_("Its missions"))
    url: str = doc(_("Its page in English"), "https://hub.example.org/en/themes/TRADE/")
    url_zh: str = doc(_("Its page in Chinese"), "https://hub.example.org/zh-hans/themes/TRADE/")


class Area(BaseModel):
    code: str = doc(_("Code"), "NORTH")
    name: Text = text(_("Name"), "Northern District", "北区")
    zone: Zone | None = doc(_("Zone; null for an area that only groups other areas"), "core")
    province_or_city: str = doc(_("Province or city, in English"), "Province")
    province_or_city_zh: str = doc(_("Province or city, in Chinese"), "某省")
    parent: str | None = doc(_("Code of the area above it"), "CITY")
    missions: Tally = doc(_("Missions that name the area"))
    with_those_below: Tally = doc(_("Missions that name the area or one below it"))
    url: str = doc(_("Its page in English"), "https://hub.example.org/en/areas/NORTH/")
    url_zh: str = doc(_("Its page in Chinese"), "https://hub.example.org/zh-hans/areas/NORTH/")


class Organisation(BaseModel):
    code: str = doc(_("Code"), "DRC")
    name: Text = text(_("Name"), "Development and Reform Commission", "发展和改革委员会")
    level: Level = doc(_("Level"), "municipal")
    parent: str | None = doc(_("Code of the organisation above it"), "CITY")
    closed_on: date | None = doc(_("Date of closure"), None)
    missions: Tally = doc(_("Missions that it leads"))
    with_those_below: Tally = doc(_("Missions led by it or an organisation below it"))
    url: str = doc(_("Its page in English"), "https://hub.example.org/en/owners/DRC/")
    url_zh: str = doc(_("Its page in Chinese"), "https://hub.example.org/zh-hans/owners/DRC/")


class Programme(BaseModel):
    name: Text = text(_("Name"), "International Open Hub", "国际开放枢纽")
    short_name: Text = text(_("Short name"), "Open Hub", "枢纽")
    about: Text = text(_("What it is"), "The hub covers two cities.", "枢纽地跨两市。")


class Revision(BaseModel):
    name: Text = text(_("Name of the site"), "Hub Tracker", "枢纽任务跟踪")
    programme: Programme | None = doc(_("The programme; null if none is recorded"))
    revision: int = doc(_("Revision number; increases with every public change"), 412)
    advanced_at: Moment = doc(_("When the revision last advanced"), "2024-03-02T08:15:00.000000Z")
    entry: int = doc(_("Number of the latest ledger entry"), 287)
    ledger_head: str = doc(_("Hash of the latest ledger entry"), HASH)
    today: date = doc(_("Default of the selected date"), "2024-03-02")
    licence: str = doc(_("Licence of the data"), "https://creativecommons.org/licenses/by/4.0/")
    links: dict[str, str] = doc(
        _("Addresses of the other resources"), {"missions": "https://hub.example.org/api/v1/missions"}
    )


class ReportFile(BaseModel):
    name: str = doc(_("Name of the file"), "hubtracker_2024-03-02_r412_en_1a2b3c4d.pdf")
    language: str = doc(_("Language: en, zh or both"), "both")
    media_type: str = doc(_("Media type"), "application/pdf")
    size: int = doc(_("Size in bytes"), 120934)
    sha256: str = doc(_("SHA-256 of the file"), HASH)
    url: str = doc(_("Address"), "https://hub.example.org/en/reports/2024-03-02/report.pdf")


class Report(BaseModel):
    slug: str = doc(_("Identifier in the address"), "2024-03-02-completion")
    title: Text = text(_("Title"), "Completion report", "完成情况报告")
    query: str = doc(_("Its query"), "as_of=2024-03-02&lang=both")
    as_of: date = doc(_("Selected date"), "2024-03-02")
    known_at: date | None = doc(_("Date of the knowledge that the response is based on"), None)
    count: int = doc(_("Number of missions"), 145)
    revision: int = doc(_("Number of the revision"), 412)
    advanced_at: Moment = doc(_("When the revision last advanced"), "2024-03-02T08:15:00.000000Z")
    ledger_head: str = doc(_("Hash of the latest ledger entry"), HASH)
    published_at: Moment = doc(_("When it was published"), "2024-03-04T01:00:00.000000Z")
    seal: str = doc(_("SHA-256 of the published content and the previous seal"), HASH)
    supersedes: str | None = doc(_("Report that it corrects"), None)
    superseded_by: str | None = doc(_("Report that corrects it"), None)
    reason: Text | None = doc(_("Reason for the new edition"), None)
    files: list[ReportFile] = doc(_("Its files"))
    url: str = doc(_("Its page in English"), "https://hub.example.org/en/reports/2024-03-02-completion/")
    url_zh: str = doc(_("Its page in Chinese"), "https://hub.example.org/zh-hans/reports/2024-03-02-completion/")


DAY = {"format": "date"}
# The form would ignore a row without a title.
NonBlank = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Citation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: NonBlank = doc(_("Title in its original language"), "Notice on the exchange platform", max_length=500)
    url: str = doc(_("Address"), "https://example.org/notice", default="", max_length=1000)
    publisher: str = doc(_("Publisher"), "Municipal Government", default="", max_length=300)
    published_on: str | None = doc(_("Date of publication"), "2023-11-06", default=None, json_schema_extra=DAY)
    event_on: str | None = doc(_("Date of the reported event"), "2023-11-05", default=None, json_schema_extra=DAY)
    is_public: bool = doc(
        _("Whether the evidence is public; if not, only its SHA-256 is published"), True, default=True
    )


class Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mission: str = doc(_("Code of the mission"), "XX-012", max_length=20, pattern=r"^[A-Za-z0-9_.-]*$")
    kind: Literal["report", "deadline"] = doc(_("A status report or a new due date"), "report", default="report")
    status: Status | None = doc(_("Status (reports only)"), "completed", default=None)
    due: str | None = doc(
        _("New due date (required for “deadline”); null removes the due date"),
        None,
        default=None,
        json_schema_extra=DAY,
    )
    decided_by: str = doc(
        _("Who decided on the new due date; the coordinator can add it"), "", default="", max_length=200
    )
    effective_on: str = doc(_("Effective date, not the date of the report"), "2023-11-05", json_schema_extra=DAY)
    basis: Basis = doc(_("Basis"), "document")
    headline_zh: str = doc(
        _("Reason in one sentence, in Chinese; one language is enough"), "平台已建成", default="", max_length=300
    )
    headline_en: str = doc(_("The same in English"), "The platform is built", default="", max_length=300)
    reported_by: str = doc(
        _("Code of the reporting organisation (coordinators only)"),
        "",
        default="",
        max_length=20,
        pattern=r"^[A-Za-z0-9_.-]*$",
    )
    evidence: list[Citation] = doc(_("Evidence; required for “completed”"), default=[], max_length=10)
    note: str = doc(_("Note to the reviewer; never published"), "", default="", max_length=2000)
    built_on: int | None = doc(
        _("Number of the newest entry known to the sender; rejected if there is a newer one"),
        287,
        default=None,
        ge=0,
    )
    submit: bool = doc(_("Whether to submit it to the coordinators; false saves a draft"), True, default=True)


class Received(BaseModel):
    key: str = doc(_("Key: the Idempotency-Key of the submission"), "0b8f7c1e-6a53-4f0e-9a53-1c1f6f6d2f11")
    mission: str = doc(_("Code of the mission"), "XX-012")
    kind: str = doc(_("Kind of entry"), "report")
    state: State = doc(_("State"), "submitted")
    state_label: Text = text(_("Label of the state"), "Submitted", "已报送")
    reason: str = doc(_("Reason for the return; empty if not returned"), "")
    entry: int | None = doc(_("Number of the published entry; null until published"), None)
    received_at: Moment = doc(_("Time of receipt"), "2023-11-07T02:00:00.000000Z")
    url: str = doc(_("Its page in the back office"), "https://hub.example.org/admin/missions/submission/12/change/")
