"""The register: both languages of every text, codes, and tallies that add up."""

from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from missions.models import Mission, Organisation
from missions.status import Status
from tests import build

# Field pairs whose rule is another than "both filled".
SPECIAL = {
    ("mission", "description"): "mission_description_both_languages_or_none",
    ("statuschange", "headline"): "change_headline_both_languages",
    ("frozenreport", "reason"): "frozen_report_supersedes_with_reason",
}
# What may be in one language: who publishes it fills in the other, and the entry that it becomes has the rule.
IN_ONE_LANGUAGE = {("submission", "headline")}


def own_models():
    return [m for m in apps.get_app_config("missions").get_models() if not m.__name__.startswith("Historical")]


def pairs():
    """(model, field) for each x_en with its x_zh."""
    for model in own_models():
        names = {field.name for field in model._meta.concrete_fields}
        yield from ((model, name[:-3]) for name in sorted(names) if name.endswith("_en") and f"{name[:-3]}_zh" in names)


def rule_of(model, field):
    """The name of the constraint that says: both languages of the field are filled."""
    both = ~models.Q(**{f"{field}_en": ""}) & ~models.Q(**{f"{field}_zh": ""})
    return [c.name for c in model._meta.constraints if isinstance(c, models.CheckConstraint) and c.condition == both]


def test_every_text_in_two_languages_has_the_rule_that_both_are_there():
    rules = {(model._meta.model_name, field): rule_of(model, field) for model, field in pairs()}

    assert {pair: rule for pair, rule in rules.items() if pair not in SPECIAL.keys() | IN_ONE_LANGUAGE} == {
        ("area", "name"): ["area_name_both_languages"],
        ("contradiction", "text"): ["contradiction_text_both_languages"],
        ("frozenreport", "title"): ["frozen_report_title_both_languages"],
        ("instrument", "issuer"): ["instrument_issuer_both_languages"],
        ("instrument", "title"): ["instrument_title_both_languages"],
        ("mission", "title"): ["mission_title_both_languages"],
        ("organisation", "name"): ["organisation_name_both_languages"],
        ("programme", "about"): ["programme_about_both_languages"],
        ("programme", "name"): ["programme_name_both_languages"],
        ("programme", "short_name"): ["programme_short_name_both_languages"],
        ("programmeday", "label"): ["day_label_both_languages"],
        ("reportedfigure", "indicator"): ["figure_indicator_both_languages"],
        ("theme", "name"): ["theme_name_both_languages"],
    }
    assert SPECIAL.keys() | IN_ONE_LANGUAGE <= rules.keys()
    assert set(SPECIAL.values()) <= {c.name for model in own_models() for c in model._meta.constraints}


def test_no_text_has_one_language_only():
    names = {(m._meta.model_name, f.name) for m in own_models() for f in m._meta.concrete_fields}

    alone = {(model, name) for model, name in names if name.endswith("_en") and (model, f"{name[:-3]}_zh") not in names}
    assert alone == set()


@pytest.mark.django_db
@pytest.mark.both_databases
def test_tallies_count_each_mission_once_and_add_up():
    """Trap 8: records in several sections are counted several times."""
    areas = [build.area("A1"), build.area("A2")]
    bodies = [build.organisation(f"O{n}") for n in range(3)]
    build.mission(areas=areas, supporting=bodies, lead_owner=bodies[0], status=Status.PAUSED)
    build.mission(areas=areas[:1], supporting=bodies[:2], lead_owner=bodies[1], theme=build.theme("T2"))
    build.mission(lead_owner=bodies[1], instrument=build.instrument("EX"))
    build.mission(opened=False)

    missions = Mission.objects.as_of()
    tallies = {d: missions.tally(d) for d in ("instrument__code", "lead_owner__code", "theme__code", "status_asof")}
    assert tallies == {
        "instrument__code": {"FP": 2, "EX": 1},
        "lead_owner__code": {"O0": 1, "O1": 2},
        "theme__code": {"T1": 2, "T2": 1},
        "status_asof": {"paused": 1, "unreported": 2},
    }


@pytest.mark.django_db
@pytest.mark.both_databases
def test_documented_is_completed_by_a_public_document_with_public_evidence_in_the_present_run():
    def completed(code, **fields):
        return build.report(build.mission(code), Status.COMPLETED, **fields)

    completed("YES")
    completed("BY-OWNER", basis="owner")
    completed("HIDDEN", evidence=[build.evidence(is_public=False)])
    build.report(completed("REOPENED").mission, Status.IN_PROGRESS, on=date(2024, 2, 1))
    again = build.report(build.mission("AGAIN"), Status.COMPLETED, on=date(2023, 1, 1)).mission
    build.report(again, Status.IN_PROGRESS, on=date(2023, 2, 1))
    build.report(again, Status.COMPLETED, on=date(2023, 3, 1), basis="owner")
    later = completed("CONFIRMED-LATER", basis="owner").mission
    build.report(later, Status.COMPLETED, on=date(2024, 2, 1))
    build.correct(completed("CORRECTED"), basis="collective")

    documented = Mission.objects.as_of().documented().order_by("code").values_list("code", flat=True)
    assert list(documented) == ["CONFIRMED-LATER", "YES"]
    on = date(2024, 1, 15)
    assert sorted(Mission.objects.as_of(on).documented(on).values_list("code", flat=True)) == ["REOPENED", "YES"]


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("clash", [{"code": "M-1"}, {"number": 7}])
def test_a_code_and_a_number_are_given_once(clash):
    build.mission("M-1", number=7, opened=False)

    with pytest.raises(IntegrityError, match="there already"), transaction.atomic():
        build.mission(**{"code": "M-2", "number": 8, **clash}, opened=False)


@pytest.mark.parametrize("code", ["", " FP", "FP 1", "-1", "FP/1", "F\n", "虹桥", "a" * 21])
def test_a_bad_code_is_refused(code):
    with pytest.raises(ValidationError) as refused:
        Organisation(code=code, name_en="A", name_zh="甲", level="agency").clean_fields()

    assert list(refused.value.message_dict) == ["code"]


@pytest.mark.django_db
def test_an_organisation_cannot_stand_below_itself():
    top = build.organisation("TOP")
    middle = build.organisation("MIDDLE", parent=top)
    top.parent = build.organisation("BOTTOM", parent=middle)

    with pytest.raises(ValidationError, match="cannot stand below itself"):
        top.clean()


@pytest.mark.django_db
def test_an_area_cannot_stand_below_itself():
    top = build.area("TOP")
    middle = build.area("MIDDLE", parent=top)
    top.parent = build.area("BOTTOM", parent=middle)

    with pytest.raises(ValidationError, match="An area cannot stand below itself"):
        top.clean()


@pytest.mark.django_db
@pytest.mark.both_databases
def test_search_finds_each_word_in_either_language_whatever_its_form():
    build.mission("FP-001", title_en="Straße and ﬁnance", title_zh="虹桥　进口商品展示交易中心")
    build.mission("FP-002", title_en="100% of_it", title_zh="别的")

    queries = ["STRASSE finance", "虹桥　中心", "0%", "f_i", "_0"]
    assert {query: [m.code for m in Mission.objects.search(query)] for query in queries} == {
        "STRASSE finance": ["FP-001"],
        "虹桥　中心": ["FP-001"],
        "0%": ["FP-002"],
        "f_i": ["FP-002"],
        "_0": [],
    }
