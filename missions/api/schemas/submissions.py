"""What a system of an office sends, and what it hears of it."""

from typing import Annotated, Literal

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, ConfigDict, StringConstraints

from ...models import State
from ...status import Basis, Status
from .common import Moment, Text, text, told

DAY = {"format": "date"}
# Blank, it would be taken for a row of the form that nobody filled in.
Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Citation(BaseModel):
    """What supports a submission."""

    model_config = ConfigDict(extra="forbid")

    title: Filled = told(_("Title, in its own language"), "Notice on the exchange platform", max_length=500)
    url: str = told(_("Address"), "https://example.org/notice", default="", max_length=1000)
    publisher: str = told(_("Publisher"), "Municipal Government", default="", max_length=300)
    published_on: str | None = told(_("Day of publication"), "2023-11-06", default=None, json_schema_extra=DAY)
    event_on: str | None = told(
        _("Day of the event that it reports on"), "2023-11-05", default=None, json_schema_extra=DAY
    )
    is_public: bool = told(_("Whether the public may see it; otherwise it sees the SHA-256 alone"), True, default=True)


class Submission(BaseModel):
    """What an office wants to have recorded: it says what the form in the back office says."""

    model_config = ConfigDict(extra="forbid")

    mission: str = told(_("Code of the mission"), "XX-012", max_length=20, pattern=r"^[A-Za-z0-9_.-]*$")
    kind: Literal["report", "deadline"] = told(
        _("A status report, or a new due date, which a coordinator publishes"), "report", default="report"
    )
    status: Status | None = told(_("Of a report: the status"), "completed", default=None)
    due: str | None = told(
        _("Of a new due date, and needed there: that day; null: from now on there is none"),
        None,
        default=None,
        json_schema_extra=DAY,
    )
    decided_by: str = told(
        _("Of a new due date: who decided on it; the coordinator can fill it in"), "", default="", max_length=200
    )
    effective_on: str = told(
        _("The day on which it became true, not the day of this report"), "2023-11-05", json_schema_extra=DAY
    )
    basis: Basis = told(_("Basis"), "document")
    headline_zh: str = told(
        _("The reason in one sentence, in Chinese; one language is enough"), "平台已建成", default="", max_length=300
    )
    headline_en: str = told(_("The same in English"), "The platform is built", default="", max_length=300)
    reported_by: str = told(
        _("Of a coordinator: code of the organisation that it comes from; an editor's is the own"),
        "",
        default="",
        max_length=20,
        pattern=r"^[A-Za-z0-9_.-]*$",
    )
    evidence: list[Citation] = told(_("What supports it; “completed” needs evidence"), default=[], max_length=10)
    note: str = told(_("Note to the reviewer, which is never public"), "", default="", max_length=2000)
    built_on: int | None = told(
        _("Number of the newest entry of the mission that the sender knows: refused if there is a newer one"),
        287,
        default=None,
        ge=0,
    )
    submit: bool = told(_("Whether it goes to the coordinators; false: it is kept as a draft"), True, default=True)


class Received(BaseModel):
    """A submission, and what has become of it."""

    key: str = told(_("Its key: the Idempotency-Key with which it was sent"), "0b8f7c1e-6a53-4f0e-9a53-1c1f6f6d2f11")
    mission: str = told(_("Code of the mission"), "XX-012")
    kind: str = told(_("Kind of entry"), "report")
    state: State = told(_("State"), "submitted")
    state_label: Text = text(_("State, in words"), "Submitted", "已报送")
    reason: str = told(_("Why it was returned; empty where it was not"), "")
    entry: int | None = told(_("Number of the entry that it became; null until it is published"), None)
    received_at: Moment = told(_("When it came in"), "2023-11-07T02:00:00.000000Z")
    url: str = told(_("Its page in the back office"), "https://hub.example.org/admin/missions/submission/12/change/")
