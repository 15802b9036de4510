"""Events at a second load: a changed row corrects its entry, one that was corrected here is left, none is doubled."""

from datetime import date

import pytest

from missions.exchange.programme import load_programme
from missions.models import Evidence, LoadedEvent, Mission, StatusChange, record
from tests import build
from tests.exchange.folders import append, everything, refused, replace, write, written

pytestmark = pytest.mark.django_db

HEADER = ["key", "mission_code", "date", "new_status", "headline_en", "headline_zh", "source_key"]
BEGIN = ["pier-1", "WP-1", "2024-06-01", "in_progress", "Works on the pier begin", "栈桥开工", "paper_2024"]
OPEN = ["pier-2", "WP-1", "2025-02-01", "completed", "The pier opens", "栈桥开放", "paper_2025"]


@pytest.fixture
def keyed(folder):
    """The small programme with two events, each with its key."""
    write(folder, "events.csv", [HEADER, BEGIN, OPEN])
    return folder


def begun(**changes):
    return list((dict(zip(HEADER, BEGIN, strict=True)) | changes).values())


def rewrite(folder, *rows):
    write(folder, "events.csv", [HEADER, *rows])


def standing():
    return StatusChange.objects.standing().exclude(kind="opening")


@pytest.mark.both_databases
def test_a_changed_row_becomes_a_correction_of_its_entry(keyed):
    load_programme(keyed)
    entry = StatusChange.objects.get(headline_en="Works on the pier begin")
    rewrite(keyed, begun(headline_zh="栈桥动工", source_key="plan", date="2024-05-30"), OPEN)

    summary = load_programme(keyed)

    assert summary.changes == (
        "events.csv, line 2, column date: “2024-06-01” becomes “2024-05-30”",
        "events.csv, line 2, column headline_zh: “栈桥开工” becomes “栈桥动工”",
        "events.csv, line 2, column source_key: “paper_2024” becomes “plan”",
    )
    assert (written(summary), summary.conflicts, summary.notes) == ((0, 0, 1), (), ())
    correction = entry.correction
    assert (correction.kind, correction.recorded_by, correction.effective_on) == ("correction", None, date(2024, 5, 30))
    assert (correction.headline_en, correction.headline_zh) == ("Works on the pier begin", "栈桥动工")
    assert [(p.source.key, p.event_on) for p in correction.evidence.all()] == [("plan", date(2024, 5, 30))]
    before = everything()
    assert written(load_programme(keyed)) == (0, 0, 0)
    assert everything() == before


def test_a_correction_takes_effect_no_earlier_than_its_mission(keyed):
    load_programme(keyed)
    rewrite(keyed, begun(date="2023-01-01"), OPEN)

    load_programme(keyed)

    correction = StatusChange.objects.get(kind="correction")
    assert (correction.effective_on, correction.evidence.get().event_on) == (date(2024, 3, 1), date(2023, 1, 1))


def test_a_row_may_correct_its_status(keyed):
    load_programme(keyed)
    rewrite(keyed, BEGIN, [*OPEN[:3], "paused", *OPEN[4:]])

    assert written(load_programme(keyed)) == (0, 0, 1)

    assert Mission.objects.get(code="WP-1").status == "paused"


def test_what_the_file_does_not_say_is_carried_over(keyed):
    load_programme(keyed)
    event = LoadedEvent.objects.get(key="pier-1")
    more = Evidence(title="Minutes", url="https://example.org/minutes", is_public=False)
    piece = Evidence(**event.entry.evidence.get().citation())
    draft = StatusChange(
        mission=event.entry.mission,
        kind="correction",
        corrects=event.entry,
        status="in_progress",
        effective_on=date(2024, 6, 1),
        basis="owner",
        headline_en="Works begin",
        headline_zh="开工",
    )
    # As if a load had written it.
    event.entry = record(draft, [more, piece], by=None)
    event.save()
    rewrite(keyed, begun(source_key="plan"), OPEN)

    load_programme(keyed)

    newest = StatusChange.objects.get(corrects=event.entry)
    assert newest.basis == "owner"
    pieces = [(piece.title, piece.is_public) for piece in newest.evidence.all()]
    assert pieces == [("Willow Harbour plan (invented)", True), ("Minutes", False)]


def test_an_entry_corrected_here_is_listed_and_left(keyed):
    load_programme(keyed)
    entry = LoadedEvent.objects.get(key="pier-1").entry
    evidence = [Evidence(**entry.evidence.get().citation())]
    build.correct(entry, evidence=evidence, status="paused", headline_en=entry.headline_en, headline_zh="暂停")
    before = everything()
    expected = (
        "events.csv, line 2, column new_status: corrected here (“paused”), the file says “in_progress”; left as it is",
        "events.csv, line 2, column headline_zh: corrected here (“暂停”), the file says “栈桥开工”; left as it is",
    )

    summary = load_programme(keyed)

    assert (written(summary), summary.conflicts) == ((0, 0, 0), expected)
    rewrite(keyed, begun(headline_en="Works start"), OPEN)
    conflicts = load_programme(keyed).conflicts
    assert conflicts == (
        expected[0],
        "events.csv, line 2, column headline_en: "
        "corrected here (“Works on the pier begin”), the file says “Works start”; left as it is",
        expected[1],
    )
    assert load_programme(keyed).conflicts == conflicts
    assert everything() == before


def test_force_corrects_what_was_corrected_here(keyed):
    load_programme(keyed)
    entry = LoadedEvent.objects.get(key="pier-1").entry
    here = build.correct(entry, status="paused", effective_on=date(2024, 7, 1))

    summary = load_programme(keyed, force=True)

    assert (written(summary), summary.conflicts) == ((0, 0, 1), ())
    assert summary.changes[0] == "events.csv, line 2, column date: “2024-07-01” becomes “2024-06-01”"
    newest = here.correction
    assert (newest.status, newest.effective_on, newest.headline_zh) == ("in_progress", date(2024, 6, 1), "栈桥开工")
    assert written(load_programme(keyed, force=True)) == (0, 0, 0)


def test_a_correction_made_here_that_the_file_follows_is_no_conflict(keyed):
    load_programme(keyed)
    entry = LoadedEvent.objects.get(key="pier-1").entry
    evidence = [Evidence(**entry.evidence.get().citation())]
    build.correct(entry, evidence=evidence, headline_en="Works start", headline_zh="动工")
    rewrite(keyed, begun(headline_en="Works start", headline_zh="动工"), OPEN)

    summary = load_programme(keyed)

    assert (written(summary), summary.changes, summary.conflicts) == ((0, 0, 0), (), ())


def test_a_removed_row_is_listed_and_left(keyed):
    load_programme(keyed)
    rewrite(keyed, BEGIN)

    summary = load_programme(keyed)

    assert summary.notes == ("events.csv: no longer in the file, left as they are: pier-2",)
    assert (written(summary), standing().count()) == ((0, 0, 0), 2)


def test_a_dry_run_writes_nothing_of_a_changed_row(keyed):
    load_programme(keyed)
    rewrite(keyed, begun(headline_zh="动工"), OPEN)
    before, kept = everything(), list(LoadedEvent.objects.order_by("pk").values())

    assert written(load_programme(keyed, dry_run=True)) == (0, 0, 1)

    assert (everything(), list(LoadedEvent.objects.order_by("pk").values())) == (before, kept)


def test_the_rows_of_a_keyed_file_may_be_in_any_order(keyed):
    load_programme(keyed)
    rewrite(keyed, OPEN, BEGIN)

    assert written(load_programme(keyed)) == (0, 0, 0)


def test_a_key_never_changes_its_mission(keyed):
    load_programme(keyed)
    rewrite(keyed, begun(mission_code="WP-3"), OPEN)

    assert refused(keyed) == [
        "events.csv, line 2, column mission_code: "
        "This never changes: it is “WP-1” here and “WP-3” in the file."
    ]  # fmt: skip


def test_a_key_stands_once_in_its_file(keyed):
    rewrite(keyed, BEGIN, ["pier-1", *OPEN[1:]])

    assert refused(keyed) == [
        "events.csv, line 3, column key: “pier-1” stands on line 2 already: remove one, or correct it."
    ]


def test_a_key_is_a_code(keyed):
    rewrite(keyed, begun(key="WP-1/2024-06-01/in_progress/1"), OPEN)

    assert refused(keyed) == [
        "events.csv, line 2, column key: "
        "A code begins with a letter or a digit; letters, digits, - _ . may follow."
    ]  # fmt: skip


# --- without keys ---


def test_without_keys_a_row_is_known_by_mission_day_and_status(folder):
    load_programme(folder)
    replace(folder, "events.csv", "First berth has shore power", "A first berth has shore power")

    summary = load_programme(folder)

    assert summary.changes == (
        "events.csv, line 6, column headline_en: “First berth has shore power” becomes “A first berth has shore power”",
    )
    assert (written(summary), standing().count()) == ((0, 0, 1), 5)
    assert LoadedEvent.objects.filter(key="WG-1/2025-06-01/in_progress/1").count() == 1
    assert written(load_programme(folder)) == (0, 0, 0)


def test_among_equals_a_row_is_known_by_what_it_says_then_by_its_place(folder):
    append(folder, "events.csv", "WG-1,2025-06-01,in_progress,Second berth too,第二泊位,paper_2025")
    load_programme(folder)
    first, second = standing().filter(status="in_progress", mission__code="WG-1")
    replace(folder, "events.csv", "First berth has shore power,首个泊位通岸电", "Second berth too,第二泊位")
    replace(
        folder,
        "events.csv",
        "Second berth too,第二泊位,paper_2025\nWG-1,2025-06-01,in_progress,Second berth too,第二泊位",
        "Second berth too,第二泊位,paper_2025\nWG-1,2025-06-01,in_progress,Berth one,一号泊位",
    )

    assert written(load_programme(folder)) == (0, 0, 1)

    assert (first.correction.headline_en, hasattr(second, "correction")) == ("Berth one", False)


def test_a_keyed_file_takes_over_what_had_no_key(folder):
    load_programme(folder)
    rewrite(folder, begun(headline_zh="动工"))

    summary = load_programme(folder)

    assert (written(summary), standing().count()) == ((0, 0, 1), 5)
    assert summary.changes == ("events.csv, line 2, column headline_zh: “栈桥开工” becomes “动工”",)
    assert LoadedEvent.objects.get(key="pier-1").entry.headline_zh == "动工"


def test_a_file_without_keys_doubles_no_event_that_has_one(keyed):
    load_programme(keyed)
    write(keyed, "events.csv", [HEADER[1:], BEGIN[1:], OPEN[1:]])

    assert written(load_programme(keyed)) == (0, 0, 0)

    assert set(LoadedEvent.objects.values_list("key", flat=True)) == {"pier-1", "pier-2"}


def test_another_key_is_another_event(keyed):
    load_programme(keyed)
    rewrite(keyed, BEGIN, OPEN, begun(key="pier-3", headline_en="Piles are driven", headline_zh="打桩"))

    assert (written(load_programme(keyed)), standing().count()) == ((0, 0, 1), 3)
