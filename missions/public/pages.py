"""Base views: dates, query, paging."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.generic import TemplateView

from ..days import today
from ..models import Head
from ..parameters import LISTED_PER_PAGE, DayForm
from ..query.filters import MissionFilter
from ..query.tables import MissionTable
from ..reports.formats import offered
from ..reports.report import explain_missing_records
from ..web.error_views import bad_query_context, not_found


class Page(TemplateView):
    """A page for a selected date. An invalid query returns the form with 400."""

    title: Any = ""
    description: Any = ""
    reads: Iterable[str] = DayForm.base_fields

    def get(self, request, *args, **kwargs):
        self.form = self.read_query()
        if not self.form.is_valid():
            return render(request, "public/bad_query.html", bad_query_context(self.form), status=400)
        self.clocks = self.form.on, self.form.known
        self.note = explain_missing_records(self.form.known)
        self.at = f"?{self.form.day.urlencode()}" if self.form.day else ""
        try:
            context = self.get_context_data(**kwargs)
        except Http404 as error:
            if self.note:
                return not_found(request, error, self.note)
            raise
        return self.render_to_response(context)

    def read_query(self):
        return DayForm(self.request.GET)

    def get_context_data(self, **kwargs):
        links = self.request.GET.copy()
        links.pop("page", None)
        page = {
            "title": self.title,
            "description": self.description,
            "form": self.form,
            "on": self.form.on,
            "known_at": self.form.known,
            "note": self.note,
            "is_past": self.form.on < today() or (self.form.known or today()) < today(),
            "day": self.form.day,
            "at": self.at,
            "links": links,
            "head": Head.objects.get(),
            "site_url": settings.SITE_URL,
        }
        return super().get_context_data(**page | kwargs)


class Listing(Page):
    filter_class = MissionFilter
    reads: Iterable[str] = MissionFilter.parameters()
    listed_per_page = LISTED_PER_PAGE

    def read_query(self):
        self.filter = self.filter_class(self.parameters(), language=self.request.LANGUAGE_CODE)
        return self.filter.form

    def parameters(self):
        return self.request.GET

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except EmptyPage:
            context = {"view": self, "at": self.at, "links": request.GET}
            return render(request, "public/no_such_page.html", context, status=404)

    def rows(self, page):
        return self.filter.rows(page.object_list)

    def get_context_data(self, **kwargs):
        paginator = Paginator(self.filter.listed, self.form.cleaned_data["per_page"] or self.listed_per_page)
        paginator.count = self.filter.total
        page = paginator.page(self.form.cleaned_data["page"] or 1)
        page.object_list = self.rows(page)
        pages = paginator.get_elided_page_range(page.number)
        return super().get_context_data(filter=self.filter, page=page, pages=pages, **kwargs)


class ListPage(Listing):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["formats"] = offered(self.filter.total)
        context["table"] = MissionTable(
            context["page"].object_list, query=context["links"], day=self.form.day, folds=self.filter.folds
        )
        return context
