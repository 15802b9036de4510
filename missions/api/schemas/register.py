"""The register's records, each with its missions counted."""

from datetime import date

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel

from ...register.models import Level, Zone
from .common import Text, text, told
from .counts import Tally


class Instrument(BaseModel):
    """An instrument, and its missions of the query."""

    code: str = told(_("Code"), "XX")
    title: Text = text(_("Title"), "Framework plan", "总体方案")
    issuer: Text = text(_("Issuer"), "Government", "政府")
    issued_on: date | None = told(_("Day of issue"), "2021-02-24")
    official_total: int | None = told(_("How many missions it has, by the officials"), 104)
    citation: str = told(_("Address or citation"), "https://example.org/plan")
    notes: str = told(_("Notes, in English"), "The numbering is not published.")
    notes_zh: str = told(_("Notes, in Chinese"), "编号未公布。")
    missions: Tally = told(_("Its missions"))
    url: str = told(_("Its page in English"), "https://hub.example.org/en/instruments/XX/")
    url_zh: str = told(_("Its page in Chinese"), "https://hub.example.org/zh-hans/instruments/XX/")


class Theme(BaseModel):
    """A theme, and the missions of the query in it."""

    code: str = told(_("Code"), "TRADE")
    name: Text = text(_("Name"), "Trade", "贸易")
    missions: Tally = told(_("Its missions"))
    url: str = told(_("Its page in English"), "https://hub.example.org/en/themes/TRADE/")
    url_zh: str = told(_("Its page in Chinese"), "https://hub.example.org/zh-hans/themes/TRADE/")


class Area(BaseModel):
    """An area, and the missions of the query that name it. A mission counts in each of its areas."""

    code: str = told(_("Code"), "NORTH")
    name: Text = text(_("Name"), "Northern District", "北区")
    zone: Zone | None = told(_("Zone; null for an area that only groups those below it"), "core")
    province_or_city: str = told(_("Province or city, in English"), "Province")
    province_or_city_zh: str = told(_("Province or city, in Chinese"), "某省")
    parent: str | None = told(_("Code of the area above it"), "CITY")
    missions: Tally = told(_("The missions that name it"))
    with_those_below: Tally = told(_("The missions that name it or an area below it"))
    url: str = told(_("Its page in English"), "https://hub.example.org/en/areas/NORTH/")
    url_zh: str = told(_("Its page in Chinese"), "https://hub.example.org/zh-hans/areas/NORTH/")


class Organisation(BaseModel):
    """An organisation, and the missions of the query that it leads."""

    code: str = told(_("Code"), "DRC")
    name: Text = text(_("Name"), "Development and Reform Commission", "发展和改革委员会")
    level: Level = told(_("Level"), "municipal")
    parent: str | None = told(_("Code of the organisation above it"), "CITY")
    closed_on: date | None = told(_("The day it was closed"), None)
    missions: Tally = told(_("The missions that it leads itself"))
    with_those_below: Tally = told(_("The missions that it or an organisation below it leads"))
    url: str = told(_("Its page in English"), "https://hub.example.org/en/owners/DRC/")
    url_zh: str = told(_("Its page in Chinese"), "https://hub.example.org/zh-hans/owners/DRC/")
