from django.core.paginator import Paginator
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from ..admin.base import HubModelAdmin
from .history import changes

PER_PAGE = 100


class FieldHistoryAdmin(HubModelAdmin):
    object_history_template = "admin/missions/object_history.html"

    def field_changes(self, record):
        return changes(record.history.all())

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        answer = super().history_view(request, object_id, extra_context)
        if context := getattr(answer, "context_data", None):
            paginator = Paginator(self.field_changes(context["object"]), PER_PAGE)
            page = paginator.get_page(request.GET.get("page"))
            context |= {"page": page, "pages": paginator.get_elided_page_range(page.number)}
        return answer
