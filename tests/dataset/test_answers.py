"""What both downloads answer besides their bytes: to a copy that is current, to other methods, to whoever asks."""

from dataclasses import replace

import pytest
from django.test import Client

from missions.dataset import package
from missions.public import dataset
from missions.status import Status
from tests import build
from tests.dataset.unpacking import ARCHIVE, LEDGER, fetched, small_ledger
from tests.kept import forget

ADDRESSES = [ARCHIVE, LEDGER, f"{LEDGER}?since_id=2"]

pytestmark = pytest.mark.usefixtures("six_entries")


@pytest.fixture
def six_entries(noon):
    small_ledger()


@pytest.fixture
def nothing_is_written(monkeypatch):
    def refuse(*args):
        raise AssertionError("a file is written for a reader who has it")

    monkeypatch.setattr(dataset, "download", refuse)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_reader_who_has_it_gets_no_file_and_none_is_written(client, address, request):
    response, _body = fetched(client, address)
    request.getfixturevalue("nothing_is_written")
    forget()

    again = client.get(address, headers={"If-None-Match": f'"other", {response["ETag"]}'})

    assert (again.status_code, again.getvalue()) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (response["ETag"], "public, no-cache")


@pytest.mark.parametrize("address", ADDRESSES)
def test_after_any_public_change_there_is_another_one(client, address):
    response, _body = fetched(client, address)
    mission = build.mission("M-3")
    after_a_mission, _body = fetched(client, address)
    mission.theme.name_en = "Renamed"
    mission.theme.save()

    again = client.get(address, headers={"If-None-Match": f"{response['ETag']}, {after_a_mission['ETag']}"})
    again.getvalue()

    assert again.status_code == 200
    assert len({each["ETag"] for each in (response, after_a_mission, again)}) == 3


def test_each_address_has_a_tag_of_its_own(client):
    assert len({fetched(client, address)[0]["ETag"] for address in ADDRESSES}) == 3


def test_at_another_address_the_archive_is_another(client, settings):
    response, body = fetched(client, ARCHIVE)
    settings.SITE_URL = "https://elsewhere.example.org"
    forget()

    again = client.get(ARCHIVE, headers={"If-None-Match": response["ETag"]})

    assert (again.status_code, again.getvalue() != body) == (200, True)


def test_made_by_a_program_with_another_script_the_archive_is_another(client, monkeypatch, tmp_path):
    response, _body = fetched(client, ARCHIVE)
    other = tmp_path / "verify.py"
    other.write_text("print('another')")
    monkeypatch.setattr(package, "VERIFY", other)
    monkeypatch.setattr(package, "shape", package.shape.__wrapped__)  # as another process computes it
    forget()

    again = client.get(ARCHIVE, headers={"If-None-Match": response["ETag"]})
    again.getvalue()

    assert again.status_code == 200


@pytest.mark.parametrize("change", ["title", "columns", "texts"])
def test_what_the_program_puts_into_the_archive_is_in_its_tag(monkeypatch, settings, change, tmp_path):
    before = package.shape.__wrapped__()
    first, *others = package.TABLES
    if change == "title":
        monkeypatch.setattr(package, "TABLES", (replace(first, title="Another"), *others))
    elif change == "columns":
        monkeypatch.setattr(
            package, "TABLES", (replace(first, columns=others[0].columns, fields=others[0].fields), *others)
        )
    else:
        monkeypatch.setattr(package, "README", "missions/dataset/README.en.md{:.0}")

    assert package.shape.__wrapped__() != before
    assert package.shape() == before  # as the same program


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_answers_as_get_does_without_the_body(client, address):
    client.defaults["HTTP_X_REQUEST_ID"] = "one-and-the-same"
    response, _body = fetched(client, address)

    asked = client.head(address)

    assert (asked.getvalue(), asked.status_code) == (b"", 200)
    assert {name: value for name, value in asked.items() if response.get(name) != value} == {}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_can_be_sent_and_no_token_of_a_form_is_asked_for(address, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_language_of_the_reader_changes_nothing(client, address):
    _response, body = fetched(client, address)

    for language in ("zh-hans", "en", "de"):
        response = client.get(address, headers={"Accept-Language": language})
        assert response.getvalue() == body


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_only_officials_see_makes_no_other_file(client, address):
    mission = build.mission("M-4")
    response, body = fetched(client, address)

    build.submission(mission, status=Status.PAUSED, note="Not for the public")

    again, the_same = fetched(client, address)
    assert (again["ETag"], the_same) == (response["ETag"], body)
