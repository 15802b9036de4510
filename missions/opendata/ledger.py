"""The ledger as JSON Lines, in canonical form."""

from typing import IO

from django.db.models import Prefetch, QuerySet

from ..models import Mission, Organisation, StatusChange
from ..query.file_rows import FileTable
from ..reports.report import Report, Sheet

MEDIA_TYPE = "application/x-ndjson"
CHUNK = 1000


def entries(since_id: int = 0) -> Sheet:
    mission = Prefetch("mission", Mission.objects.only("code"))
    organisation = Prefetch("reported_by", Organisation.objects.only("code"))
    found: QuerySet = StatusChange.objects.filter(pk__gt=since_id).order_by("pk")
    return Sheet(FileTable(), found.prefetch_related(mission, organisation, "evidence__file"), found.count())


def write(report: Report, file: IO[bytes]) -> None:
    for entry in report.records.records.iterator(chunk_size=CHUNK):
        file.write(f"{entry.published_line()}\n".encode())
