"""Frozen reports, and the state of the data."""

from datetime import date

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel

from .common import HASH, Moment, Text, text, told


class Programme(BaseModel):
    """The programme that the site tracks, in its own words."""

    name: Text = text(_("Name"), "International Open Hub", "国际开放枢纽")
    short_name: Text = text(_("Short name"), "Open Hub", "枢纽")
    about: Text = text(_("What it is"), "The hub covers two cities.", "枢纽地跨两市。")


class Revision(BaseModel):
    """Which state of the data the site has."""

    name: Text = text(_("Name of the site"), "Hub Tracker", "枢纽任务跟踪")
    programme: Programme | None = told(_("The programme; null where none is recorded"))
    revision: int = told(_("Number of the revision; it grows with every change that the public can see"), 412)
    advanced_at: Moment = told(_("When the revision last advanced"), "2024-03-02T08:15:00.000000Z")
    entry: int = told(_("Number of the newest entry of the ledger"), 287)
    ledger_head: str = told(_("Hash of the newest entry of the ledger"), HASH)
    today: date = told(_("The day that is asked about where no day is named"), "2024-03-02")
    licence: str = told(_("Licence of the data"), "https://creativecommons.org/licenses/by/4.0/")
    links: dict[str, str] = told(_("Where everything else is"), {"missions": "https://hub.example.org/api/v1/missions"})


class ReportFile(BaseModel):
    name: str = told(_("Name of the file"), "hubtracker_2024-03-02_r412_en_1a2b3c4d.pdf")
    language: str = told(_("Language: en, zh or both"), "both")
    media_type: str = told(_("Media type"), "application/pdf")
    size: int = told(_("Size in bytes"), 120934)
    sha256: str = told(_("SHA-256 of the file"), HASH)
    url: str = told(_("Where it is"), "https://hub.example.org/en/reports/2024-03-02/report.pdf")


class Report(BaseModel):
    """A frozen report, with its files."""

    slug: str = told(_("Its place in the address"), "2024-03-02-completion")
    title: Text = text(_("Title"), "Completion report", "完成情况报告")
    query: str = told(_("Its query"), "as_of=2024-03-02&lang=both")
    as_of: date = told(_("The day asked about"), "2024-03-02")
    known_at: date | None = told(_("The day by whose end something must have been known"), None)
    count: int = told(_("How many missions"), 145)
    revision: int = told(_("Number of the revision"), 412)
    advanced_at: Moment = told(_("When the revision last advanced"), "2024-03-02T08:15:00.000000Z")
    ledger_head: str = told(_("Hash of the newest entry of the ledger"), HASH)
    published_at: Moment = told(_("When it was published"), "2024-03-04T01:00:00.000000Z")
    seal: str = told(_("SHA-256 of all that is published of it, and of the seal before it"), HASH)
    supersedes: str | None = told(_("The report whose corrected edition it is"), None)
    superseded_by: str | None = told(_("Its own corrected edition"), None)
    reason: Text | None = told(_("Why a new edition was needed"), None)
    files: list[ReportFile] = told(_("Its files"))
    url: str = told(_("Its page in English"), "https://hub.example.org/en/reports/2024-03-02-completion/")
    url_zh: str = told(_("Its page in Chinese"), "https://hub.example.org/zh-hans/reports/2024-03-02-completion/")
