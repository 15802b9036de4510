"""The page of published figures: each with value, day and source, those on completion beside the records."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Contradiction, Measure, ReportedFigure
from missions.status import Basis, Status
from tests import build
from tests.public.dom import parameters, parse, total

pytestmark = pytest.mark.usefixtures("noon")

SECRET = "Zzyzx"


def figure(indicator, value=1, on=date(2024, 3, 2), source="s1", covers=(), **fields):
    names = {"indicator_en": indicator, "indicator_zh": f"指标{indicator}", "unit": "items"}
    said = {"as_of": on, "value": value, "source": build.source(source)}
    made = ReportedFigure.objects.create(**{**names, **said, **fields})
    made.covers.set(covers)
    return made


def on_completion(value, of, day=date(2024, 3, 2), measure=Measure.COMPLETED, source="s1", covers=None):
    covers = covers or [build.instrument("FP")]
    for each, number in [(Measure.TOTAL, of), (measure, value)]:
        figure(f"{each} on {day}", number, day, source, covers, measure=each)


def shown(client, query="", language="en"):
    return parse(client.get(f"/{language}/figures/{query}")).one("main")


def tables(page, section):
    """(heading, rows as texts of their cells) of each table of figures in a section."""
    inside = page.one("section", aria_labelledby=section)
    headings = [heading.text for heading in inside.all("h3")]
    found = inside.all("table", role="table")
    rows = [
        [[cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in table.all("tr")[1:]]
        for table in found
    ]
    return list(zip(headings, rows, strict=True))


def test_figures_stand_by_instrument_newest_first_and_parts_of_a_whole_keep_their_place(client):
    plan, bank = build.instrument("FP", position=1), build.instrument("EX", position=2)
    build.mission(instrument=plan)
    build.mission(instrument=bank)
    figure("Area", 7000, date(2021, 3, 3), unit="sq km")
    figure("of which core", "1234.5000", date(2021, 3, 3), unit="sq km", unit_zh="平方公里")
    figure("GDP", "2.3", date(2023, 12, 31), unit="trillion yuan")
    figure("Credit line", 200, instrument=bank)
    figure("Policies", 29, date(2021, 3, 3), instrument=plan)
    figure("Policies", 26, date(2022, 3, 3), instrument=plan)

    page = shown(client)
    assert [(heading, [row[:3] for row in rows]) for heading, rows in tables(page, "others")] == [
        ("Instrument FP", [["Policies", "26 items", "3 Mar 2022"], ["Policies", "29 items", "3 Mar 2021"]]),
        ("Instrument EX", [["Credit line", "200 items", "2 Mar 2024"]]),
        (
            "The hub as a whole",
            [
                ["GDP", "2.3 trillion yuan", "31 Dec 2023"],
                ["Area", "7,000 sq km", "3 Mar 2021"],
                ["of which core", "1,234.5 sq km", "3 Mar 2021"],
            ],
        ),
    ]
    page = shown(client, language="zh-hans")
    (_heading, rows) = tables(page, "others")[-1]
    assert rows[2][:3] == ["指标of which core", "1234.5平方公里", "2021年3月3日"]


@pytest.mark.parametrize(
    ("value", "unit", "unit_zh", "shown_en", "shown_zh"),
    [
        ("154", "billion yuan", "十亿元", "154 billion yuan", "1540亿元"),
        ("73.63", "billion yuan", "十亿元", "73.63 billion yuan", "736.3亿元"),
        ("400", "million yuan", "百万元", "400 million yuan", "4亿元"),
        ("0.005", "million yuan", "百万元", "0.005 million yuan", "5000元"),
        ("2.3", "trillion yuan", "万亿元", "2.3 trillion yuan", "2.3万亿元"),
        ("407", "million", "百万人（次）", "407 million", "4.07亿"),
        ("15", "million", "百万人（次）", "15 million", "1500万"),
        ("15", "million people", "百万人", "15 million people", "1500万人"),
        ("104", "tasks", "项", "104 tasks", "104项"),
        ("7000", "sq km", "平方公里", "7,000 sq km", "7000平方公里"),
        ("80", "percent", "%", "80 percent", "80%"),
        ("12", "furlongs", "浪", "12 furlongs", "12浪"),
        ("12", "furlongs", "", "12 furlongs", "12 furlongs"),
    ],
)
def test_a_unit_is_the_one_that_the_readers_language_counts_by(client, value, unit, unit_zh, shown_en, shown_zh):
    figure("Something", value, unit=unit, unit_zh=unit_zh)

    for language, expected in (("en", shown_en), ("zh-hans", shown_zh)):
        cell = shown(client, language=language).one("td", class_="value")
        assert cell.text == expected
        word = cell.one("span")
        assert word["lang"] == ("en" if word.text.isascii() else "zh-Hans")


def test_each_figure_names_its_source_in_the_sources_language(client):
    build.source("zh", title="虹桥", publisher="报社", published_on=date(2024, 3, 1), language="zh-Hans")
    build.source("bare", url="")
    figure("One", source="zh")
    figure("Two", source="bare")

    one, two = shown(client).all("td", class_="source")
    assert one.text == "虹桥 · 报社, 1 Mar 2024"
    assert [part.text for part in one.all("span", lang="zh-Hans")] == ["虹桥", "报社"]
    assert one.one("a")["href"] == "https://example.org/zh"
    assert (two.text, two.all("a")) == ("Source bare · Publisher", [])


def test_a_figure_of_a_day_to_come_is_not_shown(client):
    figure("Early", on=date(2024, 6, 1))
    figure("Late", on=date(2024, 6, 2))
    figure("Late", on=date(2024, 6, 2), source="s2", value=2)
    on_completion(5, 9, date(2024, 6, 2))
    build.mission()

    early, today = shown(client, "?as_of=2024-06-01").text, shown(client).text
    assert ("Early" in early, "Late" in early, "5 of 9" in early) == (True, False, False)
    assert ("Early" in today, "Late" in today, "5 of 9" in today) == (True, True, True)
    assert "Officials had published no figure by this day." in shown(client, "?as_of=2024-05-31").text


def test_a_figure_of_an_instrument_in_preparation_is_not_shown(client):
    hidden = build.instrument("SECRET", issued_on=None, title_en=SECRET)
    build.mission(SECRET, instrument=hidden, opened=False)
    build.mission(instrument=build.instrument("FP"))
    figure(f"{SECRET} 1", instrument=hidden)
    figure(f"{SECRET} 2", covers=[hidden, build.instrument("FP")], measure=Measure.TOTAL)
    figure(f"{SECRET} 2", 7, covers=[hidden, build.instrument("FP")], measure=Measure.TOTAL, source="s2")
    figure("Open")

    assert "Open" in shown(client).text
    assert SECRET not in shown(client).text


@pytest.mark.both_databases
def test_a_figure_on_completion_stands_beside_the_records_of_its_own_day(client):
    done, said, late = (build.mission() for _number in range(3))
    build.mission(instrument=build.instrument("EX"), status=Status.COMPLETED)
    build.report(done, Status.COMPLETED, on=date(2024, 1, 1))
    build.report(said, Status.COMPLETED, on=date(2024, 1, 1), basis=Basis.OWNER)
    build.report(late, Status.COMPLETED, on=date(2024, 3, 3))
    on_completion(100, 104)
    on_completion(3, 4, date(2024, 4, 1), Measure.IN_PLACE, covers=[build.instrument("FP"), build.instrument("EX")])

    page = shown(client)
    beside = [(heading, [(row[0], row[1], row[3]) for row in rows]) for heading, rows in tables(page, "completion")]
    assert beside == [
        (
            "Instrument EX + Instrument FP",
            [
                ("total on 2024-04-01", "4 items", "4 missions the records on that day"),
                (
                    "in_place on 2024-04-01 “put in place”",
                    "3 items",
                    "3 of 4 completed, documented the records on that day",
                ),
            ],
        ),
        (
            "Instrument FP",
            [
                ("total on 2024-03-02", "104 items", "3 missions the records on that day"),
                (
                    "completed on 2024-03-02 “completed”",
                    "100 items",
                    "1 of 3 completed, documented the records on that day",
                ),
            ],
        ),
    ]
    assert "total on" not in page.one("section", aria_labelledby="others").text
    links = [link["href"] for link in page.all("a", class_="other-day")]
    assert [parameters(link) for link in links[2:]] == [
        {"instrument": ["FP"], "as_of": ["2024-03-02"]},
        {"instrument": ["FP"], "as_of": ["2024-03-02"], "status": ["completed"]},
    ]
    assert [total(client.get(link)) for link in links] == [4, 4, 3, 2]


def test_the_records_beside_a_figure_go_by_what_was_known_and_the_figures_do_not(client):
    build.mission(status=Status.COMPLETED)
    on_completion(100, 104)

    then, now = shown(client, "?known_at=2024-06-29"), shown(client, "?known_at=2024-06-30")
    assert [rows[1][3].split(" the ")[0] for _heading, rows in tables(then, "completion")] == [
        "0 of 0 completed, documented"
    ]
    assert [rows[1][3].split(" the ")[0] for _heading, rows in tables(now, "completion")] == [
        "1 of 1 completed, documented"
    ]
    words = "no moment at which this site took it in"
    assert [words in page.text for page in (then, now, shown(client))] == [True, True, False]
    assert parameters(then.one("section", aria_labelledby="completion").all("a", class_="other-day")[0]["href"]) == {
        "instrument": ["FP"],
        "as_of": ["2024-03-02"],
        "known_at": ["2024-06-29"],
    }


def test_a_measure_without_instruments_or_total_is_shown_as_what_it_is(client):
    build.mission(instrument=build.instrument("FP"))
    figure("Of nothing", 5, measure=Measure.COMPLETED)
    figure("Without a total", 6, measure=Measure.COMPLETED, covers=[build.instrument("FP")])

    page = shown(client)
    assert [row[0] for _heading, rows in tables(page, "others") for row in rows] == ["Of nothing"]
    assert [row[0] for _heading, rows in tables(page, "completion") for row in rows] == ["Without a total “completed”"]
    assert page.one("figure", class_="chart").all(class_="reported") == []


def test_contradictions_are_shown_as_they_are_recorded_in_their_order_and_in_the_language(client):
    figure("One")
    for key, position in (("second", 2), ("first", 1)):
        Contradiction.objects.create(key=key, text_en=f"The {key}.", text_zh=f"{key}条。", position=position)

    for language, texts in (("en", ["The first.", "The second."]), ("zh-hans", ["first条。", "second条。"])):
        section = shown(client, language=language).one("section", aria_labelledby="contradictions")
        assert [item.text for item in section.one("ol").all("li")] == texts


def test_where_nothing_is_published_the_page_says_so(client):
    assert "Officials had published no figure by this day. Choose a later one." in shown(client).text
    figure("One")
    text = shown(client).text
    assert "Officials had published no figure on completion by this day." in text
    assert "No contradiction between sources is on record." in text


@pytest.mark.parametrize("size", [1, 3, 30])
def test_the_number_of_queries_does_not_grow_with_the_figures(client, size):
    for n in range(size):
        instrument = build.instrument(f"I{n}", official_total=n)
        build.mission(instrument=instrument, status=Status.COMPLETED)
        on_completion(n, n + 1, source=f"s{n}", covers=[instrument, build.instrument("I0")])
        figure("One", n, source=f"s{n}", instrument=instrument)

    with CaptureQueriesContext(connection) as queries:
        client.get("/en/figures/")
    assert len(queries) == 7
