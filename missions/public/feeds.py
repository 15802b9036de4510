"""Atom feeds of changes, by time of recording."""

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext, to_locale
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..ledger.changes import changes
from ..models import Head, Mission
from ..parameters import DayForm, reads
from ..query.filters import ChangeFilter
from ..reports.report import explain_missing_records
from ..status import Status
from ..web.error_views import bad_query, not_found

MOST = 100
NOT_IN_XML = re.compile("[^\t\n\r -~\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@reads(ChangeFilter.parameters())
@require_safe
def changes_feed(request):
    query = ChangeFilter(request.GET, language=request.LANGUAGE_CODE)
    if not query.form.is_valid():
        return bad_query(request, query.form)
    title = " · ".join([_("Changes"), *(str(chip.value) for chip in query.chips())])
    feed = Feed(title, reverse("changes"), request.path, query.query)
    return answer(feed, query.qs, explain_missing_records(query.form.known))


@reads(DayForm.base_fields)
@require_safe
def mission_feed(request, code):
    form = DayForm(request.GET)
    if not form.is_valid():
        return bad_query(request, form)
    if note := explain_missing_records(form.known):
        return not_found(request, None, note)
    mission = get_object_or_404(Mission.objects.public(form.on, form.known), code=code)
    feed = Feed(str(mission), mission.get_absolute_url(), request.path, form.day)
    return answer(feed, changes(form.on, form.known).filter(mission=mission))


def answer(feed, entries, note=None):
    """Return the feed, without Last-Modified: two versions may share a second."""
    feed.advanced_at = Head.objects.get().advanced_at
    feed.feed["subtitle"] = str(note) if note else None
    for entry in entries.order_by("-recorded_at", "-id")[:MOST]:
        feed.add_entry(entry)
    response = HttpResponse(content_type=Feed.content_type, headers={"X-Hub-Note": note.en} if note else None)
    feed.write(response, "utf-8")
    return response


class Feed(Atom1Feed):
    advanced_at: datetime

    def __init__(self, title, page, path, query):
        suffix = f"?{query.urlencode()}" if query else ""
        address = f"{settings.SITE_URL}{path}{suffix}"
        super().__init__(
            title=legible(f"{title} · {_('Hub Tracker')}"),
            link=f"{settings.SITE_URL}{page}{suffix}",
            description=None,
            language=to_locale(get_language()).replace("_", "-"),
            author_name=_("Hub Tracker"),
            feed_url=address,
            feed_guid=address,
        )

    def latest_post_date(self):
        return super().latest_post_date() if self.items else self.advanced_at

    def add_entry(self, entry):
        mission = entry.mission
        address = f"{settings.SITE_URL}{mission.get_absolute_url()}#change-{entry.pk}"
        self.add_item(
            title=legible(str(mission) + pgettext("between a name and its value", ": ") + describe(entry)),
            link=address,
            unique_id=address,
            description=legible(render_to_string("public/feed_entry.html", {"entry": entry}).rstrip()),
            pubdate=entry.recorded_at,
            updateddate=entry.correction.recorded_at if entry.corrected_by else entry.recorded_at,
            categories=[mission.instrument.code, mission.theme.code],
        )


def describe(entry):
    new = describe_state(entry, entry.status, entry.due)
    if entry.is_confirmation:
        words = _("%(status)s, confirmed") % {"status": new}
    elif replaced := entry.corrects:
        words = _("corrected: %(old)s (%(old_day)s) → %(new)s (%(new_day)s)") % {
            "old": describe_state(entry, replaced.status, replaced.due),
            "old_day": date_format(replaced.effective_on),
            "new": new,
            "new_day": date_format(entry.effective_on),
        }
    else:
        old = describe_state(entry, entry.before, entry.due_before)
        words = f"{old} → {new}" if old else new
    return _("%(words)s (since corrected)") % {"words": words} if entry.corrected_by else words


def describe_state(entry, status, due):
    parts = [str(Status(status).label)] if entry.sets_status and status else []
    if entry.sets_due:
        parts.append(_("due %(day)s") % {"day": date_format(due)} if due else _("no due date"))
    return pgettext("between two facts", ", ").join(parts)


def legible(text):
    """Remove characters that XML cannot contain."""
    return NOT_IN_XML.sub("\ufffd", text)
