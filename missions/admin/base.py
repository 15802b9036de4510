"""The base of all lists in the back office."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ERROR_FLAG, IGNORED_PARAMS, PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..register.history import changes

DJANGO_PARAMETERS = {*IGNORED_PARAMS, PAGE_VAR, ERROR_FLAG, "_changelist_filters"}


def list_url(model, **query):
    return reverse(f"admin:missions_{model}_changelist", query=query)


def demand(user, permission, record=None):
    if not user.has_perm(permission, record):
        raise PermissionDenied


class RelatedFilter(admin.RelatedOnlyFieldListFilter):
    """Offers only records that occur in the list."""

    def has_output(self):
        # Django ignores parameters of filters without output: a link to one owner would list everything.
        return bool(self.used_parameters) or super().has_output()


class HubModelAdmin(admin.ModelAdmin):
    """A model admin whose list accepts only the parameters of its own filters.

    Django accepts any lookup, such as a regular expression that could stop the site.
    """

    only_lists = False  # of Django's pages, the list alone is there

    def own_pages(self) -> list[tuple[str, str, Any]]:
        """Return further pages: (route, name, view)."""
        return []

    def get_urls(self):
        named, protect = f"missions_{self.opts.model_name}_", self.admin_site.admin_view
        own = [path(route, protect(view), name=named + name) for route, name, view in self.own_pages()]
        return own + [url for url in super().get_urls() if not self.only_lists or url.name == f"{named}changelist"]

    def render(self, request, template, title, **context):
        common = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/missions/{template}.html", {**common, **context})

    def render_form(self, request, template, title, form, **context):
        fieldsets = AdminForm(form, [(None, {"fields": list(form.fields)})], {})
        return self.render(request, template, title, form=form, fieldsets=fieldsets, **context)

    def changelist_view(self, request, extra_context=None):
        if self.has_view_or_change_permission(request) and (unknown := self.unknown_parameters(request)):
            title = _("This list cannot be shown")
            context = {**self.admin_site.each_context(request), "title": title, "parameter": min(unknown)}
            return TemplateResponse(request, "admin/400.html", context, status=400)
        return super().changelist_view(request, extra_context)

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except (ValueError, DataError) as error:  # the year 9999, and on PostgreSQL a null character
            raise IncorrectLookupParameters(error) from error

    def unknown_parameters(self, request) -> set[str]:
        unknown = request.GET.keys() - DJANGO_PARAMETERS
        # Making a filter takes queries.
        return unknown and unknown - self.filter_parameters(request)

    def filter_parameters(self, request) -> set[str]:
        names: set[Any] = set()
        if self.date_hierarchy:
            names.update(f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day"))
        list_filter: Any
        for list_filter in self.get_list_filter(request):
            if callable(list_filter):
                spec = list_filter(request, {}, self.model, self)
            else:
                is_path = isinstance(list_filter, str)
                path, create = (list_filter, admin.FieldListFilter.create) if is_path else list_filter
                field = get_fields_from_path(self.model, path)[-1]
                spec = create(field, request, {}, self.model, self, field_path=path)
            names.update(spec.expected_parameters())
        return names


class FieldHistoryAdmin(HubModelAdmin):
    object_history_template = "admin/missions/object_history.html"

    def field_changes(self, record):
        return changes(record.history.all())

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        answer = super().history_view(request, object_id, extra_context)
        if context := getattr(answer, "context_data", None):
            paginator = Paginator(self.field_changes(context["object"]), 100)
            page = paginator.get_page(request.GET.get("page"))
            context |= {"page": page, "pages": paginator.get_elided_page_range(page.number)}
        return answer
