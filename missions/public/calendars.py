"""Due dates as a calendar."""

from typing import Any
from urllib.parse import urlsplit

import django_filters
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from ..bilingual import translated
from ..forms import ListForm, reads
from ..models import Mission
from ..query.export_columns import MISSION_FILE
from ..query.report_filters import ReportFilter
from ..query.tables import moved
from ..reports.report import Report, ReportTooLong, Sheet, explain_missing_records, stated
from ..status import Status
from ..web.error_views import bad_query, too_long
from .downloads import download
from .feeds import legible

# Calendar programs show no more, and each takes a millisecond.
MOST_DATES = 5000


class CalendarFilter(ReportFilter):
    lang = django_filters.ChoiceFilter(
        choices=[("en", "English"), ("zh", "中文")], method="keep", label=gettext_lazy("Language")
    )
    since: Any = None
    until: Any = None

    class Meta:
        model = Mission
        fields: list[str] = []
        form = ListForm


@reads(CalendarFilter.parameters())
@require_safe
def calendar(request):
    query = CalendarFilter(request.GET, language=request.LANGUAGE_CODE)
    if not query.form.is_valid():
        return bad_query(request, query.form)
    missions = query.qs.filter(due_asof__isnull=False).exclude(status_asof=Status.WITHDRAWN)
    count = missions.count()
    if count > MOST_DATES:
        message = gettext_lazy("The calendar would have %(dates)s due dates; the limit is %(most)s: narrow the query.")
        return too_long(request, ReportTooLong(translated(message, dates=count, most=MOST_DATES)))
    language = {"en": "en", "zh": "zh-hans"}[query.drawn_in]
    records = Sheet(MISSION_FILE, missions, count)
    due = Report(
        **stated(query), records=records, language=query.drawn_in, note=explain_missing_records(query.form.known)
    )
    with override(language):
        return download(due, write, "ics", "text/calendar; charset=utf-8")


def write(report, file):
    """Write the missions as a calendar, in the active language."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", f"-//{host()}//Hub Tracker//EN")
    made.add("x-wr-calname", f"{_('Due dates')} · {_('Hub Tracker')}")
    about = [report.query, f"r{report.revision}", report.ledger_head]
    made.add("x-wr-caldesc", " · ".join([*about, str(report.note)] if report.note else about))
    for mission in report.records.records:
        made.add_component(event(mission, report.advanced_at))
    file.write(made.to_ical())


def event(mission, advanced_at):
    colon = pgettext("between a name and its value", ": ")
    status = Status(mission.status_asof).label
    made = Event()
    made.add("uid", f"{mission.code}@{host()}")
    made.add("dtstamp", advanced_at)
    made.add("last-modified", advanced_at)
    made.add("dtstart", mission.due_asof)
    made.add("summary", one_line(_("%(mission)s (%(status)s)") % {"mission": mission, "status": status}))
    facts = {_("Status"): status, _("Lead owner"): mission.lead_owner.title}
    facts |= {_("Moved dates"): text} if (text := moved(mission)) else {}
    made.add("description", "\n".join(one_line(f"{name}{colon}{value}") for name, value in facts.items()))
    made.add("url", settings.SITE_URL + mission.get_absolute_url())
    made.add("transp", "TRANSPARENT")
    return made


def host():
    return urlsplit(settings.SITE_URL).hostname


def one_line(text):
    return " ".join(legible(text).split())
