"""Freezing a report: every format in every language, kept with the report as they are."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.text import slugify

from ..models import FrozenFile, FrozenReport
from ..report_filters import ReportFilter
from . import FORMATS, document
from .report import snapshot, stated
from .words import EDITIONS, Words, inert

# These read alike in every language, which stands in their query alone.
IN_BOTH = ("xlsx", "csv", "json")
NOT_OF_THE_RECORD = ("lang", "page", "per_page")


NO_REASON = Words("", "")


@dataclass(frozen=True)
class Edition:
    """What is said of a report when it is published."""

    title: Words
    supersedes: FrozenReport | None = None
    reason: Words = NO_REASON


def freeze(query: QueryDict, edition: Edition, *, by) -> FrozenReport:
    """Publishes the report of a query with all its files; returns it. Raises ValidationError, TooLong."""
    query = query.copy()
    for name in NOT_OF_THE_RECORD:
        query.pop(name, None)
    with snapshot():
        files = list(_files(query, Words(*map(inert, edition.title))))
        report = _stated(_read(query, "both"), edition, by)
    report.full_clean()
    with transaction.atomic():
        # Before the report: the database refuses any file for a report that is there.
        for file in files:
            file.report_id = report.slug
            file.save(force_insert=True)
        report.save(force_insert=True)
    return report


def _read(query, language) -> ReportFilter:
    asked = query.copy()
    asked["lang"] = language
    found = ReportFilter(asked, language="en")
    if not found.form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in found.form.errors.items()})
    return found


def _files(query, title):
    for language in EDITIONS:
        report = document(_read(query, language), title)
        for ending, form in FORMATS.items():
            if language == "both" or ending not in IN_BOTH:
                content = BytesIO()
                form.write(report, content)
                yield _file(report, ending, form.media_type, content.getvalue())


def _file(report, ending, media_type, content):
    return FrozenFile(
        name=f"{report.filename}.{ending}",
        language=report.language,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _stated(query, edition, by) -> FrozenReport:
    from_query = stated(query)
    return FrozenReport(
        slug=_free_slug(from_query["as_of"], edition.title),
        title_en=edition.title.en,
        title_zh=edition.title.zh,
        count=query.qs.count(),
        published_by=by,
        supersedes=edition.supersedes,
        reason_en=edition.reason.en,
        reason_zh=edition.reason.zh,
        **from_query,
    )


def _free_slug(day, title):
    slug = slugify(f"{day} {title.en}")[:80].strip("-")
    taken = set(FrozenReport.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)
