"""What was mailed as a reminder, to read: to whom, on which day, about what."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from ..models import Notice, Reminder, Topic
from ..reminding.mail import sentence


class NoticeInline(admin.TabularInline):
    model = Notice
    fields = readonly_fields = ("mission", "said")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("reminder", "mission", "entry", "step__by")

    @admin.display(description=_("said"))
    def said(self, notice):
        return sentence(notice, notice.reminder.day)


@admin.register(Reminder)
class ReminderAdmin(admin.ModelAdmin):
    """Reminders to read. No rule permits to add, change or delete one: the command alone writes them."""

    list_display = ("user", "day", "sent_at", "topics")
    list_select_related = ("user",)
    list_filter = ("notices__topic",)
    search_fields = ("user__username", "user__name", "notices__mission__code")
    date_hierarchy = "day"
    fields = readonly_fields = ("person", "day", "sent_at")
    inlines = (NoticeInline,)

    def get_queryset(self, request):
        counts = {topic: Count("notices", filter=Q(notices__topic=topic), distinct=True) for topic in Topic.values}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("person"))
    def person(self, reminder):
        """The name alone: few may follow a link to the account."""
        return reminder.user

    @admin.display(description=_("about"))
    def topics(self, reminder):
        """How many missions it names under each topic."""
        counts = [(topic.label, getattr(reminder, topic.value)) for topic in Topic]
        return " · ".join(f"{label} {count}" for label, count in counts if count)
