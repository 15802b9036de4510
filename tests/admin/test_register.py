"""Records of the register and entries of the ledger in the back office: edited, listed, searched, with history."""

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from missions.models import Mission, Role
from tests import factories
from tests.admin.pages import edit, errors, filled_in, table_rows
from tests.admin.routes import records_of
from tests.public.dom import parse

TEXTS = {
    factories.instrument: ("title_en", "title_zh", "issuer_en", "issuer_zh", "citation", "notes", "notes_zh"),
    factories.theme: ("name_en", "name_zh"),
    factories.area: ("name_en", "name_zh", "province_or_city", "province_or_city_zh"),
    factories.organisation: ("name_en", "name_zh"),
    factories.source: ("title", "publisher"),
    factories.figure: ("indicator_en", "indicator_zh", "unit", "unit_zh"),
    factories.programme: ("name_en", "short_name_zh", "about_en", "about_zh"),
    factories.programme_day: ("label_en", "label_zh"),
    factories.contradiction: ("text_en", "text_zh"),
    factories.mission: ("title_en", "title_zh", "description_en", "description_zh", "clause", "clause_zh"),
}
MODELS = {model._meta.model_name: model for model in admin.site._registry}
HUGE = "9" * 30


def page_of(record, action="change"):
    return f"/admin/missions/{record._meta.model_name}/{record.pk}/{action}/"


def changelist(name):
    return reverse(f"admin:missions_{name}_changelist")


@pytest.mark.parametrize("make", TEXTS)
def test_a_record_is_edited_with_its_author_in_the_history(client, coordinator, make):
    record, fields = make(), TEXTS[make]
    refused = edit(client, page_of(record), **dict.fromkeys(fields, "a\u202eb"))
    assert (set(errors(refused)), record.history.count()) == (set(fields), 1)

    answer = edit(client, page_of(record), **{fields[0]: "Changed"})
    newest = record.history.latest()
    assert (answer.status_code, getattr(newest, fields[0])) == (302, "Changed")
    assert (newest.history_type, newest.history_user) == ("~", coordinator)


def test_a_new_mission_is_not_public_before_its_opening(client, coordinator):
    linked = {"instrument": factories.instrument(), "theme": factories.theme(), "lead_owner": factories.organisation()}
    many = {"supporting_owners": factories.organisation(), "areas": factories.area(), "sources": factories.source()}
    texts = {"code": "FP-105", "number": 105, "kind": "policy", "title_en": "New", "title_zh": "新"}
    keys = {name: record.pk for name, record in linked.items()} | {name: [r.pk] for name, r in many.items()}
    edit(client, "/admin/missions/mission/add/", provenance="official", **texts, **keys)
    mission = Mission.objects.get()

    assert {name: getattr(mission, name) for name in linked} == linked
    assert {name: getattr(mission, name).get() for name in many} == many
    pages = [client.get(page_of(each)).content for each in (mission, factories.mission())]
    assert [b"viewsitelink" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("make", "fixed"),
    [
        (factories.instrument, {"code": "OTHER"}),
        (factories.theme, {"code": "OTHER"}),
        (factories.source, {"key": "other"}),
        (
            lambda: factories.mission(status="paused", loaded={"title_en": "of the file"}),
            {"code": "X", "number": 77, "status": "completed", "status_since": "2020-01-01", "due": "2030-01-01"},
        ),
    ],
)
def test_codes_keys_and_what_the_ledger_says_cannot_be_edited(client, coordinator, make, fixed):
    record = make()
    before = type(record).objects.values(*fixed).get(pk=record.pk)
    answer = edit(client, page_of(record), **fixed)

    assert (answer.status_code, type(record).objects.values(*fixed).get(pk=record.pk)) == (302, before)
    assert fixed.keys().isdisjoint(filled_in(client.get(page_of(record))))
    assert "of the file" not in client.get(page_of(record)).content.decode()


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records(module_db):
    """Two records of each kind, so that every filter has a choice."""
    factories.mission(theme=factories.theme("T2"), instrument=factories.instrument("I2"))
    records_of(factories.organisation("OA"))
    return records_of(factories.organisation("OB"))


@pytest.fixture
def official(sign_in):
    return sign_in(Role.COORDINATOR, Role.ADMINISTRATOR)


@pytest.mark.parametrize("name", MODELS)
def test_every_link_of_a_list_opens_and_other_lookups_are_refused(client, records, official, name):
    links = parse(client.get(changelist(name))).one(id="changelist").all("a")
    queries = {link["href"] for link in links if (link.get("href") or "").startswith("?")}
    assert {client.get(changelist(name) + query).status_code for query in queries} <= {200}

    field = next(field.name for field in MODELS[name]._meta.fields if field.name != "id")
    lookups = ["id__regex", "pk__iregex", f"{field}__regex", "nonsense"]
    assert [client.get(changelist(name), {lookup: "a"}).status_code for lookup in lookups] == [400] * 4


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("mission/?theme__id__exact=first", 302),
        ("statuschange/?effective_on__year=2024&effective_on__month=13", 302),
        (f"statuschange/?effective_on__year={HUGE}", 404),
        (f"mission/?theme__id__exact={HUGE}", 200),
        pytest.param(
            "mission/?status__exact=%00", {"sqlite": 200, "postgresql": 302}, marks=pytest.mark.both_databases
        ),
        (f"mission/{HUGE}/report/", 404),
        (f"mission/report-many/?mission={HUGE}", 404),
    ],
)
def test_a_value_that_cannot_be_read_is_no_server_error(client, records, official, address, status):
    expected = status[connection.vendor] if isinstance(status, dict) else status

    assert client.get(f"/admin/missions/{address}").status_code == expected


# --- history ----------------------------------------------------------------------------------------------------------


def history(client, record, **query):
    return [row[1:] for row in table_rows(client.get(page_of(record, "history"), query))]


def test_an_edit_is_shown_field_by_field_with_lists_in_one_version(client, coordinator):
    mission = factories.mission(title_en="Old", areas=[factories.area("A1")])
    areas = [factories.area("A2").pk, factories.area("A3").pk]
    edit(client, page_of(mission), title_en="<script>alert(1)</script>", areas=areas)

    assert history(client, mission)[:2] == [
        ["coordinator", "Title (English)", "Old", "<script>alert(1)</script>"],
        ["coordinator", "Areas", "A1 Area A1", "A2 Area A2 A3 Area A3"],
    ]
    assert mission.history.first().prev_record.title_en == "Old"
