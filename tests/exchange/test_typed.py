"""What people type: read where the meaning is clear, refused where it is not."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from missions.exchange.cells import Column
from missions.exchange.typed import typed, unified
from missions.exchange.workbooks import Day, Moment, NoValue
from missions.models import Mission, ReportedFigure, Source
from missions.models.days import FIRST_DAY, LAST_DAY

DAY = Column("published_on", Source)
CODE, KEY = Column("code", Mission), Column("key", Source)
TITLE, DESCRIPTION = Column("title_zh", Mission), Column("description_zh", Mission)
NUMBER, VALUE, KIND = Column("number", Mission), Column("value", ReportedFigure), Column("kind", Mission)
ONE, SEVERAL = Column("theme", Mission), Column("areas", Mission)

NOT_A_DAY = "“{}” is not clearly a day: write it like 2024-03-02, 2024/3/2 or 2024年3月2日."
A_DAY = "The cell holds a day or a time ({}): format it as text, and type what is meant."
A_TRUTH = "The cell holds TRUE or FALSE: format it as text, and type what is meant."


def refusal(column, value):
    with pytest.raises(ValidationError) as caught:
        typed(column, value)
    (message,) = caught.value.messages
    return message


@pytest.mark.parametrize(
    "value",
    [
        Day("2024-03-02"),
        "2024-03-02",
        "2024-3-2",
        "2024/3/2",
        "2024/03/02",
        "2024.3.2",
        "2024年3月2日",
        "2024年03月02日",
        "2024年3月2号",
        "2024年3月2",
        "2024 年 3 月 2 日",
        "２０２４年３月２日",
        "２０２４－３－２",
        "２０２４／３／２",
        "２０２４．３．２",
        " 2024-03-02 \u3000",
        "2024-03-02\n",
        "\u00a02024/3/2",
        "20240302",
        "２０２４０３０２",
        20240302.0,
        20240302,
        "45353",
        "４５３５３",
        "45353.0",
        45353.0,
        45353,
    ],
)
def test_a_day_is_read_in_each_form_that_leaves_no_doubt(value):
    assert typed(DAY, value) == "2024-03-02"


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_an_empty_cell_is_no_day(value):
    assert typed(DAY, value) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2024年3月", "2024年3月"),
        ("2024", "2024"),
        (2024.0, "2024"),
        ("3/2/2024", "3/2/2024"),
        ("2-3-2024", "2-3-2024"),
        ("24-3-2", "24-3-2"),
        ("3月2日", "3月2日"),
        ("2024-3/2", "2024-3/2"),
        ("2024年3-2", "2024年3-2"),
        ("2024-02-30", "2024-02-30"),
        ("2024-13-01", "2024-13-01"),
        ("20241301", "20241301"),
        ("0000-01-01", "0000-01-01"),
        ("二〇二四年三月二日", "二〇二四年三月二日"),
        ("early March", "early March"),
        ("2024-03-02 18:00", "2024-03-02 18:00"),
        ("45353.5", "45353.5"),
        (45353.75, "45353.75"),
        ("4535", "4535"),
        ("453531", "453531"),
        ("-45353", "-45353"),
        ("２０２４年３月", "2024年3月"),
        (Day("1905-07-17"), "1905-07-17"),
        (Day("1905-03-14"), "1905-03-14"),
        (Moment("2024-03-02T18:30:00"), "2024-03-02T18:30:00"),
        (Moment("12:00:00"), "12:00:00"),
        ("٢٠٢٤-٠٣-٠٢", "٢٠٢٤-٠٣-٠٢"),
    ],
)
def test_what_is_not_clearly_a_day_is_refused(value, said):
    assert refusal(DAY, value) == NOT_A_DAY.format(said)


@pytest.mark.parametrize("day", ["1905-03-13", "1905-10-01"])
def test_days_before_and_after_those_that_years_turn_into_are_days(day):
    assert typed(DAY, Day(day)) == day


def test_a_day_of_1905_that_was_typed_as_text_is_that_day():
    assert typed(DAY, "1905-07-17") == "1905-07-17"


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_is_read_back_from_each_of_its_forms(day):
    forms = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
    ]
    if (number := (day - date(1899, 12, 30)).days) >= 10_000:
        forms += [str(number), float(number)]

    assert {typed(DAY, form) for form in forms} == {day.isoformat()}


@given(st.text(max_size=30) | st.floats(allow_nan=False) | st.integers())
def test_whatever_stands_there_is_a_day_or_refused(value):
    try:
        found = typed(DAY, value)
    except ValidationError:
        return
    assert found == "" or date.fromisoformat(found).isoformat() == found


@pytest.mark.parametrize("column", [DAY, CODE, TITLE, DESCRIPTION, NUMBER, VALUE, KIND, ONE, SEVERAL])
def test_what_cannot_be_read_says_why_in_each_column(column):
    assert refusal(column, NoValue("It is merged.")) == "It is merged."


@pytest.mark.parametrize("column", [DAY, CODE, TITLE, DESCRIPTION, NUMBER, VALUE, KIND, ONE, SEVERAL])
@pytest.mark.parametrize("value", [True, False])
def test_true_and_false_are_refused_in_each_column(column, value):
    assert refusal(column, value) == A_TRUTH


@pytest.mark.parametrize("column", [CODE, TITLE, DESCRIPTION, NUMBER, VALUE, KIND, ONE, SEVERAL])
@pytest.mark.parametrize("value", [Day("2024-03-02"), Moment("2024-03-02T18:30:00"), Moment("12:00:00")])
def test_a_day_or_a_time_is_refused_where_none_is_meant(column, value):
    """A code like 3-2 becomes a day in a spreadsheet."""
    assert refusal(column, value) == A_DAY.format(value)


@pytest.mark.parametrize("column", [CODE, KEY, KIND, ONE, NUMBER])
@pytest.mark.parametrize("value", ["ＦＰ－００１", " FP-001 ", "FP-001\u3000", "\u00a0FP-001"])
def test_full_width_signs_and_spaces_are_slips_in_codes(column, value):
    assert typed(column, value) == "FP-001"


@pytest.mark.parametrize("column", [TITLE, DESCRIPTION])
@pytest.mark.parametrize("value", ["任务（一）：ＡＢＣ１２３", "ﬁ", "e\u0301", "㎡"])
def test_a_text_keeps_its_signs(column, value):
    assert typed(column, f" {value}\u3000") == value


@pytest.mark.parametrize("separator", [";", "；", "、", ",", "，", "\n", " ; ", "；\n"])
def test_the_items_of_a_list_stand_between_all_the_signs_that_people_use(separator):
    items = typed(SEVERAL, f"Ａ1{separator}A2 ")

    assert [item for item in items.split(";") if item] == ["A1", "A2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (12, "12"),
        (3.25, "3.25"),
        (-3.5, "-3.5"),
        (0.0001, "0.0001"),
        (1.1 + 2.2, "3.3"),
        (0.1 * 3, "0.3"),
        (12345678901.1234, "12345678901.1234"),
        (123456789012345.0, "123456789012345"),
        ("１２．５ ", "12.5"),
        (None, ""),
    ],
)
def test_numbers_are_read_as_spreadsheets_show_them(value, text):
    assert typed(VALUE, value) == text


@pytest.mark.parametrize(("value", "text"), [(2025.0, "2025"), (0.5, "0.5"), (None, "")])
def test_a_number_where_a_text_is_meant_is_that_text(value, text):
    assert typed(TITLE, value) == text


def test_unified_text_has_plain_signs():
    assert unified("　ＦＰ－００１（Ａ）　") == "FP-001(A)"
