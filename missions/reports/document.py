"""The report as a document: sections with text and tables, for all renderers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..bilingual import Words, from_fields, in_both, listed, read_in, strip_unsafe, translated, untranslated
from ..columns import PLAIN_LISTED
from ..figures.arcs import Arc, arcs
from ..figures.models import Reconciliation, Reported, how_read
from ..models import EntryKind, FrozenReport
from ..query.file_rows import FIELDS
from ..status import Deadline, Status, moved_words
from .build import CompletionReport, Fact, page_addresses
from .report import as_text
from .totals import ALL, Group, Total

# Rows of changes, evidence and moved missions. 1,000 of them are 40 pages of PDF (1.3 s, 130 MB); 5,000 missions take
# 6 s and 970 MB.
MOST_LISTED = 1000
PLAIN_SHARE = 9  # of the width, for a plain column of the missions
ARROW, DASH = "→", untranslated("–")


class Column(NamedTuple):
    """Heading, share of the width in percent, and whether it holds numbers."""

    label: Words
    share: int
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its header. `rows` can be read once.

    `code` is the column that begins with a mission's code; `counts` has the statuses of each row, to be drawn as a bar.
    """

    name: str
    title: Words
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Words, ...]]
    code: int | None = None
    counts: Sequence[Mapping[str, int]] = ()


@dataclass(frozen=True)
class Section:
    name: str
    title: Words
    text: tuple[Words, ...] = ()
    tables: tuple[Table, ...] = ()


def columns_of(*columns: tuple[Any, ...]) -> tuple[Column, ...]:
    """Return columns by label, share and whether they hold numbers."""
    return tuple(Column(translated(label), *rest) for label, *rest in columns)


def sections(report: CompletionReport) -> tuple[Section, ...]:
    return (
        summary(report),
        reported(report),
        tallied(report),
        moved(report),
        changed(report),
        missions(report),
        cited(report),
        Section("notes", translated(_("Notes")), report.notes),
    )


def subtitle(report: CompletionReport) -> Words:
    parts = [report.programme] if report.programme else []
    parts.append(translated(_("as of %(day)s"), day=report.as_of))
    if report.known_at:
        parts.append(translated(_("as recorded by %(day)s"), day=report.known_at))
    return Words(*(" · ".join(part[place] for part in parts) for place in (0, 1)))


def edition(frozen: FrozenReport | None) -> Words:
    if frozen is None:
        return translated(_("Live copy, not published"))
    label = _("Corrected edition, published on %(day)s") if frozen.supersedes else _("Published on %(day)s")
    return translated(label, day=localdate(frozen.published_at))


def publication(frozen: FrozenReport | None) -> tuple[Fact, ...]:
    """The edition, what it supersedes and why, and its page.

    The seal covers the bytes of the files, so that no file can state its own: the page does.
    """
    facts = [Fact(translated(_("Edition")), edition(frozen))]
    if frozen and (superseded := frozen.supersedes):
        published = translated(
            _("“%(title)s”, published on %(day)s"),
            title=from_fields(superseded, "title"),
            day=localdate(superseded.published_at),
        )
        facts += [
            Fact(translated(_("Supersedes")), published),
            Fact(translated(_("Reason for the correction")), from_fields(frozen, "reason")),
            Fact(translated(_("Seal of the superseded report")), untranslated(superseded.seal)),
        ]
    if frozen:
        page = page_addresses("frozen-report", frozen.slug)
        facts.append(Fact(translated(_("Seal and checksums")), page))
    return tuple(facts)


def scope(report: CompletionReport) -> tuple[Fact, ...]:
    return report.filter or (Fact(translated(_("Filter")), translated(_("none: every mission"))),)


def foot(report: CompletionReport, digits: int) -> Words:
    head = {"revision": report.revision, "head": report.ledger_head[:digits]}
    return translated(
        _("%(edition)s · revision %(revision)s · ledger head %(head)s…"), edition=edition(report.frozen), **head
    )


def summary(report):
    whole = report.whole
    stands = translated(
        _("%(completed)s of %(counted)s missions are recorded as completed (%(percent)s); documented: %(documented)s."),
        completed=whole.completed,
        counted=whole.counted,
        percent=whole.percent,
        documented=whole.documented,
    )
    counts = [{status.value: whole.statuses[status]} for status in Status]
    numbers = [(status, whole.statuses[status]) for status in Status]
    rows = [(translated(each.label), untranslated(number), share(number, whole.records)) for each, number in numbers]
    columns = columns_of((_("Status"), 60), (_("Missions"), 20, True), (_("Share"), 20, True))
    table = Table("status", translated(_("Missions by status")), columns, rows, counts=counts)
    return Section("summary", translated(_("Summary")), (*filter(None, [report.note]), stands, report.rule), (table,))


def share(number: int, whole: int) -> Words:
    return untranslated(f"{number / whole:.1%}") if whole else DASH


def tallied(report):
    title = translated(_("Status of the records"))
    if not report.whole.records:
        return Section("totals", title, (report.note or translated(_("No mission matches.")),))
    return Section("totals", title, (), tuple(totals(total) for total in report.totals if total.dimension != "status"))


def reported(report):
    columns = columns_of(
        (_("Instrument"), 30),
        (_("Documented here"), 14, True),
        (_("Recorded as completed"), 14, True),
        (_("Reported by officials"), 18),
        (_("Source"), 24),
    )
    rows = tuple(row for line in report.reconciliations for row in reconciliation_rows(line))
    why = translated(
        _(
            "Official and documented numbers differ because officials published totals and no list of missions. We "
            "count a mission as documented when a public source shows that it was completed."
        )
    )
    text = [why]
    if report.filter:
        text.append(translated(_("Both numbers are of whole documents, not of the missions listed here.")))
    table = Table("beside", translated(_("Official figures compared with public evidence")), columns, rows)
    return Section("reported", table.title, tuple(text), (table,) if rows else ())


def rings(report: CompletionReport) -> list[tuple[Arc, Words, Words]]:
    return [(arc, from_fields(arc.instrument, "title"), numbers(arc)) for arc in arcs(report.reconciliations)]


def numbers(arc: Arc) -> Words:
    return in_both(lambda: strip_unsafe(arc.words))


def alternative(report: CompletionReport) -> str:
    """The text in place of the arcs."""
    drawn = rings(report)
    return ". ".join(
        f"{title.joined(report.language)}: {words.joined(report.language)}" for _arc, title, words in drawn
    )


def reconciliation_rows(row: Reconciliation) -> Iterator[tuple[Words, ...]]:
    titles = [from_fields(instrument, "title") for instrument in row.instruments]
    instruments = Words(*(" + ".join(title[place] for title in titles) for place in (0, 1)))
    here = (instruments, of(row.documented, row.counted), of(row.completed, row.counted))
    for figure in row.reported:
        yield *here, figure_text(figure), source(figure)
    if not row.reported:
        yield *here, translated(_("no separate official figure")), DASH


def of(value: int, total: int) -> Words:
    return translated(_("%(value)s of %(total)s"), value=value, total=total)


def figure_text(figure: Reported) -> Words:
    return translated(
        _("%(value)s of %(total)s “%(word)s”"),
        value=figure.value,
        total=figure.total,
        word=translated(figure.measure.label),
    )


def source(figure: Reported) -> Words:
    return work(vars(figure.source), figure.as_of)


def work(row: Mapping[str, Any], day: date | None) -> Words:
    def cite() -> str:
        suffix = "_zh" if read_in() == "zh" else ""
        parts = [row[f"{name}{suffix}"] or row[name] for name in ("publisher", "title")]
        parts += [day, how_read(row["form"], row["url"])]
        return strip_unsafe(" · ".join(str(part) for part in parts if part))

    return in_both(cite)


def totals(total: Total) -> Table:
    shown = [status for status in Status if any(group.statuses[status] for group in total.groups)]
    numbers = [translated(status.label) for status in shown]
    numbers += [translated(ALL), translated(_("Documented")), translated(_("Completion rate"))]
    each = 66 // len(numbers)
    columns = (Column(total.label, 100 - each * len(numbers)), *(Column(label, each, True) for label in numbers))
    rows = tuple((group.title, *counted(group, shown)) for group in total.groups)
    counts = [group.statuses for group in total.groups]
    return Table(total.dimension, total.label, columns, rows, counts=counts)


def counted(group: Group, shown: list[Status]) -> list[Words]:
    numbers = [group.statuses[status] for status in shown]
    return [*map(untranslated, [*numbers, group.records, group.documented, group.percent])]


def moved(report):
    compared = translated(
        _("The listed missions at the end of %(until)s compared with the end of %(since)s."),
        since=report.since,
        until=report.until,
    )
    columns = columns_of((_("Movement"), 24), (_("Code"), 14), (_("Mission"), 62))
    moved = ((movement.label, untranslated(code), title) for movement in report.movements for code, title in movement)
    rows = tuple(islice(moved, MOST_LISTED))
    counts = translated(
        "%(all)s", all=listed([translated("%(label)s %(n)s", label=m.label, n=m.count) for m in report.movements])
    )
    tables = (Table("movements", translated(_("What moved")), columns, rows, code=1),) if rows else ()
    cut = shortened(len(rows), sum(movement.count for movement in report.movements))
    return Section("movements", translated(_("What moved")), (compared, counts, *cut), tables)


def changed(report):
    columns = columns_of(
        (_("Date"), 15), (_("Mission"), 27), (pgettext_lazy("column of a report", "Change"), 22), (_("Reason"), 36)
    )
    title = translated(_("Entries from %(since)s to %(until)s"), since=report.since, until=report.until)
    empty = report.note or translated(_("No entry in this period."))
    return _listing("changes", title, columns, report.changes, change, empty, 1, MOST_LISTED)


def change(row: dict[str, Any]) -> tuple[Words, ...]:
    mission = Words(f"{row['code']} {row['title_en']}", f"{row['code']} {row['title_zh']}")
    if row["status"]:
        before = row["before"] if row["before"] != row["status"] else None
        made = [statuses()[status] for status in (before, row["status"]) if status]
    else:
        made = [due(row["due_before"]), due(row["due"])]
    what = Words(*(f" {ARROW} ".join(part[place] for part in made) for place in (0, 1)))
    if row["kind"] != EntryKind.REPORT:
        what = translated(_("%(kind)s: %(what)s"), kind=translated(EntryKind(row["kind"]).label), what=what)
    elif row["is_confirmation"]:
        what = translated(_("%(status)s (confirmed)"), status=what)
    if row["corrected_by"]:
        what = translated(_("%(what)s (since corrected by entry %(entry)s)"), what=what, entry=row["corrected_by"])
    return day(row["day"]), mission, what, Words(row["headline_en"], row["headline_zh"])


def missions(report):
    columns = columns_of(
        (_("Code"), 9),
        (_("Mission"), 31 - PLAIN_SHARE * len(PLAIN_LISTED)),
        (_("Status"), 26),
        (_("Lead owner"), 18),
        (_("Due"), 16),
        *((capfirst(FIELDS[column.name].verbose_name), PLAIN_SHARE) for column in PLAIN_LISTED),
    )
    empty = report.note or translated(_("No mission matches."))
    return _listing("missions", translated(_("Missions")), columns, report.records, mission, empty, 0)


def mission(row: dict[str, Any]) -> tuple[Words, ...]:
    return (
        untranslated(row["code"]),
        Words(row["title_en"], row["title_zh"]),
        translated(_("%(status)s since %(day)s"), status=_words(row, "status"), day=row["status_since"]),
        _words(row, "owner"),
        dates(row),
        *(plain_cell(row[column.name]) for column in PLAIN_LISTED),
    )


def plain_cell(value: Any) -> Words:
    if value is None or value == "":
        return DASH
    return (
        day(value) if isinstance(value, date) else untranslated(as_text(value) if isinstance(value, Decimal) else value)
    )


def dates(row: dict[str, Any]) -> Words:
    if row["status"] == Status.WITHDRAWN:
        return DASH
    parts = [translated("%(day)s", day=row["due"])] if row["due"] else []
    parts += [_words(row, "deadline")] if row["deadline"] != Deadline.NONE else []
    if message := moved_words(row["status"], row["due"], row["due_first"], row["due_moves"]):
        parts.append(translated(message, first=row["due_first"], number=row["due_moves"]))
    return Words(*map(" · ".join, zip(*parts, strict=True))) if parts else DASH


def cited(report):
    columns = columns_of(
        (_("Mission"), 10), (_("Entry"), 7, True), (_("Since"), 15), (_("Evidence cited"), 40), (_("Where"), 28)
    )
    empty = translated(_("No evidence is cited for these missions."))
    return _listing("evidence", translated(_("Evidence")), columns, report.evidence, evidence, empty, 0, MOST_LISTED)


def evidence(row: dict[str, Any]) -> tuple[Words, ...]:
    where = [row["url"], row["file"], f"SHA-256 {row['sha256']}" if row["sha256"] else ""]
    if row["title"]:
        cited = work(row, row["published_on"])
    else:
        cited = translated(_("not public"))
    return (
        untranslated(row["code"]),
        untranslated(row["entry"]),
        day(row["effective_on"]),
        cited,
        untranslated(" ".join(filter(None, where))),
    )


def _listing(name, title, columns, sheet, cells, empty, code, most=None):
    if not len(sheet):
        return Section(name, title, (empty,))
    listed = sheet.first(most) if most else sheet
    table = Table(name, title, columns, map(cells, listed.dicts()), code)
    return Section(name, title, shortened(len(listed), len(sheet)), (table,))


def shortened(listed: int, total: int) -> tuple[Words, ...]:
    if listed == total:
        return ()
    note = _("The first %(listed)s of %(total)s are listed. This report as Excel lists more, as JSON all of them.")
    return (translated(note, listed=listed, total=total),)


def _words(row, name):
    return Words(row[f"{name}_en"], row[f"{name}_zh"])


@cache
def statuses() -> dict[str, Words]:
    return {status.value: translated(status.label) for status in Status}


@cache
def day(of: date) -> Words:
    return translated("%(day)s", day=of)


def due(until: date | None) -> Words:
    return translated(_("due %(day)s"), day=until) if until else translated(_("no due date"))
