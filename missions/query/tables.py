"""The columns of the lists, each once: `render_x` draws it on the page, `read` finds what files hold."""

from datetime import UTC
from functools import cache, cached_property, wraps
from html import escape
from operator import attrgetter

import django_tables2 as tables
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..bilingual import read_in
from ..models import Kind, Mission, Provenance
from ..register.mission import fold
from ..status import Deadline, Status, moved_words
from .export_columns import Codes, Day, FileColumn, FileTable, Label, Linked, PageColumn, QueryTable, Word
from .folding import draw_fold, split_runs
from .highlight import excerpt, mark, missing

# Drawn, not taken from a font: a reader tells the statuses apart by shape, without their colours.
SHAPES = {
    Status.UNREPORTED: SafeString('<circle cx="8" cy="8" r="6" fill="none" stroke-dasharray="2.5 2.2"/>'),
    Status.NOT_STARTED: SafeString('<circle cx="8" cy="8" r="6" fill="none"/>'),
    Status.IN_PROGRESS: SafeString('<circle cx="8" cy="8" r="6" fill="none"/><path d="M8 2a6 6 0 0 1 0 12z"/>'),
    Status.PAUSED: SafeString('<path d="M5 2.5v11M11 2.5v11" stroke-width="3"/>'),
    Status.COMPLETED: SafeString('<circle cx="8" cy="8" r="6"/>'),
    Status.WITHDRAWN: SafeString('<path d="M3 3l10 10M13 3L3 13" stroke-width="2.5"/>'),
}


# In characters, about as long in either script.
EXCERPT_LENGTHS = {"en": 80, "zh-Hans": 40}


def escaped(text):
    """The text as markup; what is markup already stays as it is. What Django has for this takes three times as long."""
    return text if isinstance(text, SafeString) else escape(str(text))


def drawn_once(draw):
    """Keeps what `draw` makes of each value in each language: of a vocabulary, which is small and stands everywhere."""

    @cache
    def drawn(value, _language):
        return draw(value)

    return wraps(draw)(lambda value: drawn(value, get_language()))


@drawn_once
def status_badge(status):
    """The status as a shape and its word, the same everywhere."""
    return format_html(
        '<span class="status status-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg> {}</span>',
        status,
        SHAPES[status],
        Status(status).label,
    )


@drawn_once
def deadline_badge(deadline):
    return format_html('<span class="deadline deadline-{}">{}</span>', deadline, Deadline(deadline).label)


def moved_text(status, due, due_first, due_moves):
    """How often a due date was moved, and which was the first; "" where it was not."""
    message = moved_words(status, due, due_first, due_moves)
    return message % {"first": date_format(due_first), "number": due_moves} if message else ""


def moved(mission):
    """The same of a mission `as_of` a day."""
    return moved_text(mission.status_asof, mission.due_asof, mission.due_first_asof, mission.due_moves_asof)


class MissionTable(QueryTable):
    """The missions of a list. The order of the columns is their order in files, where the first ten are fixed."""

    code = PageColumn(read="code", verbose_name=_("Code"))
    instrument = FileColumn(Linked(Mission.instrument, "code"))
    title = tables.Column(verbose_name=_("Mission"))
    status = PageColumn(read=Word("status_asof"), accessor="status_asof", verbose_name=_("Status"))
    status_since = PageColumn(read=Day("since_asof"), accessor="since_asof", verbose_name=_("Since"))
    deadline = FileColumn(Word("deadline_asof"))
    owner = PageColumn(read=Linked(Mission.lead_owner, "code"), verbose_name=_("Lead owner"))
    theme = FileColumn(Linked(Mission.theme, "code"))
    due = PageColumn(read=Day("due_asof"), accessor="due_asof", verbose_name=_("Due"), default="")
    title_en = FileColumn("title_en")
    title_zh = FileColumn("title_zh")
    status_en = FileColumn(Label(Status, "en", "status_asof"))
    status_zh = FileColumn(Label(Status, "zh-hans", "status_asof"))
    deadline_en = FileColumn(Label(Deadline, "en", "deadline_asof"))
    deadline_zh = FileColumn(Label(Deadline, "zh-hans", "deadline_asof"))
    owner_en = FileColumn(Linked(Mission.lead_owner, "name_en"))
    owner_zh = FileColumn(Linked(Mission.lead_owner, "name_zh"))
    theme_en = FileColumn(Linked(Mission.theme, "name_en"))
    theme_zh = FileColumn(Linked(Mission.theme, "name_zh"))
    supporting_owners = FileColumn(Codes(Mission.supporting_owners))
    areas = FileColumn(Codes(Mission.areas))
    kind = FileColumn(Word("kind"))
    kind_en = FileColumn(Label(Kind, "en", "kind"))
    kind_zh = FileColumn(Label(Kind, "zh-hans", "kind"))
    provenance = FileColumn(Word("provenance"))
    provenance_en = FileColumn(Label(Provenance, "en", "provenance"))
    provenance_zh = FileColumn(Label(Provenance, "zh-hans", "provenance"))
    clause = FileColumn("clause")
    clause_zh = FileColumn("clause_zh")
    due_first = FileColumn(Day("due_first_asof"))
    due_moves = FileColumn("due_moves_asof")

    class Meta:
        model = Mission
        fields: tuple[str, ...] = ()
        orderable = False
        template_name = "public/_table.html"

    # The columns of the page, and what the sort parameter calls them.
    SORTS = {
        "code": "code", "title": "title", "status": "status", "status_since": "changed", "owner": "owner", "due": "due",
    }  # fmt: skip

    # The cells that say their header, which a phone does not show.
    LABELLED = ("status_since", "due")

    def __init__(self, *args, query, day, folds=False, **kwargs):
        """A table of `MissionQuerySet.rows`.

        `query` holds the parameters that sorting keeps, and the words that are marked; `day` what links keep;
        `folds` says whether runs of missions without a text are folded.
        """
        super().__init__(*args, sequence=tuple(self.SORTS), **kwargs)  # no page has need of the others
        self.query, self.day = query, escape(f"?{day.urlencode()}") if day else ""
        self.folds = folds
        self.words = fold(query.get("q", "")).split()
        self.date = cache(date_format)
        self.title_of, self.owner_of = (attrgetter(f"{name}_{read_in()}") for name in ("title", "lead_owner_name"))
        # What the addresses of records begin with. To reverse each takes longer than to draw the rest of its row.
        self.missions, self.owners = reverse("missions"), reverse("owners")

    @cached_property
    def headers(self):
        """The columns of the page as (column, name of its sort, aria-sort, query that sorts by it)."""
        return [self._header(column) for column in self.columns]

    def _header(self, column):
        sort, now = self.SORTS[column.name], self.query.get("sort")
        direction = {sort: "ascending", f"-{sort}": "descending"}.get(now)
        query = self.query.copy()
        query["sort"] = f"-{sort}" if direction == "ascending" else sort
        return column, direction, query.urlencode()

    def drawn_rows(self):
        """The rows of the page, finished: no work is left but to call `render_x` of each column.

        The rows of django-tables2 ask each renderer again in each cell which arguments it takes.
        """
        columns = [(self._opening(column), getattr(self, f"render_{column.name}")) for column in self.columns]
        parts = []
        for sentence, run in split_runs(self.data, folds=self.folds):
            rows = SafeString("\n".join(self._row(record, columns) for record in run))  # nosec B703 (escaped)
            parts.append(self._folded(sentence, rows) if sentence else rows)
        return SafeString("\n".join(parts))  # nosec B703 (escaped)

    def _row(self, record, columns):
        cells = [f"{opening}{escaped(render(record))}</td>" for opening, render in columns]
        return (
            f'<tr role="row" data-code="{escape(record.code)}" data-status="{record.status_asof}">{"".join(cells)}</tr>'
        )

    def _folded(self, sentence, rows):
        """One row that holds the others in a table of its own, with the same headers for screen readers."""
        headers = format_html_join(
            "", '<th role="columnheader" scope="col">{}</th>', ((column.header,) for column in self.columns)
        )
        columns = format_html_join("", '<col class="{}">', ((column.name,) for column in self.columns))
        table = format_html(
            '<table role="table" aria-label="{}"><colgroup>{}</colgroup>'
            '<thead role="rowgroup" class="visually-hidden"><tr role="row">{}</tr></thead>'
            '<tbody role="rowgroup">{}</tbody></table>',
            sentence,
            columns,
            headers,
            rows,
        )
        span = len(self.columns)
        return format_html(
            '<tr role="row" class="fold"><td role="cell" colspan="{}">{}</td></tr>', span, draw_fold(sentence, table)
        )

    def _opening(self, column):
        label = format_html(' data-label="{}"', column.header) if column.name in self.LABELLED else ""
        return format_html('<td role="cell" class="{}"{}>', column.name, label)

    def _linked(self, addresses, code, text):
        """The text as a link to a record, whose address is one of the `addresses` with its code at the end."""
        address = f"{addresses}{escape(code)}/{self.day}"
        return SafeString(f'<a href="{address}">{escaped(text)}</a>')  # nosec B703 (escaped)

    def render_code(self, record):
        return self._linked(self.missions, record.code, mark(record.code, self.words))

    def render_title(self, record):
        code, title = record.code, self.title_of(record)
        lacking = self.words and missing(self.words, code, title)
        linked = self._linked(self.missions, code, mark(title, self.words))
        return format_html("{} {}", linked, self._hit(record, lacking)) if lacking else linked

    def _hit(self, record, words):
        """An excerpt of the text, among those that the row does not show, that has the most of the words."""
        here, other = ("zh-Hans", "en") if get_language() == "zh-hans" else ("en", "zh-Hans")
        texts = (here, record.description), (other, record.title_other), (other, record.description_other)
        language, text = min(texts, key=lambda pair: len(missing(words, pair[1])))
        shown = excerpt(text, words, EXCERPT_LENGTHS[language])
        return format_html('<span class="hit" lang="{}">{}</span>', language, shown)

    def render_status(self, record):
        return status_badge(record.status_asof)

    def render_status_since(self, record):
        return self.date(record.since_asof)

    def render_owner(self, record):
        return self._linked(self.owners, record.lead_owner_code, self.owner_of(record))

    def render_due(self, record):
        due = record.due_asof
        if record.status_asof == Status.WITHDRAWN:
            return ""
        has_state = record.deadline_asof != Deadline.NONE
        parts = [self.date(due)] if due else []
        parts += [deadline_badge(record.deadline_asof)] if has_state else []
        parts += [format_html('<span class="moved">{}</span>', said)] if (said := moved(record)) else []
        return format_html_join(" ", "{}", ((part,) for part in parts))


class ChangeTable(FileTable):
    """What changed, for files: a row an entry. A status or due date stands only where the entry sets it."""

    code = FileColumn("mission.code")
    entry = FileColumn("pk")
    kind = FileColumn("kind")
    day = FileColumn("day")
    effective_on = FileColumn("effective_on")
    recorded_at = FileColumn(lambda change: change.recorded_at.astimezone(UTC))
    status = FileColumn(lambda change: change.status if change.sets_status else None)
    before = FileColumn(lambda change: change.before if change.sets_status else None)
    is_confirmation = FileColumn("is_confirmation")
    due = FileColumn("due")
    due_before = FileColumn(lambda change: change.due_before if change.sets_due else None)
    corrects = FileColumn("corrects_id")
    corrected_by = FileColumn("corrected_by")
    basis = FileColumn("basis")
    headline_en = FileColumn("headline_en")
    headline_zh = FileColumn("headline_zh")
    title_en = FileColumn("mission.title_en")
    title_zh = FileColumn("mission.title_zh")
    instrument = FileColumn("mission.instrument.code")
    owner = FileColumn("mission.lead_owner.code")
    theme = FileColumn("mission.theme.code")
    replaced_status = FileColumn(lambda c: c.corrects.status if c.corrects and c.sets_status else None)
    replaced_due = FileColumn(lambda change: change.corrects and change.corrects.due)
    replaced_effective_on = FileColumn(lambda change: change.corrects and change.corrects.effective_on)
    evidence = FileColumn(lambda change: len(change.public_evidence))
    evidence_urls = FileColumn(
        lambda change: " ".join(address for item in change.public_evidence for address in item.addresses)
    )
    decided_by = FileColumn("decided_by")
    reported_by = FileColumn(lambda change: change.reported_by and change.reported_by.code)


class EvidenceTable(FileTable):
    """What the entries in effect cite, for files: a row a piece. Of one that is not public, the SHA-256 alone."""

    code = FileColumn("change.mission.code")
    entry = FileColumn("change_id")
    effective_on = FileColumn("change.effective_on")
    status = FileColumn(lambda evidence: evidence.change.status if evidence.change.sets_status else None)
    due = FileColumn(lambda evidence: evidence.change.due)
    basis = FileColumn("change.basis")
    headline_en = FileColumn("change.headline_en")
    headline_zh = FileColumn("change.headline_zh")
    title = FileColumn(lambda evidence: evidence.work.title if evidence.is_public else None)
    publisher = FileColumn(lambda evidence: evidence.work.publisher if evidence.is_public else None)
    published_on = FileColumn(lambda evidence: evidence.work.published_on if evidence.is_public else None)
    event_on = FileColumn(lambda evidence: evidence.event_on if evidence.is_public else None)
    url = FileColumn(lambda evidence: evidence.work.url if evidence.is_public else None)
    file = FileColumn(lambda evidence: evidence.file.name if evidence.is_public and evidence.file else None)
    sha256 = FileColumn("fingerprint")
    title_zh = FileColumn(lambda evidence: evidence.work.title_zh if evidence.is_public else None)
    publisher_zh = FileColumn(lambda evidence: evidence.work.publisher_zh if evidence.is_public else None)
    form = FileColumn(lambda evidence: evidence.work.form if evidence.is_public else None)
