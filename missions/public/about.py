"""The pages About and Data."""

import json
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..days import today
from ..ledger.entries import canonical
from ..models import EntryKind, Head, Instrument, Measure, Mission, Programme, Provenance, StatusChange
from ..opendata import dictionary, ledger, package
from ..query.dictionary import (
    change_columns,
    change_parameters,
    evidence_columns,
    mission_columns,
    mission_parameters,
    report_parameters,
)
from ..register.mission import PROVENANCE_SENTENCES
from ..reports.formats import offered
from ..status import DUE_SOON, Basis, Deadline, Status
from .pages import Page

# Anchor → heading. Other sites link to the anchors.
ABOUT = {
    "what": _("What this is, and what it is not"),
    "statuses": _("Statuses"),
    "deadlines": _("Deadline states"),
    "entries": _("Entries and their basis"),
    "counting": _("Counting"),
    "provenance": _("Where the text comes from"),
    "clocks": _("Past dates"),
    "verify": _("How to verify"),
    "corrections": _("Corrections"),
    "accessibility": _("Accessibility"),
    "privacy": _("Privacy"),
    "languages": _("Languages"),
    "licence": _("Licence"),
    "contact": _("Contact"),
}
DATA = {
    "files": _("What can be downloaded"),
    "copy": _("Keep a copy"),
    "verify": _("Verify"),
    "query": _("The query language"),
    "columns": _("Columns of the files"),
    "properties": _("What every file states"),
    "versions": _("Versions"),
    "licence": _("Licence"),
    "cite": _("How to cite"),
}

DEADLINES = {
    Deadline.NONE: _(
        "There is no due date, or the mission is withdrawn. One that was taken away is shown with the first date."
    ),
    Deadline.ON_TIME: _("Open, with more than %(days)d days left."),
    Deadline.DUE_SOON: _("Open, with %(days)d days or fewer left, up to and including the due date."),
    Deadline.OVERDUE: _("Open, from the day after the due date; paused missions too."),
    Deadline.MET: _("Completed by the first due date."),
    Deadline.MET_LATE: _("Completed after the first due date."),
}
ENTRIES = {
    EntryKind.OPENING: _("The mission exists since the date of issue, with the due date in the document, if any."),
    EntryKind.REPORT: _(
        "A status since a date, with its reason and evidence. A report that "
        "repeats the current status is a confirmation."
    ),
    EntryKind.DEADLINE: _("A new due date, with who decided it and why. The status stays."),
    EntryKind.CORRECTION: _("Takes the place of one entry, which stays and is shown as corrected."),
}
BASES = {
    Basis.DOCUMENT: _("A public source is cited."),
    Basis.OWNER: _("Stated by the owner."),
    Basis.COLLECTIVE: _("Only a joint statement on many missions covers it."),
}


class About(Page):
    template_name = "public/about.html"
    title = _("About")
    description = _(
        "What the statuses mean, by what rule missions are counted, where their texts come from, and how to verify it."
    )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            contents=ABOUT,
            programme=Programme.objects.first(),
            statuses=[(status, status.row.meaning, [s for s in Status if s in status.row.next]) for status in Status],
            deadlines=[(state, DEADLINES[state] % {"days": DUE_SOON.days}) for state in Deadline],
            entries=ENTRIES,
            bases=BASES,
            measures=Measure,
            vocabulary=Status,
            contact=contact(),
            **self.provenance(),
            **self.examples(),
            **kwargs,
        )
        return context | newest_entry(context["head"])

    def provenance(self):
        missions = Mission.objects.public(*self.clocks).order_by()
        counts = Counter(missions.values_list("instrument", "provenance"))
        instruments = [
            (instrument, [(kind, n) for kind in Provenance if (n := counts[instrument.pk, kind])])
            for instrument in Instrument.objects.public()
        ]
        return {
            "instruments": instruments,
            "provenances": [
                (kind, PROVENANCE_SENTENCES[kind], sum(n for (_i, of), n in counts.items() if of == kind))
                for kind in Provenance
            ],
        }

    def examples(self):
        return {"year_ago": today() - timedelta(days=365), "first_day": StatusChange.objects.recorded_since()}


def contact() -> str:
    """Return the address for replies; "" for noreply or none."""
    address = settings.DEFAULT_FROM_EMAIL
    return "" if address.startswith(("noreply@", "no-reply@")) else address


def newest_entry(head):
    entry = StatusChange.objects.filter(pk=head.entry).prefetch_related("mission", "evidence__file").first()
    return {"newest": entry, "line": canonical(entry.public_line()) if entry else ""}


LICENCE = "https://creativecommons.org/licenses/by/4.0/"
EXAMPLE = "status=in_progress&status=paused&sort=-due"


class Data(Page):
    template_name = "public/data.html"
    title = _("Data")
    description = _(
        "The missions, their status and all changes as open data: the data set, the "
        "ledger, files, feeds and an API, with a dictionary."
    )

    def get_context_data(self, **kwargs):
        formats = offered(Mission.objects.public(*self.clocks).count())
        context = super().get_context_data(
            contents=DATA,
            queries={
                _("Every list of missions"): mission_parameters(self.request.LANGUAGE_CODE),
                _("Parameters of changes only"): change_parameters(),
                _("Parameters of reports only"): report_parameters(),
            },
            tables={
                _("Missions"): mission_columns(),
                _("Changes"): change_columns(),
                _("Evidence, in reports"): evidence_columns(),
                _("A ledger line"): dictionary.ledger_lines(),
                _("A piece of evidence in that line"): dictionary.ledger_evidence(),
            },
            tables_of_the_data_set=dictionary.tables(),
            formats=formats,
            instruments=Instrument.objects.public(),
            example=f"{reverse('missions')}?{EXAMPLE}",
            api=reverse("api:revision"),
            licence=LICENCE,
            address=absolute("data") + self.for_good(),
            **kwargs,
        )
        return context | {"dataset": linked_data(self.dataset(Head.objects.get(), formats))}

    def for_good(self) -> str:
        known = self.form.known or today()
        return f"?as_of={self.form.on.isoformat()}&known_at={known.isoformat()}"

    def dataset(self, head, formats) -> dict:
        first = Instrument.objects.public().aggregate(day=Min("issued_on"))["day"]
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": f"{_('Hub Tracker')} · {_('Missions and their status')}",
            "description": str(self.description),
            "url": absolute("data"),
            "inLanguage": ["en", "zh-Hans"],
            "license": LICENCE,
            "isAccessibleForFree": True,
            "version": str(head.revision),
            "dateModified": head.advanced_at.isoformat(),
            **({"temporalCoverage": f"{first}/.."} if first else {}),
            "distribution": [
                {"@type": "DataDownload", "name": str(name), "contentUrl": address, "encodingFormat": media_type}
                for name, address, media_type in distributions(formats)
            ],
        }


def absolute(name, *args):
    return settings.SITE_URL + reverse(name, args=args)


def distributions(formats):
    return [
        (_("The whole data set"), absolute("dataset"), package.MEDIA_TYPE),
        (_("The ledger"), absolute("ledger"), ledger.MEDIA_TYPE),
        (_("API"), absolute("api:openapi"), "application/vnd.oai.openapi+json"),
        *(
            (f"{_('Completion report')} · {format.name}", absolute("report", ending), format.essence)
            for ending, format in formats.items()
        ),
        (_("Changes"), absolute("changes-csv"), "text/csv"),
        (_("feed of changes"), absolute("changes-atom"), "application/atom+xml"),
        (_("calendar of due dates"), f"{absolute('calendar')}?lang={get_language()[:2]}", "text/calendar"),
    ]


def linked_data(data: dict) -> str:
    """Return JSON that is safe inside a script element."""
    return json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
