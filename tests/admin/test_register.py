from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType

from missions.models import Area, Instrument, Mission, Organisation, Source, Theme
from tests import build
from tests.admin.pages import filled_in, form
from tests.admin.records import figure
from tests.public.dom import parse


def change_page(record):
    return f"/admin/missions/{record._meta.model_name}/{record.pk}/change/"


def edit(client, record, **answers):
    page = change_page(record)
    return client.post(page, {**filled_in(client.get(page)), **answers})


def column(response, name):
    """The texts of one column of a list."""
    return [cell.text for cell in parse(response).all(class_=f"field-{name}")]


def test_a_new_mission_waits_for_its_opening(client, coordinator):
    instrument, theme, owner = build.instrument(), build.theme(), build.organisation()
    area, source = build.area(), build.source()
    add = "/admin/missions/mission/add/"
    answers = {
        "code": "FP-105",
        "instrument": instrument.pk,
        "number": 105,
        "kind": "policy",
        "title_en": "One more",
        "title_zh": "又一项",
        "theme": theme.pk,
        "lead_owner": owner.pk,
        "supporting_owners": [owner.pk],
        "areas": [area.pk],
        "sources": [source.pk],
        "provenance": "official",
    }
    client.post(add, {**filled_in(client.get(add)), **answers})
    mission = Mission.objects.get()

    assert (mission.code, mission.number, mission.instrument, mission.status) == ("FP-105", 105, instrument, None)
    assert [*mission.supporting_owners.all(), *mission.areas.all(), *mission.sources.all()] == [owner, area, source]
    assert list(Mission.objects.public()) == []


@pytest.mark.parametrize("make", [build.instrument, build.theme, build.area, build.organisation, build.mission])
def test_a_code_stays_as_it_was_created(client, coordinator, make):
    record = make()
    code = record.code
    edit(client, record, code="OTHER")
    record.refresh_from_db()

    assert record.code == code
    assert "code" not in filled_in(client.get(change_page(record)))


def test_a_sources_key_stays_as_it_was_created(client, coordinator):
    source = build.source("s1")
    edit(client, source, key="other", title="New title")
    source.refresh_from_db()

    assert (source.key, source.title) == ("s1", "New title")


def test_a_missions_instrument_and_number_stay_as_they_were_created(client, coordinator):
    mission = build.mission()
    before = (mission.instrument, mission.number)
    edit(client, mission, instrument=build.instrument("M24").pk, number=77, title_en="New title")
    mission.refresh_from_db()

    assert (mission.instrument, mission.number, mission.title_en) == (*before, "New title")


def test_the_ledgers_word_on_a_mission_is_shown_and_not_asked_for(client, coordinator):
    mission = build.mission(status="in_progress", on=date(2024, 3, 1), due=date(2026, 1, 31))
    answer = edit(client, mission, status="completed", status_since="2020-01-01", due="2030-01-01")
    mission.refresh_from_db()
    shown = [row.text for row in form(client.get(change_page(mission))).all(class_="readonly")][:3]

    assert answer.status_code == 302
    assert shown == ["In progress", "1 Mar 2024", "31 Jan 2026"]
    assert (mission.status, mission.status_since, mission.due) == (
        "in_progress",
        date(2024, 3, 1),
        date(2026, 1, 31),
    )


def test_what_only_the_machine_needs_is_never_shown(client, coordinator):
    mission = build.mission(title_en="Straße", loaded={"title_en": "what the file said"})
    page = client.get(change_page(mission)).content.decode()

    assert "strasse" in mission.search_text
    assert "strasse" not in page
    assert "what the file said" not in page


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (build.mission, "title_en"),
        (build.instrument, "title_en"),
        (build.organisation, "name_en"),
        (build.source, "title"),
        (figure, "indicator_en"),
    ],
)
def test_history_says_who_edited(client, coordinator, make, field):
    record = make()
    edit(client, record, **{field: "Changed"})
    newest = record.history.latest()

    assert (newest.history_type, newest.history_user) == ("~", coordinator)


def test_both_languages_are_demanded(client, coordinator):
    mission = build.mission(title_zh="原名")
    answer = edit(client, mission, title_zh="", description_en="In one language only")
    mission.refresh_from_db()

    assert answer.context["adminform"].form.errors["title_zh"] == ["This field is required."]
    assert filled_in(answer)["description_en"] == "In one language only"
    assert mission.title_zh == "原名"


def test_a_description_in_one_language_is_refused(client, coordinator):
    answer = edit(client, build.mission(), description_en="In one language only")

    assert answer.context["adminform"].form.errors == {
        "__all__": ["Fill in the description in both languages, or in neither."]
    }


def test_an_organisation_is_closed_and_not_deleted(client, coordinator):
    edit(client, build.organisation("O1"), closed_on="2025-06-30")

    assert Organisation.objects.get().closed_on == date(2025, 6, 30)


def test_an_organisation_cannot_stand_below_itself(client, coordinator):
    above = build.organisation("O1")
    below = build.organisation("O2", parent=above)
    answer = edit(client, above, parent=below.pk)

    assert answer.context["adminform"].form.errors == {"parent": ["An organisation cannot stand below itself."]}


@pytest.mark.parametrize(("words", "found"), [("rail hub", ["A"]), ("轨道", ["A"]), ("ＨＵＢ", ["A"]), ("metro", [])])
def test_missions_are_searched_as_the_public_searches_them(client, coordinator, words, found):
    build.mission("A", title_en="The Rail-Hub", title_zh="轨道交通枢纽")
    build.mission("B")

    assert column(client.get("/admin/missions/mission/", {"q": words}), "code") == found


def test_missions_are_narrowed_by_status_and_instrument(client, coordinator):
    build.mission("A", status="paused")
    build.mission("B", status="paused", instrument=build.instrument("M24"))
    build.mission("C")
    narrowed = {"status__exact": "paused", "instrument__id__exact": Instrument.objects.get(code="M24").pk}

    assert column(client.get("/admin/missions/mission/", narrowed), "code") == ["B"]


def test_a_mission_that_is_not_public_has_no_link_to_the_site(client, coordinator):
    hidden, public = build.mission(opened=False), build.mission()

    assert b"viewsitelink" not in client.get(change_page(hidden)).content
    link = parse(client.get(change_page(public))).one("a", class_="viewsitelink")["href"]
    assert link == public.get_absolute_url()


def test_nothing_leads_from_any_number_to_a_records_page(client, coordinator):
    """Django's shortcut would tell what is there: a redirection for a mission that is not public, else "not found"."""
    hidden = build.mission(opened=False)
    kind = ContentType.objects.get_for_model(hidden).pk

    assert [client.get(f"/admin/r/{kind}/{pk}/").status_code for pk in (hidden.pk, 99999)] == [404, 404]


HUGE = "9" * 30


@pytest.mark.parametrize(
    "address",
    [
        f"statuschange/?effective_on__year={HUGE}",
        f"mission/{HUGE}/report/",
        f"submission/{HUGE}/change/",
        f"statuschange/{HUGE}/correct/",
        f"mission/report-many/?mission={HUGE}",
    ],
)
def test_a_number_that_no_record_can_have_is_not_found(client, coordinator, address):
    build.mission()

    assert client.get(f"/admin/missions/{address}").status_code == 404


@pytest.mark.parametrize("chosen", [HUGE, "9" * 5000, "", "-1", "first"])
@pytest.mark.parametrize(("page", "action"), [("mission", "report_many"), ("submission", "publish_selected")])
def test_what_no_record_is_numbered_with_cannot_be_selected(client, coordinator, page, action, chosen):
    sent = {"action": action, "index": 0, "_selected_action": [1, chosen]}

    assert client.post(f"/admin/missions/{page}/", sent).status_code == 404


def test_no_record_is_referred_to_by_another_field(client, coordinator):
    theme = build.theme()
    for page in ("/admin/missions/theme/add/", change_page(theme)):
        sent = {**filled_in(client.get(page)), "code": "T2", "name_en": "Two", "name_zh": "二", "_popup": "1"}
        for field in ("code", "nonsense"):
            assert client.post(page, {**sent, "_to_field": field}).status_code == 404
    assert list(Theme.objects.values_list("name_en", flat=True)) == [theme.name_en]

    for page in ("/admin/missions/theme/", change_page(theme), f"/admin/missions/theme/{theme.pk}/delete/"):
        for field in ("code", "nonsense", ""):
            assert client.get(page, {"_to_field": field}).status_code == 404
    assert client.get(change_page(theme), {"_to_field": "id"}).status_code == 200
    assert client.post("/admin/missions/theme/add/", {**sent, "_to_field": "id"}).status_code == 200
    assert Theme.objects.count() == 2


def test_a_mission_that_is_not_open_offers_to_open_it_and_nothing_else(client, coordinator):
    mission = build.mission(opened=False)
    pages = client.get("/admin/missions/mission/").content + client.get(change_page(mission)).content

    assert f"/mission/{mission.pk}/open/".encode() in pages
    assert f"/mission/{mission.pk}/report/".encode() not in pages
    assert f"/mission/{mission.pk}/deadline/".encode() not in pages


@pytest.mark.parametrize(
    ("model", "make", "queries"),
    [
        (Instrument, lambda n: build.instrument(f"I{n}"), 6),
        (Theme, lambda n: build.theme(f"T{n}"), 6),
        (Area, lambda n: build.area(f"A{n}"), 6),
        (Organisation, lambda n: build.organisation(f"O{n}", parent=build.organisation(f"P{n}")), 6),
        (Source, lambda n: build.source(f"s{n}"), 7),
        (Mission, lambda n: build.mission(lead_owner=build.organisation(f"O{n}"), status="paused"), 9),
    ],
)
def test_a_list_takes_as_many_queries_with_three_records_as_with_one(
    client, coordinator, django_assert_num_queries, model, make, queries
):
    address = f"/admin/missions/{model._meta.model_name}/"
    make(1)
    with django_assert_num_queries(queries):
        client.get(address)
    make(2), make(3)
    with django_assert_num_queries(queries):
        client.get(address)


def test_the_list_of_figures_takes_as_many_queries_with_three_as_with_one(
    client, coordinator, django_assert_num_queries
):
    for number in (1, 2, 3):
        figure(instrument=build.instrument(f"I{number}"), source=build.source(f"s{number}"))
        if number != 2:
            with django_assert_num_queries(7):
                client.get("/admin/missions/reportedfigure/")


def test_a_missions_page_takes_as_many_queries_with_five_entries_as_with_two(
    client, coordinator, django_assert_num_queries
):
    mission = build.mission(status="in_progress")
    client.get(change_page(mission))
    with django_assert_num_queries(17):
        client.get(change_page(mission))
    for day in (1, 2, 3):
        build.correct(build.report(mission, "paused", on=date(2024, 3, day)))
    with django_assert_num_queries(17):
        client.get(change_page(mission))
