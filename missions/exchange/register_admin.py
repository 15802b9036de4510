"""Preview and import of the register, with progress."""

import csv
import logging
from collections.abc import Iterator
from io import StringIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from ..models import ImportState
from ..reports.csv import guarded
from .register import RegisterImport
from .sheets import ImportFailed
from .workbooks import handed_in

logger = logging.getLogger(__name__)

SHOWN = 200  # of the changes or mistakes in a file: nobody reads more on a page
PROGRESS = "<!-- progress -->"


def register_page(request, imported, context):
    """Yield the page in parts: head, progress, result.

    Who goes away in the middle of it takes the work along: nothing is half done.
    """
    page = render_to_string("admin/missions/import.html", {**context, "progress": PROGRESS}, request)
    work = carried_out if request.method == "POST" else looked_at
    parts = streamed(page, work(request, imported, read(request, imported)), get_language())
    return StreamingHttpResponse(parts, headers={"X-Accel-Buffering": "no"})


def streamed(page: str, parts: Iterator[str], language: str) -> Iterator[str]:
    """The page with the parts in the place of its mark, each made in the language of the request.

    It has begun as a page that is well: whatever happens then, it says so and comes to its end.
    """
    head, tail = page.split(PROGRESS)
    yield head
    try:
        while True:
            with override(language):
                part = next(parts, None)
            if part is None:
                break
            yield part
    except Exception:
        logger.exception("An import broke off")
        with override(language):
            yield render_to_string("admin/missions/_broken_off.html")
    yield tail


def read(request, imported) -> RegisterImport:
    return RegisterImport(handed_in(imported), by=request.user, reason=imported.reason)


def looked_at(request, imported, found) -> Iterator[str]:
    yield from steps(found.look(), found.rows)
    yield fragment(request, imported, found)


def carried_out(request, imported, found) -> Iterator[str]:
    yield from steps(found.look(), found.rows)
    try:
        if found.problems:
            raise ImportFailed(found.problems)
        if str(found.revision) != request.POST.get("revision"):
            raise ValidationError(_("Nothing was written: the data have changed since the preview. Check it again."))
        with transaction.atomic():
            imported.decide(ImportState.DONE, by=request.user)
            yield from steps(found.write(), len(found.changes))
    except (ImportFailed, ValidationError) as refusal:
        yield fragment(request, imported, found, refusal)
    else:
        yield fragment(request, imported, found, is_done=True)


def steps(work: Iterator[int], total: int) -> Iterator[str]:
    for done in work:
        yield render_to_string("admin/missions/_progress.html", {"done": done, "total": total})


def differences(request, imported) -> bytes:
    found = read(request, imported)
    for _done in found.look():
        pass
    text = StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("sheet", "row", "record", "column", "here", "file"))
    for change in found.changes:
        place = change.row.sheet.file, change.row.line, " · ".join(change.row.key)
        rows.writerows([*place, *map(guarded, difference)] for difference in change.differences)
    return text.getvalue().encode("utf-8-sig")


def fragment(request, imported, found, refusal=None, *, is_done=False):
    problems = getattr(refusal, "problems", found.problems)
    context = {
        "found": found,
        "refusals": getattr(refusal, "messages", []),
        "problems": problems[:SHOWN],
        "more_problems": max(0, len(problems) - SHOWN),
        "changes": found.changes[:SHOWN],
        "more_changes": max(0, len(found.changes) - SHOWN),
        "is_done": is_done,
        "differences": reverse("admin:missions_import_differences", args=[imported.pk]),
    }
    return render_to_string("admin/missions/_register_preview.html", context, request)
