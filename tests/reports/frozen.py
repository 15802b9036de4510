"""Publishes reports for tests: the whole way, with every file."""

from django.http import QueryDict

from missions.bilingual import Words
from missions.models import FrozenReport
from missions.reports.freezing import Edition, freeze

TITLE = Words("Completion in mid-2024", "2024 年年中完成情况")
REASON = Words("A sum was wrong", "合计有误")


def published(query="", *, title=TITLE, supersedes=None, reason=REASON, by=None) -> FrozenReport:
    """The report of a query such as `status=paused`, published."""
    edition = Edition(title, supersedes, reason) if supersedes else Edition(title)
    return freeze(QueryDict(query), edition, by=by)


def files(report) -> dict[str, bytes]:
    """The bytes of its files by name."""
    return {file.name: bytes(file.content) for file in report.files.all()}
