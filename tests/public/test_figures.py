"""Reported beside documented: the page of figures, the overview and the page of an instrument."""

from datetime import date

import pytest

from missions.models import Contradiction, Measure
from missions.status import Basis, Status
from tests import factories
from tests.public.dom import parameters, parse, total
from tests.public.officials import completion_figure, figure
from tests.public.reading import cells, section

pytestmark = pytest.mark.usefixtures("noon")
APRIL = date(2024, 4, 1)


def main(client, query="", path="figures/", language="en"):
    return parse(client.get(f"/{language}/{path}{query}")).one("main")


def tables(page, anchor):
    """Heading → the rows of the table of figures below it."""
    part = section(page, anchor)
    return dict(zip([each.text for each in part.all("h3")], map(cells, part.all("table", role="table")), strict=True))


def records_links(element):
    return [link["href"] for link in element.all("a") if "/missions/?" in link["href"]]


def test_figures_are_by_instrument_newest_first_with_value_day_and_source(client):
    for place, code in enumerate(("FP", "EX")):
        factories.mission(instrument=factories.instrument(code, position=place))
    figure("Area", 7000, date(2021, 3, 3), unit="sq km")
    figure("of which core", "1234.5000", date(2021, 3, 3), unit="sq km", unit_zh="平方公里")
    figure("GDP", "2.3", date(2023, 12, 31), unit="trillion yuan")
    figure("Credit line", 200, instrument=factories.instrument("EX"), source="s2")
    figure("Policies", 29, date(2021, 3, 3), instrument=factories.instrument("FP"))
    figure("Policies", 26, date(2022, 3, 3), instrument=factories.instrument("FP"))

    source, page = "Source s1 · Publisher", main(client)
    assert tables(page, "others") == {
        "Instrument FP": [
            ["Policies", "26 items", "3 Mar 2022", source],
            ["Policies", "29 items", "3 Mar 2021", source],
        ],
        "Instrument EX": [["Credit line", "200 items", "2 Mar 2024", "Source s2 · Publisher"]],
        "The hub as a whole": [
            ["GDP", "2.3 trillion yuan", "31 Dec 2023", source],
            ["Area", "7,000 sq km", "3 Mar 2021", source],
            ["of which core", "1,234.5 sq km", "3 Mar 2021", source],
        ],
    }
    chinese = [*tables(main(client, language="zh-hans"), "others").values()][-1]
    assert chinese[2][:3] == ["指标of which core", "1234.5平方公里", "2021年3月3日"]
    sources = [link["href"] for link in section(page, "others").all("a") if "example.org" in link["href"]]
    assert sources == [f"https://example.org/{key}" for key in ("s1", "s1", "s2", "s1", "s1", "s1")]


@pytest.mark.parametrize(
    ("value", "unit", "unit_zh", "english", "chinese"),
    [
        ("73.63", "billion yuan", "十亿元", "73.63 billion yuan", "736.3亿元"),
        ("0.005", "million yuan", "百万元", "0.005 million yuan", "5000元"),
        ("2.3", "trillion yuan", "万亿元", "2.3 trillion yuan", "2.3万亿元"),
        ("407", "million", "百万人（次）", "407 million", "4.07亿"),
        ("80", "percent", "%", "80 percent", "80%"),
        ("12", "furlongs", "", "12 furlongs", "12 furlongs"),
    ],
)
def test_a_unit_is_the_one_that_the_language_counts_in(client, value, unit, unit_zh, english, chinese):
    figure("Something", value, unit=unit, unit_zh=unit_zh)
    for language, expected in (("en", english), ("zh-hans", chinese)):
        (table,) = tables(main(client, language=language), "others").values()
        assert table[0][1] == expected


def test_a_figure_is_shown_from_its_day_and_of_public_instruments_alone(client):
    hidden = factories.instrument("HID", issued_on=None, title_en="Zzyzx")
    factories.mission("HID-1", instrument=hidden, opened=False)
    factories.mission()
    figure("Early", on=date(2024, 6, 1))
    figure("Late", on=date(2024, 6, 2))
    completion_figure(5, 9, on=date(2024, 6, 2))
    figure("Zzyzx 1", instrument=hidden)
    figure("Zzyzx 2", covers=["HID", "FP"], measure=Measure.TOTAL)
    texts = [main(client, query).text for query in ("?as_of=2024-05-31", "?as_of=2024-06-01", "")]
    found = [[word for word in ("Early", "Late", "5 of 9", "Zzyzx") if word in text] for text in texts]
    assert found == [[], ["Early"], ["Early", "Late", "5 of 9"]]


def test_figures_on_completion_are_beside_the_records_of_their_own_day(client):
    documented, owner, late, secret = (factories.mission() for _number in range(4))
    factories.mission(instrument=factories.instrument("EX"), status=Status.COMPLETED)
    factories.mission(instrument=factories.instrument("EX"), status=Status.WITHDRAWN)
    factories.report(documented, Status.COMPLETED)
    factories.report(owner, Status.COMPLETED, basis=Basis.OWNER)
    factories.report(late, Status.COMPLETED, on=date(2024, 3, 3))
    factories.report(secret, Status.COMPLETED, evidence=[factories.evidence(is_public=False)])
    completion_figure(100, 104)
    completion_figure(3, 4, "EX", "FP", on=APRIL, measure=Measure.IN_PLACE)

    page, suffix = main(client), "the records on that date"
    rows = {heading: [(row[1], row[3]) for row in table] for heading, table in tables(page, "completion").items()}
    assert rows == {
        "Instrument EX + Instrument FP": [
            ("4 items", f"5 missions {suffix}"),
            ("3 items", f"3 of 5 completed, documented {suffix}"),
        ],
        "Instrument FP": [
            ("104 items", f"4 missions {suffix}"),
            ("100 items", f"1 of 4 completed, documented {suffix}"),
        ],
    }
    links = records_links(section(page, "completion"))
    assert [parameters(link) for link in links[2:]] == [
        {"instrument": ["FP"], "as_of": ["2024-03-02"]},
        {"instrument": ["FP"], "as_of": ["2024-03-02"], "status": ["completed"]},
    ]
    # Withdrawn missions are not counted, but are records; completions without public evidence are recorded.
    assert [total(client.get(link)) for link in links] == [6, 5, 4, 3]
    # What was known narrows the records and not the figures.
    before = main(client, "?known_at=2024-06-29")
    assert tables(before, "completion")["Instrument FP"][1][1:4:2] == [
        "100 items",
        f"0 of 0 completed, documented {suffix}",
    ]
    assert parameters(records_links(before)[0])["known_at"] == ["2024-06-29"]


@pytest.mark.parametrize("path", ["", "instruments/FP/"])
def test_the_newest_figure_is_beside_documented_jointly_and_alone(client, path):
    for number in range(3):
        factories.mission(instrument=factories.instrument("FP"), status=Status.COMPLETED if number else None)
    factories.mission(instrument=factories.instrument("FP"), status=Status.WITHDRAWN)
    factories.mission(instrument=factories.instrument("EX", position=9), status=Status.COMPLETED)
    completion_figure(1, 3, on=date(2024, 2, 1))
    completion_figure(2, 3, on=date(2024, 3, 1), source="s2")
    completion_figure(110, 121, "FP", "EX", on=APRIL, measure=Measure.IN_PLACE)

    def rows(query=""):
        (table,) = main(client, query, path).all("table", class_="reconciliation")
        found = [row.all("td") for row in table.one("tbody").all("tr")]
        return [[[strong.text for strong in cell.all("strong")] for cell in row] for row in found]

    alone = [[["110 of 121"], ["3 of 4"]], [["2 of 3"], ["2 of 3"]]]
    assert rows() == (alone if path else [*alone, [[], ["1 of 1"]]])
    assert [row for row in rows("?as_of=2024-02-15") if row[0]] == [[["1 of 3"], ["2 of 3"]]]
    links = records_links(main(client, "?as_of=2024-06-01", path))
    then = [link for link in links if parameters(link)["as_of"] == ["2024-03-01"]]
    assert [(parameters(link)["instrument"], total(client.get(link))) for link in then] == [(["FP"], 4)]


def test_contradictions_are_in_their_order_and_language(client):
    figure("One")
    for key, position in (("second", 2), ("first", 1)):
        Contradiction.objects.create(key=key, text_en=f"The {key}.", text_zh=f"{key}条。", position=position)
    for language, texts in {"en": ["The first.", "The second."], "zh-hans": ["first条。", "second条。"]}.items():
        shown = section(main(client, language=language), "contradictions")
        assert [item.text for item in shown.all("li")] == texts
