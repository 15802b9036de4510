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
from ..parameters import ListForm, reads
from ..query.file_rows import MISSION_FILE
from ..query.filters import MissionFilter, ReportFilter
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

    class Meta(MissionFilter.Meta):
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
    records, note = Sheet(MISSION_FILE, missions, count), explain_missing_records(query.form.known)
    report = Report(**stated(query), records=records, language=query.drawn_in, note=note)
    with override({"en": "en", "zh": "zh-hans"}[query.drawn_in]):
        return download(report, write, "ics", "text/calendar; charset=utf-8")


def write(report, file):
    """Write the missions as a calendar, in the active language."""
    host = urlsplit(settings.SITE_URL).hostname
    about = [report.query, f"r{report.revision}", report.ledger_head]
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{host}//Hub Tracker//EN")
    calendar.add("x-wr-calname", f"{_('Due dates')} · {_('Hub Tracker')}")
    calendar.add("x-wr-caldesc", " · ".join([*about, str(report.note)] if report.note else about))
    colon = pgettext("between a name and its value", ": ")
    for mission in report.records.records:
        status = Status(mission.status_asof).label
        facts = {_("Status"): status, _("Lead owner"): mission.lead_owner.title}
        facts |= {_("Moved dates"): text} if (text := moved(mission)) else {}
        event = Event()
        event.add("uid", f"{mission.code}@{host}")
        event.add("dtstamp", report.advanced_at)
        event.add("last-modified", report.advanced_at)
        event.add("dtstart", mission.due_asof)
        event.add("summary", one_line(_("%(mission)s (%(status)s)") % {"mission": mission, "status": status}))
        event.add("description", "\n".join(one_line(f"{name}{colon}{value}") for name, value in facts.items()))
        event.add("url", settings.SITE_URL + mission.get_absolute_url())
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    file.write(calendar.to_ical())


def one_line(text):
    return " ".join(legible(text).split())
