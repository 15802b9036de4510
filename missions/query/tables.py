"""The table of missions on a page, and the badges that every page draws."""

from functools import cache, cached_property, wraps

import django_tables2 as tables
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..columns import LISTED, PLAIN_LISTED
from ..register.mission import fold
from ..status import SHAPES, Deadline, Status, moved_words
from .file_rows import FIELDS
from .folding import split_runs


def per_language(draw):
    """Cache the result of `draw` by value and language: the values are those of a small vocabulary."""

    @cache
    def cached(value, _language):
        return draw(value)

    return wraps(draw)(lambda value: cached(value, get_language()))


@per_language
def status_badge(status):
    return format_html(
        '<span class="status status-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg> {}</span>',
        status,
        SHAPES[status],
        Status(status).label,
    )


@per_language
def deadline_badge(deadline):
    return format_html('<span class="deadline deadline-{}">{}</span>', deadline, Deadline(deadline).label)


def moved_text(status, due, due_first, due_moves):
    """How often a due date was moved, and which was the first; "" if it was not."""
    message = moved_words(status, due, due_first, due_moves)
    return message % {"first": date_format(due_first), "number": due_moves} if message else ""


def moved(mission):
    """The same for a mission `as_of` a date."""
    return moved_text(mission.status_asof, mission.due_asof, mission.due_first_asof, mission.due_moves_asof)


class MissionTable(tables.Table):
    """The missions on a page, whose rows its template draws."""

    code = tables.Column(verbose_name=_("Code"))
    title = tables.Column(verbose_name=_("Mission"))
    status = tables.Column(accessor="status_asof", verbose_name=_("Status"))
    status_since = tables.Column(accessor="since_asof", verbose_name=_("Since"))
    owner = tables.Column(verbose_name=_("Lead owner"))
    due = tables.Column(accessor="due_asof", verbose_name=_("Due"))
    locals().update(
        (column.name, tables.Column(verbose_name=capfirst(FIELDS[column.name].verbose_name))) for column in PLAIN_LISTED
    )

    class Meta:
        orderable = False
        sequence = tuple(column.name for column in LISTED)
        template_name = "public/_table.html"

    SORTS = {column.name: column.sort for column in LISTED}

    def __init__(self, *args, query, day, folds=False, **kwargs):
        """A table of `MissionQuerySet.rows`.

        `query` holds the parameters that sorting keeps, and the words that are marked; `day` those that links keep;
        `folds` is whether runs of missions without a text are folded.
        """
        super().__init__(*args, **kwargs)
        self.query, self.at = query, f"?{day.urlencode()}" if day else ""
        self.runs = split_runs(self.data, folds=folds)
        self.words = tuple(fold(query.get("q", "")).split())

    @cached_property
    def headers(self):
        """The columns of the page as (column, aria-sort, query that sorts by it)."""
        return [self._header(column) for column in self.columns]

    def _header(self, column):
        sort, current = self.SORTS[column.name], self.query.get("sort")
        if not sort:
            return column, None, ""
        direction = {sort: "ascending", f"-{sort}": "descending"}.get(current)
        query = self.query.copy()
        query["sort"] = f"-{sort}" if direction == "ascending" else sort
        return column, direction, query.urlencode()
