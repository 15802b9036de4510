"""Sheets of a workbook: cells by type, formats, charts, print setup."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.timezone import localtime
from xlsxwriter import Workbook

from ..bilingual import Words, translated

# What a cell holds, in UTF-16 units, as Excel counts.
MOST_UNITS = 32_767
CUT = "…"

INK, MUTED, LINE, STRONG_LINE, GROUND = "#16191d", "#57606a", "#d6dce2", "#79838d", "#ffffff"
GRID = {"visible": True, "line": {"color": LINE, "width": 0.5}}
PLAIN = {"font_size": 10, "font_color": INK, "valign": "top"}
RULED = {"text_wrap": True, "bottom": 1, "bottom_color": LINE}
LABEL = {"font_size": 9, "bold": True, "font_color": MUTED, "valign": "bottom", "text_wrap": True}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 18, "bold": True},
    "muted": {"font_color": MUTED},
    "heading": {"font_size": 13, "bold": True},
    "label": LABEL,
    "head": {**LABEL, "bottom": 1, "bottom_color": STRONG_LINE},
    "head of numbers": {**LABEL, "bottom": 1, "bottom_color": STRONG_LINE, "align": "right"},
    "text": RULED,
    "number": {**RULED, "num_format": "0"},
    "decimal": {**RULED, "num_format": "General"},
    "rate": {**RULED, "num_format": "0.0%"},
    "day": {**RULED, "num_format": "yyyy-mm-dd"},
    "moment": {**RULED, "num_format": "yyyy-mm-dd hh:mm:ss"},
}
# Type → style; other cells are texts.
LOOKS = {datetime: "moment", date: "day", Decimal: "decimal", float: "rate", int: "number"}
A4 = 9
# Characters that fit on a portrait and a landscape page.
UPRIGHT, LYING = 140, 170
# In pixels: rows, and charts without their bars.
ROW, CHART_WIDTH, CHART_HEIGHT = 20, 960, 140


class Series(NamedTuple):
    label: Words
    column: int
    values: Sequence[int | None]
    colour: str
    is_hollow: bool = False


class Chart(NamedTuple):
    """Stacked or grouped bars of consecutive rows."""

    title: Words
    axes: tuple[Words, Words]
    first_row: int
    column: int
    labels: list[str]
    series: Sequence[Series]
    description: Words
    is_stacked: bool


def chart_height(bars: int) -> int:
    return CHART_HEIGHT + 52 * bars


class Page:
    """A sheet filled from the top. `row` is the next one; `is_cut` says that a text was too long."""

    def __init__(
        self, book: Workbook, name: str, widths: Sequence[float], foot: str, language: str = "both", **looks: Any
    ):
        """`looks` applies to all cells of the page."""
        self.book, self.language, self.name, self.row, self.is_cut = book, language, name, 0, False
        self.styles = {name: book.add_format({**PLAIN, **style, **looks}) for name, style in STYLES.items()}
        self.sheet = book.add_worksheet(name)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(A4)
        if sum(widths) > UPRIGHT:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(max(1, round(sum(widths) / LYING)), 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.set_footer(f"&L&8{foot}&R&8&P / &N")

    def text(self, words: Words, between: str = " ") -> str:
        return words.joined(self.language, between)

    def heading(self, title: Any) -> None:
        self.row += 1
        self.line(self.text(translated(title)), style="heading")

    def head(self, *labels: Any, texts: int) -> None:
        for column, label in enumerate(labels):
            style = self.styles["head" if column < texts else "head of numbers"]
            self._write(column, self.text(translated(label), "\n"), style)
        self.row += 1

    def line(self, *cells: Any, style: str = "") -> None:
        for column, cell in enumerate(cells):
            self._put(column, cell, style)
        self.row += 1

    def _put(self, column, value, style):
        if isinstance(value, Words):
            value = self.text(value, "\n")
        elif isinstance(value, datetime):
            # Cells have no time zone: the heading names the site's.
            value = localtime(value).replace(tzinfo=None)
        look = self.styles[style or LOOKS.get(type(value), "text")]
        if value and isinstance(value, str):
            self._write(column, value, look)
        else:
            self.sheet.write(self.row, column, value, look)

    def _write(self, column, text, style):
        text = self._fitting(text)
        if text.startswith("<r>") and text.endswith("</r>"):
            # xlsxwriter reads such a text as its markup, unless it is split.
            self.sheet.write_rich_string(self.row, column, text[0], style, text[1:], style)
        else:
            self.sheet.write_string(self.row, column, text, style)

    def _fitting(self, text):
        if 2 * len(text) <= MOST_UNITS or len(units := text.encode("utf-16-le")) <= 2 * MOST_UNITS:
            return text
        self.is_cut = True
        return units[: 2 * (MOST_UNITS - len(CUT))].decode("utf-16-le", "ignore") + CUT

    def freeze(self, rows: int, columns: int) -> None:
        self.sheet.freeze_panes(rows, columns)
        self.sheet.repeat_rows(0, rows - 1)
        if columns:
            self.sheet.repeat_columns(0, columns - 1)

    def leave(self, height: int) -> int:
        first = self.row
        self.row += height // ROW + 2
        return first

    def draw(self, chart: Chart, row: int, height: int) -> None:
        kind = {"type": "bar", "subtype": "stacked"} if chart.is_stacked else {"type": "column"}
        made = self.book.add_chart(kind)
        rows = chart.first_row, chart.first_row + len(chart.labels) - 1
        for each in chart.series:
            labels, values = ([self.name, rows[0], place, rows[1], place] for place in (chart.column, each.column))
            known = {"categories_data": chart.labels, "values_data": each.values}
            made.add_series({"categories": labels, "values": values, **known, **self._drawn(each, chart.is_stacked)})
        made.set_title({"name": self.text(chart.title), "name_font": {"size": 12, "color": INK}})
        of_labels = self._axis(chart.axes[0], interval_unit=1)
        of_values = self._axis(chart.axes[1], major_gridlines=GRID)
        if chart.is_stacked:
            # Bars start at the bottom unless the axis is reversed.
            made.set_y_axis({**of_labels, "reverse": True, "crossing": "max"})
            made.set_x_axis(of_values)
        else:
            made.set_x_axis(of_labels)
            made.set_y_axis(of_values)
        made.set_legend({"position": "bottom", "font": {"size": 9, "color": INK}})
        made.set_chartarea({"border": {"none": True}})
        made.set_size({"width": CHART_WIDTH, "height": height})
        self.sheet.insert_chart(row, 0, made, {"description": self.text(chart.description), "object_position": 3})

    def _axis(self, name: Words, **looks: Any) -> dict[str, Any]:
        return {
            "name": self.text(name),
            "name_font": {"size": 9, "color": MUTED, "bold": False},
            "num_font": {"size": 9, "color": INK},
            "line": {"color": STRONG_LINE},
            "major_gridlines": {"visible": False},
            "major_tick_mark": "none",
            **looks,
        }

    def _drawn(self, series: Series, is_stacked: bool) -> dict[str, Any]:
        ink, ground = {"color": series.colour}, {"color": GROUND}
        return {
            "name": self.text(series.label),
            "fill": ground if series.is_hollow else ink,
            "border": {**ink, "width": 1, "dash_type": "dash" if series.is_hollow else "solid"},
            "gap": 60,
            "data_labels": {
                "value": True,
                "num_format": "0;;",
                "font": {"size": 9, **(ground if is_stacked and not series.is_hollow else ink)},
            },
        }
