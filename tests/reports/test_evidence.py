"""Evidence that is not public stands in a report by its SHA-256 alone, in every format."""

import io
import re
import zipfile
from datetime import date

import pypdf
import pytest

from missions.models import Evidence
from missions.status import Status
from tests import build
from tests.reports.reading import ENDINGS, fetched, plain

pytestmark = pytest.mark.usefixtures("noon")

SAID = {
    "title": "Zettel 密件",
    "publisher": "Geheimrat",
    "url": "https://verborgen.example/akte",
    "published_on": date(1987, 6, 5),
    "event_on": date(1986, 5, 4),
}


def all_text(ending, body):
    """All that a file holds, unpacked: its bytes, its members, or its pages with their links and attachments."""
    if ending in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(body)) as members:
            return re.sub(
                "<[^>]*>", "", "".join(members.read(name).decode("utf-8", "replace") for name in members.namelist())
            )
    if ending != "pdf":
        return body.decode()
    document = pypdf.PdfReader(io.BytesIO(body))
    notes = [note.get_object() for page in document.pages for note in page.get("/Annots", ())]
    links = [str(note.get("/A", {}).get("/URI")) for note in notes]
    attached = [file.decode() for files in document.attachments.values() for file in files]
    told = [str(document.metadata), document.root_object["/Metadata"].get_object().get_data().decode()]
    return "\n".join([*(page.extract_text() for page in document.pages), *links, *attached, *told])


def cited(client, ending, lang, *, is_public):
    """What a report says that cites this evidence on the mission M-1, and the evidence."""
    mission = build.mission(f"M-{is_public}")
    kept = build.evidence_file("kassiber.pdf", build.PDF + (b"1" if is_public else b"2"))
    piece = build.evidence(**SAID, file=kept, is_public=is_public)
    build.report(mission, Status.COMPLETED, on=date(2024, 6, 1), evidence=[piece])
    _response, body = fetched(client, ending, ("q", mission.code), ("lang", lang))
    return all_text(ending, body), Evidence.objects.get(change__mission=mission)


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if ending != "csv"])
def test_what_is_not_public_is_in_no_file_but_by_its_digest(client, ending, lang):
    shown, piece = cited(client, ending, lang, is_public=True)
    words = [SAID["title"], SAID["publisher"], SAID["url"], "kassiber.pdf"]
    assert [word for word in words if plain(word) not in plain(shown)] == []
    assert piece.fingerprint in plain(shown)

    hidden, piece = cited(client, ending, lang, is_public=False)

    parts = [
        "Zettel",
        "密件",
        "Geheimrat",
        "verborgen",
        "akte",
        "kassiber",
        "1987",
        "1986",
        piece.file.sha256,
        str(piece.file.pk),
    ]
    assert [part for part in parts if part in plain(hidden)] == []
    assert piece.fingerprint in plain(hidden)


def test_the_records_alone_cite_nothing(client):
    shown, _piece = cited(client, "csv", "en", is_public=True)

    assert [word for word in ("Zettel", "Geheimrat", "verborgen") if word in shown] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_account_and_no_description_is_in_a_file(client, ending):
    by = build.user("verwalterin")
    mission = build.mission("M-1", description_en="Beschreibung", description_zh="说明文字")
    build.report(mission, Status.PAUSED, by=by, on=date(2024, 6, 1))

    text = all_text(ending, fetched(client, ending, ("lang", "both"))[1])

    assert [word for word in (by.username, "Beschreibung", "说明文字") if word in plain(text)] == []


def test_evidence_of_what_was_replaced_or_takes_effect_later_or_was_not_known_is_not_cited(client):
    mission = build.mission("M-1")
    entry = build.report(mission, Status.PAUSED, on=date(2024, 5, 1), evidence=[build.evidence(title="Old")])
    build.correct(entry, status=Status.IN_PROGRESS, evidence=[build.evidence(title="New")])
    build.report(mission, Status.COMPLETED, on=date(2024, 6, 20), evidence=[build.evidence(title="Later")])

    def titles(*query):
        text = all_text("json", fetched(client, "json", ("since", "2024-06-01"), *query)[1])
        return re.findall('"title":"(.*?)"', text.partition('"evidence":[')[2])

    assert titles() == ["New", "Later"]
    assert titles(("as_of", "2024-06-19"), ("until", "2024-06-30")) == ["New"]
    assert titles(("known_at", "2024-06-29")) == []
