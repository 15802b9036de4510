"""The entries of the changes page; a template loop would take ten times as long."""

from functools import cache
from html import escape
from itertools import groupby
from operator import attrgetter

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from ..models import EntryKind
from ..query.tables import status_badge
from .hub import link

register = template.Library()


@register.simple_tag(takes_context=True)
def day_by_day(context, changes):
    """The changes, under a heading for each day."""
    drawing = Drawing(context["on"], context["at"])
    return SafeString("\n".join(drawing.day(*group) for group in groupby(changes, attrgetter("day"))))  # nosec B703 (escaped)


class Drawing:
    def __init__(self, on, at):
        self.on, self.at, self.missions, self.date = on, escape(at), link("missions"), cache(date_format)
        self.arrow = f'<span aria-hidden="true">→</span><span class="visually-hidden">{gettext("became")}</span>'

    def day(self, day, changes):
        heading = f'<h3><time datetime="{day.isoformat()}">{self.date(day)}</time></h3>'
        items = "\n".join(map(self.change, changes))
        return f'<div class="day">\n{heading}\n<ul>\n{items}\n</ul>\n</div>'

    def change(self, change):
        is_gone, code = bool(change.corrected_by), escape(change.code)
        made = f'<p class="what">{struck(self.made(change), is_gone)}</p>'
        return (
            f'<li data-code="{code}" data-entry="{change.pk}"{' class="corrected"' if is_gone else ""}>\n'
            f'<p class="which"><a href="{self.address(change, change.pk)}"><span class="code">{code}</span> '
            f"{escape(change.title)}</a>{self.kind(change)}</p>\n{self.correction(change)}"
            f"{self.corrected(change) if change.replaced else made}\n"
            f'<p class="headline">{struck(escape(change.headline), is_gone)}</p>\n'
            f'<p class="recorded">{" · ".join(self.recorded(change))}</p>\n</li>'
        )

    def recorded(self, change):
        facts = [change.basis_label, self.evidence(change)]
        facts += [gettext("reported by %(name)s") % {"name": change.by}] if change.by else []
        facts += [gettext("decided by %(name)s") % {"name": change.decided_by}] if change.decided_by else []
        return map(escape, facts)

    def address(self, change, number):
        return f"{self.missions}{escape(change.code)}/{self.at}#change-{number}"

    def kind(self, change):
        if change.kind == EntryKind.REPORT and not change.is_confirmation:
            return ""
        word = gettext("Confirmation") if change.is_confirmation else change.kind_label
        return f' <span class="kind">{escape(word)}</span>'

    def correction(self, change):
        if not change.corrected_by:
            return ""
        by = self.entry(change, change.corrected_by, change.corrected_on)
        gone = f'<span class="visually-hidden">{gettext("; no longer valid:")}</span>'
        return f'<p class="correction">{gettext("Corrected by")} {by}{gone}</p>\n'

    def corrected(self, change):
        was = self.statement(
            change, change.replaced, change.replaced_status, change.replaced_due, change.replaced_on, True
        )
        now = self.statement(change, change.pk, change.status, change.due, change.effective_on, change.corrected_by)
        lines = {gettext("Replaced"): was, gettext("Corrected to"): now}
        drawn = "\n".join(f"<div><dt>{word}</dt><dd>{text}</dd></div>" for word, text in lines.items())
        return f"<dl>\n{drawn}\n</dl>"

    def statement(self, change, number, status, due, day, is_gone):
        parts = [status_badge(status)] if change.sets_status else []
        parts += [self.due(due)] if change.sets_due else []
        parts += [gettext("from %(day)s") % {"day": self.date(day)}]
        return f"{struck(' · '.join(parts), is_gone)} · {self.entry(change, number, day)}"

    def entry(self, change, number, day):
        words = gettext("entry %(number)s") % {"number": number}
        return f'<a href="{self.address(change, number)}">{words}</a>' if day <= self.on else words

    def made(self, change):
        if not change.sets_status:
            return f"{self.due(change.due_before)} {self.arrow} <strong>{self.due(change.due)}</strong>"
        now = status_badge(change.status)
        has_moved = change.before and not change.is_confirmation
        return f"{status_badge(change.before)} {self.arrow} {now}" if has_moved else now

    def due(self, due):
        return gettext("due %(day)s") % {"day": self.date(due)} if due else gettext("no due date")

    def evidence(self, change):
        if not change.pieces:
            return gettext("no public evidence")
        words = ngettext("%(number)s piece of public evidence", "%(number)s pieces of public evidence", change.pieces)
        return words % {"number": change.pieces}


def struck(words, is_gone):
    return f"<s>{words}</s>" if is_gone else words
