"""Freezing: all formats in all languages, stored with the report."""

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.text import slugify
from django.utils.translation import get_language_from_path, gettext_lazy, override
from django.utils.translation import gettext as _

from ..bilingual import EDITIONS, Words
from ..models import FrozenFile, FrozenReport, Head
from ..parameters import ListForm
from ..query.filters import ReportFilter
from ..web.page_cache import snapshot
from .formats import FORMATS, readable
from .pdf import pdf_slot
from .report import BILINGUAL, stated

NOT_OF_THE_RECORD = ("lang", "page", "per_page")


# Pages of one record and their parameter, and pages of any list.
OF_ONE, LISTS = ("instrument", "theme", "area", "owner"), ("missions", "report")
NO_LIST = gettext_lazy("This is neither the address of a list on this site nor a query.")
NO_REASON = Words("", "")


@dataclass(frozen=True)
class Edition:
    title: Words
    supersedes: FrozenReport | None = None
    reason: Words = NO_REASON


def read_query(text: str) -> QueryDict:
    """Return the query of a list's URL. Raises ValidationError."""
    address = urlsplit(text.strip().removeprefix("?"))
    is_address = address.path.startswith("/") or bool(address.scheme)
    query = QueryDict(address.query if is_address else address.path, mutable=True)
    if is_address:
        try:
            with override(get_language_from_path(address.path)):  # addresses have their own language
                match = resolve(address.path)
        except Resolver404:
            raise ValidationError(NO_LIST) from None
        if match.url_name in OF_ONE:
            query.appendlist(match.url_name, match.kwargs["code"])
        elif match.url_name not in LISTS:
            raise ValidationError(NO_LIST)
    if unknown := sorted(set(query) - set(ReportFilter.base_filters) - set(ListForm.base_fields)):
        raise ValidationError(_("There is no parameter “%(names)s”.") % {"names": ", ".join(unknown)})
    return query


def freeze(query: QueryDict, edition: Edition, *, by, revision: int | None = None) -> FrozenReport:
    """Publish the report with all files. Raises ValidationError, ReportTooLong.

    With a `revision`, only as long as the data are still at it.
    """
    query = query.copy()
    for name in NOT_OF_THE_RECORD:
        query.pop(name, None)
    with snapshot():
        report = _stated(_read(query, "both"), edition, by)
        report.full_clean(exclude=["slug", "seal"])
        report.slug = _free_slug(report)
        files = list(_files(query, report))
    with transaction.atomic():
        head = Head.objects.lock()  # so that two at once see each other
        if revision not in (None, head.revision):
            raise ValidationError(_("The data have changed since: look again."))
        if FrozenReport.objects.filter(slug=report.slug).exists():  # the files name the address
            raise ValidationError(_("Another report with this title was published just now. Publish again."))
        report.seal = report.computed_seal(files)
        # Before the report: the database refuses files for an existing report.
        for file in files:
            file.report_id = report.slug
            file.save(force_insert=True)
        report.save(force_insert=True)
    return report


def _read(query, language) -> ReportFilter:
    params = query.copy()
    params["lang"] = language
    found = ReportFilter(params, language="en")
    if not found.form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in found.form.errors.items()})
    return found


def _files(query, frozen):
    for language in EDITIONS:
        report = readable(_read(query, language), frozen)
        for ending, form in FORMATS.items():
            if language == "both" or ending not in BILINGUAL:
                content = BytesIO()
                with pdf_slot() if ending == "pdf" else nullcontext():
                    form.write(report, content)
                yield _file(report, ending, form.media_type, content.getvalue())


def _file(report, ending, media_type, content):
    return FrozenFile(
        name=report.filename(ending),
        language=report.language,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _stated(query, edition, by) -> FrozenReport:
    title_en, title_zh, reason_en, reason_zh = (text.strip() for text in (*edition.title, *edition.reason))
    return FrozenReport(
        title_en=title_en,
        title_zh=title_zh,
        count=query.qs.count(),
        published_by=by,
        supersedes=edition.supersedes,
        reason_en=reason_en,
        reason_zh=reason_zh,
        **stated(query),
    )


def _free_slug(report):
    slug = slugify(f"{report.as_of} {report.title_en}")[:80].strip("-")
    taken = set(FrozenReport.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)
