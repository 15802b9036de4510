"""What `make bench` makes of its measurements: medians, verdicts, the table, and what wrk says."""

import pytest

from tests.bench.document import number, table
from tests.bench.lines import Line, medians
from tests.bench.wrk import Driven, parsed

SAID = '{"requests": 300, "seconds": 1.5, "bytes": 9000, "failed": %d, "p95": 0.02}\n'


def test_jobs_take_turns_and_each_has_its_median():
    calls = []
    results = {"ours": iter([9, 1, 2, 3, 4]), "theirs": iter([5, 5, 5, 6, 7])}

    def job(name):
        calls.append(name)
        return next(results[name])

    assert medians(lambda: job("ours"), lambda: job("theirs")) == [3, 5]
    assert calls == ["ours", "theirs"] * 5


@pytest.mark.parametrize(
    ("ours", "limits", "verdict"),
    [
        (50, {"least": 0.5}, "kept"),
        (49, {"least": 0.5}, "NOT KEPT"),
        (300, {"most": 3}, "kept"),
        (301, {"most": 3}, "NOT KEPT"),
        (301, {}, "–"),
    ],
)
def test_a_limit_of_a_comparison_is_one_of_the_ratio(ours, limits, verdict):
    line = Line("page", ours, "ms", "another", 100, **limits)

    assert (line.verdict, line.is_kept) == (verdict, verdict != "NOT KEPT")


def test_a_limit_of_a_figure_alone_is_one_of_the_figure():
    assert Line("start", 2.9, "s", most=3).verdict == "kept"
    assert Line("start", 3.1, "s", most=3).verdict == "NOT KEPT"


def test_the_table_says_what_is_not_kept():
    lines = [Line("page", 1234.5, "requests/s", "another", 50, least=40, note="busy"), Line("start", 3.14, "s", most=3)]

    assert table(lines).splitlines()[2:] == [
        "| page (busy) | 1,234 requests/s | another | 50 requests/s | 24.7 × | at least 40 × | NOT KEPT |",
        "| start | 3.14 s |  |  |  | at most 3 s | NOT KEPT |",
    ]


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0.0123456, "0.0123"), (99.94, "99.9"), (1e6, "1,000,000")])
def test_figures_have_three_digits_that_count(value, text):
    assert number(value) == text


def test_the_last_line_that_wrk_says_is_the_measurement():
    driven = parsed("Running 2s test @ http://127.0.0.1/\n" + SAID % 0, "/")

    assert driven == Driven(300, 1.5, 9000, 0, 0.02)
    assert driven.rate == 200


@pytest.mark.parametrize("said", [SAID % 1, SAID.replace("300", "0") % 0])
def test_a_run_with_failed_answers_or_none_measures_nothing(said):
    with pytest.raises(RuntimeError):
        parsed(said, "/")
