"""The lists of the back office accept the parameters of their own filters, and no other lookup."""

from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from missions.models import Role
from tests import build
from tests.admin.pages import filled_in
from tests.admin.routes import records_of
from tests.public.dom import parse

MODELS = {model._meta.model_name: model for model in admin.site._registry}


def changelist(name):
    return reverse(f"admin:missions_{name}_changelist")


def query_links(page):
    """The links of a list to itself: filters, date hierarchy, facets, sorting."""
    return sorted({link["href"] for link in parse(page).one(id="changelist").all("a") if link["href"].startswith("?")})


def field_of(name):
    return next(field.name for field in MODELS[name]._meta.fields if field.name != "id")


@pytest.fixture
def records(db):
    """Two records of each kind, so that every filter has a choice."""
    build.mission(theme=build.theme("T2"), instrument=build.instrument("I2"))
    records_of(build.organisation("O1"))
    return records_of(build.organisation("O2"))


@pytest.fixture
def official(sign_in):
    return sign_in(Role.COORDINATOR, Role.ADMINISTRATOR)


@pytest.mark.both_databases
def test_a_list_refuses_every_lookup_that_none_of_its_filters_has(client, records, official):
    lookups = {name: ["id__regex", "pk__iregex", f"{field_of(name)}__regex", "nonsense"] for name in MODELS}
    answers = {name: [client.get(changelist(name), {lookup: "a"}) for lookup in lookups[name]] for name in MODELS}

    assert {
        name: [(answer.status_code, answer.context["parameter"]) for answer in answers[name]] for name in MODELS
    } == {name: [(400, lookup) for lookup in lookups[name]] for name in MODELS}


def test_the_page_of_a_refused_list_names_the_parameter_and_leads_to_the_list(client, official):
    page = parse(client.get(changelist("theme"), {"code__regex": "a"})).one(id="content")

    assert "“code__regex”" in page.text
    assert [link["href"] for link in page.all("a")] == [changelist("theme")]


def test_a_lookup_beside_an_action_is_refused(client, records, official):
    sent = {"action": "report_many", "index": 0, "_selected_action": [records["mission"].pk]}

    assert client.post(f"{changelist('mission')}?title_en__regex=a", sent).status_code == 400


def test_who_may_not_see_a_list_learns_nothing_of_its_parameters(client, editor):
    assert client.get(changelist("token"), {"nonsense": 1}).status_code == 403


@pytest.mark.both_databases
def test_every_link_of_every_list_opens(client, records, official):
    for name in MODELS:
        page = client.get(changelist(name))
        answers = {query: client.get(f"{changelist(name)}{query}") for query in query_links(page)}
        further = {link for answer in answers.values() for link in query_links(answer)} - answers.keys()
        statuses = {answer.status_code for answer in answers.values()}
        statuses |= {client.get(f"{changelist(name)}{query}").status_code for query in further}

        assert (name, statuses) == (name, {200})


@pytest.mark.parametrize(
    ("name", "query"),
    [("mission", "status__exact=in_progress"), ("user", "is_active__exact=1"), ("statuschange", "kind__exact=opening")],
)
def test_a_search_within_a_filter_opens(client, records, official, name, query):
    search = parse(client.get(f"{changelist(name)}?{query}")).one(id="changelist-search")
    sent = {field["name"]: field.get("value") or "" for field in search.all("input") if field.get("name")}

    assert client.get(changelist(name), {**sent, "q": "O1"}).status_code == 200


@pytest.mark.parametrize(("filters", "status"), [("zone__exact=core", 200), ("name_en__regex=a", 400)])
def test_after_saving_the_list_has_the_filters_that_it_had(client, official, filters, status):
    area = build.area()
    page = f"/admin/missions/area/{area.pk}/change/?_changelist_filters={quote(filters, safe='')}"
    saved = client.post(page, filled_in(client.get(page)))

    assert saved.headers["Location"] == f"{changelist('area')}?{filters}"
    assert client.get(saved.headers["Location"]).status_code == status


UNREADABLE = {
    "mission": {
        "theme__id__exact=first": 302,
        "lead_owner__id__exact=first": 302,
    },
    "organisation": {"closed_on__isempty=perhaps": 302},
    "user": {"is_active__exact=perhaps": 302},
    "statuschange": {
        "effective_on__year=first": 302,
        "effective_on__year=9999": 302,
        "effective_on__year=2024&effective_on__month=13": 302,
        "effective_on__month=first": 302,
        "effective_on__year=9999&effective_on__month=12": 404,
    },
}


@pytest.mark.both_databases
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_value_that_a_filter_cannot_read_is_no_failure(client, records, official, name):
    assert {query: client.get(f"{changelist(name)}?{query}").status_code for query in UNREADABLE[name]} == UNREADABLE[
        name
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("query", ["status__exact=%00", "deadline=%00", f"theme__id__exact={'9' * 30}"])
def test_a_value_that_no_record_has_is_no_failure(client, records, official, query):
    """PostgreSQL refuses what SQLite does not find."""
    on_postgresql = connection.vendor == "postgresql" and "%00" in query

    assert client.get(f"{changelist('mission')}?{query}").status_code == (302 if on_postgresql else 200)


def test_a_link_to_the_records_of_one_owner_lists_no_others(client, official):
    """Also where the list has a choice of one only: Django would ignore the parameter then."""
    held = build.membership()
    build.token(held)
    lists = {user: client.get(changelist("token"), {"user__id__exact": user.pk}) for user in (held.user, official)}

    assert {user: answer.context["cl"].result_count for user, answer in lists.items()} == {held.user: 1, official: 0}
