"""Sent reminders in the back office."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from ..admin.base import HubModelAdmin
from ..ledger.admin import link
from ..models import Reminder, Topic
from .mail import sentence


@admin.register(Reminder)
class ReminderAdmin(HubModelAdmin):
    list_display = ("user", "day", "sent_at", "topics")
    list_select_related = ("user",)
    list_filter = ("notices__topic",)
    search_fields = ("user__username", "user__name", "notices__mission__code")
    date_hierarchy = "day"
    fields = readonly_fields = ("person", "day", "sent_at", "items")

    def get_queryset(self, request):
        counts = {topic: Count("notices", filter=Q(notices__topic=topic), distinct=True) for topic in Topic.values}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("person"))
    def person(self, reminder):
        return reminder.user

    @admin.display(description=_("about"))
    def topics(self, reminder):
        counts = [(topic.label, getattr(reminder, topic.value)) for topic in Topic]
        return " · ".join(f"{label} {count}" for label, count in counts if count)

    @admin.display(description=_("items"))
    def items(self, reminder):
        notices = reminder.notices.select_related("mission", "entry", "step__by")
        lines = ((link("mission_change", n.mission_id, n.mission), sentence(n, reminder.day)) for n in notices)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} · {}</li>", lines))
