"""The pictures that go with a link to a page, as PNG; and what holds of every image that other sites show."""

import json
from functools import wraps
from pathlib import Path

import typst
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from ..charts.arcs import arc_of, arcs
from ..filters import MissionFilter
from ..forms import DayForm, reads
from ..models import Instrument, Mission
from ..models.figures import reconcile
from ..status import Deadline, Status
from ..tables import SHAPES, moved
from ..typesetting import FONTS, half_rings
from .overview import Overview
from .refusals import bad_query

APP = Path(__file__).parent.parent
LAYOUT = Path(__file__).with_name("picture.typ").read_bytes()
MARK = (APP / "static/missions/mark.svg").read_text()
SOLID, OUTLINED = '<path d="M1 4H15V12H1Z"/>', '<path d="M1 4H15V12H1Z" fill="none"/>'
INK = "#16191d"
MOST_LISTED, MOST_WITH_TITLES = 6, 3


def shown_elsewhere(content: bytes, media_type: str):
    """The image, in the language in force."""
    return HttpResponse(content, media_type, headers={"Content-Language": get_language()})


def as_of(form: DayForm) -> str:
    """The day that an image shows, in words."""
    day = gettext("as of %(day)s") % {"day": date_format(form.on)}
    if not form.known:
        return day
    return f"{day} · {gettext('as known on %(day)s') % {'day': date_format(form.known)}}"


def picture(shown):
    """The view that draws what `shown(form, …)` says: `kicker`, `title`, `facts` in so many `columns`, `arcs`."""

    @reads(DayForm.base_fields)
    @require_safe
    @wraps(shown)
    def view(request, **kwargs):
        form = DayForm(request.GET)
        if not form.is_valid():
            return bad_query(request, form)
        frame = {"lang": get_language()[:2], "site": gettext("Hub Tracker"), "mark": MARK, "day": as_of(form)}
        content = drawn({**frame, "columns": 2, "arcs": "", **shown(form, **kwargs)})
        return shown_elsewhere(content, "image/png")

    return view


def drawn(data: dict) -> bytes:
    """The PNG of 1200 by 630; the same data give the same bytes. Words that wait for a language get it here."""
    inputs = {"data": json.dumps(data, default=str)}
    return typst.compile(LAYOUT, format="png", ppi=72, font_paths=FONTS, sys_inputs=inputs)


def fact(lead, note="", mark="", ink=INK):
    """What is written large, what beneath it small, and the mark before it, drawn on a field of 16 by 16."""
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="{ink}" stroke="{ink}" stroke-width="1.6">'
    )
    return {"lead": lead, "note": note, "mark": f"{frame}{mark}</svg>" if mark else ""}


@picture
def overview_picture(form):
    rings = arcs(reconcile(form.on, form.known))
    has_room = len(rings) <= MOST_WITH_TITLES
    facts = [
        fact(f"{arc.instrument.code} · {arc.words}", arc.instrument.title if has_room else "", SOLID, arc.paint)
        for arc in rings[:MOST_LISTED]
    ]
    return {
        "kicker": gettext("Reported beside documented"),
        "title": Overview.title,
        "facts": facts,
        "arcs": half_rings(rings),
        "columns": 1,
    }


@picture
def instrument_picture(form, code):
    instrument = get_object_or_404(Instrument.objects.public(), code=code)
    arc = arc_of(instrument, form.on, form.known)
    return {
        "kicker": instrument.code,
        "title": instrument.title,
        "facts": numbers(arc) if arc else [fact(gettext("no missions by this day"))],
        "arcs": half_rings([arc] if arc else []),
    }


def numbers(arc):
    of = gettext("%(value)s of %(total)s")
    documented = fact(
        of % {"value": arc.documented, "total": arc.counted},
        gettext("documented: completed, as a public source cited here shows"),
        SOLID,
    )
    if not (figure := arc.reported):
        return [documented, fact("–", gettext("no figure reported for it alone"), OUTLINED)]
    said = {"word": figure.measure.label, "publisher": figure.source.shown_publisher, "day": date_format(figure.as_of)}
    return [
        documented,
        fact(
            of % {"value": figure.value, "total": figure.total},
            gettext("reported as “%(word)s” on %(day)s: %(publisher)s") % said,
            OUTLINED,
        ),
    ]


@picture
def mission_picture(form, code):
    mission = get_object_or_404(Mission.objects.for_listing(form.on, form.known), code=code)
    note = gettext("since %(day)s") % {"day": date_format(mission.since_asof)}
    if mission.due_asof and mission.status_asof != Status.WITHDRAWN:
        due = gettext("due %(day)s") % {"day": date_format(mission.due_asof)}
        note = f"{note}\n{due} · {Deadline(mission.deadline_asof).label}"
    if said := moved(mission):
        note = f"{note}\n{said}"
    return {
        "kicker": f"{mission.code} · {mission.instrument.title}",
        "title": mission.title,
        "facts": [
            fact(Status(mission.status_asof).label, note, SHAPES[mission.status_asof]),
            fact(mission.lead_owner.title, gettext("Lead owner")),
        ],
    }


@picture
def dimension_picture(form, code, page):
    """The picture of a record of the dimension that `page` shows."""
    record = get_object_or_404(page.model, code=code)
    query = form.day.copy()
    query[page.parameter] = record.code
    found = MissionFilter(query, language=get_language())
    found.is_valid()
    counts = found.counts["status"]
    return {
        "kicker": page.name,
        "title": record.title,
        "facts": [fact(str(counts[status]), status.label, SHAPES[status]) for status in Status],
        "columns": 3,
    }
