"""The columns of the list, each once: `render_x` draws it on the page, `value_x` writes it into a file."""

from datetime import UTC

import django_tables2 as tables
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from .marks import excerpt, mark, missing
from .models import Kind, Mission, Provenance
from .models.mission import fold
from .status import Deadline, Status

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


def status_badge(status):
    """The status as a shape and its word, the same everywhere."""
    return format_html(
        '<span class="status status-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg> {}</span>',
        status,
        SHAPES[status],
        Status(status).label,
    )


def deadline_badge(deadline):
    return format_html('<span class="deadline deadline-{}">{}</span>', deadline, Deadline(deadline).label)


class FileColumn(tables.Column):
    """A column of the files alone."""

    def __init__(self, **kwargs):
        super().__init__(visible=False, **kwargs)

    def render(self, record, bound_column):
        """The value as it is stored, where django-tables2 would take the word of the reader's language."""
        return bound_column.accessor.resolve(record)


class LabelColumn(FileColumn):
    """The word for a value of the enumeration `choices`, in one language."""

    def __init__(self, choices, language, **kwargs):
        super().__init__(**kwargs)
        with override(language):
            self.words = {choice.value: str(choice.label) for choice in choices}

    def render(self, record, bound_column):
        return self.words[super().render(record, bound_column)]


class CodesColumn(FileColumn):
    """The codes of linked records, as the programme's files write a list."""

    def render(self, record, bound_column):
        return ";".join(linked.code for linked in super().render(record, bound_column).all())


class MissionTable(tables.Table):
    """The missions of a list. The order of the columns is their order in files, where the first ten are fixed."""

    code = tables.Column(verbose_name=_("Code"))
    instrument = FileColumn(accessor="instrument__code")
    title = tables.Column(verbose_name=_("Mission"), exclude_from_export=True)
    status = tables.Column(accessor="status_asof", verbose_name=_("Status"))
    status_since = tables.Column(accessor="since_asof", verbose_name=_("Since"))
    deadline = FileColumn(accessor="deadline_asof")
    owner = tables.Column(accessor="lead_owner", verbose_name=_("Lead owner"))
    theme = FileColumn(accessor="theme__code")
    due = tables.Column(accessor="due_asof", verbose_name=_("Due"), default="")
    title_en = FileColumn()
    title_zh = FileColumn()
    status_en = LabelColumn(Status, "en", accessor="status_asof")
    status_zh = LabelColumn(Status, "zh-hans", accessor="status_asof")
    deadline_en = LabelColumn(Deadline, "en", accessor="deadline_asof")
    deadline_zh = LabelColumn(Deadline, "zh-hans", accessor="deadline_asof")
    owner_en = FileColumn(accessor="lead_owner__name_en")
    owner_zh = FileColumn(accessor="lead_owner__name_zh")
    theme_en = FileColumn(accessor="theme__name_en")
    theme_zh = FileColumn(accessor="theme__name_zh")
    supporting_owners = CodesColumn()
    areas = CodesColumn()
    kind = FileColumn()
    kind_en = LabelColumn(Kind, "en", accessor="kind")
    kind_zh = LabelColumn(Kind, "zh-hans", accessor="kind")
    provenance = FileColumn()
    provenance_en = LabelColumn(Provenance, "en", accessor="provenance")
    provenance_zh = LabelColumn(Provenance, "zh-hans", accessor="provenance")
    clause = FileColumn()

    class Meta:
        model = Mission
        fields: tuple[str, ...] = ()
        orderable = False
        template_name = "missions/_table.html"
        row_attrs = {"data-code": lambda record: record.code, "data-status": lambda record: record.status_asof}

    # What the sort parameter calls the columns of the page.
    SORTS = {name: name for name in ("code", "title", "status", "owner", "due")} | {"status_since": "changed"}

    def __init__(self, *args, query, day, **kwargs):
        """`query` holds the parameters that sorting keeps, and the words that are marked; `day` what links keep."""
        super().__init__(*args, **kwargs)
        self.query, self.day = query, f"?{day.urlencode()}" if day else ""
        self.words = fold(query.get("q", "")).split()

    def headers(self):
        """The columns of the page as (column, name of its sort, aria-sort, query that sorts by it)."""
        now = self.query.get("sort", "code")
        for column in self.columns:
            sort = self.SORTS[column.name]
            direction = {sort: "ascending", f"-{sort}": "descending"}.get(now)
            query = self.query.copy()
            query["sort"] = f"-{sort}" if direction == "ascending" else sort
            yield column, direction, query.urlencode()

    def _linked(self, record, text):
        return format_html('<a href="{}{}">{}</a>', record.get_absolute_url(), self.day, text)

    def render_code(self, record):
        return self._linked(record, mark(record.code, self.words))

    def value_code(self, value):
        return value

    def render_title(self, record, value):
        title = self._linked(record, mark(value, self.words))
        lacking = missing(self.words, record.code, value)
        return format_html("{} {}", title, self._hit(record, lacking)) if lacking else title

    def _hit(self, record, words):
        """An excerpt of the text, among those that the row does not show, that has the most of the words."""
        here, other = ("zh-Hans", "en") if get_language() == "zh-hans" else ("en", "zh-Hans")
        texts = (here, record.description), (other, record.title_other), (other, record.description_other)
        language, text = min(texts, key=lambda pair: len(missing(words, pair[1])))
        shown = excerpt(text, words, EXCERPT_LENGTHS[language])
        return format_html('<span class="hit" lang="{}">{}</span>', language, shown)

    def render_status(self, value):
        return status_badge(value)

    def value_status(self, value):
        return value

    def render_status_since(self, value):
        return date_format(value)

    def value_status_since(self, value):
        return value.isoformat()

    def render_owner(self, value):
        return self._linked(value, value.title)

    def value_owner(self, value):
        return value.code

    def render_due(self, value, record):
        return format_html("{} {}", date_format(value), deadline_badge(record.deadline_asof))

    def value_due(self, value):
        return value.isoformat()


class ChangeTable(tables.Table):
    """What changed, for files: a row an entry. A status or due date stands only where the entry sets it."""

    code = FileColumn(accessor="mission__code")
    entry = FileColumn(accessor="pk")
    kind = FileColumn()
    day = FileColumn()
    effective_on = FileColumn()
    recorded_at = FileColumn()
    status = FileColumn()
    before = FileColumn()
    is_confirmation = FileColumn()
    due = FileColumn()
    due_before = FileColumn()
    corrects = FileColumn(accessor="corrects_id")
    corrected_by = FileColumn()
    basis = FileColumn()
    headline_en = FileColumn()
    headline_zh = FileColumn()
    title_en = FileColumn(accessor="mission__title_en")
    title_zh = FileColumn(accessor="mission__title_zh")
    instrument = FileColumn(accessor="mission__instrument__code")
    owner = FileColumn(accessor="mission__lead_owner__code")
    theme = FileColumn(accessor="mission__theme__code")
    replaced_status = FileColumn(accessor="corrects__status")
    replaced_due = FileColumn(accessor="corrects__due")
    replaced_effective_on = FileColumn(accessor="corrects__effective_on")
    evidence = FileColumn(accessor="public_evidence")
    evidence_urls = FileColumn(accessor="public_evidence")

    class Meta:
        orderable = False

    def value_recorded_at(self, value):
        return value.astimezone(UTC).isoformat()

    def value_status(self, record):
        return record.status if record.sets_status else ""

    def value_before(self, record):
        return record.before if record.sets_status else ""

    def value_due_before(self, record):
        return record.due_before if record.sets_due else ""

    def value_replaced_status(self, record):
        return record.corrects.status if record.sets_status else ""

    def value_is_confirmation(self, value):
        return str(value).lower()

    def value_evidence(self, value):
        return len(value)

    def value_evidence_urls(self, value):
        return " ".join(address for item in value for address in item.addresses)
