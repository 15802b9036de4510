"""Submissions in the back office: form, review, lists."""

import uuid

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..admin.base import HubModelAdmin
from ..models import EntryKind, EntryRejected, Head, State, StatusChange, Submission, publish_all
from ..query.tables import moved_text
from .forms import SECOND_PERSON, ReviewForm, SubmissionForm

TITLES = {
    EntryKind.OPENING: _("Open the mission"),
    EntryKind.REPORT: _("Report a status"),
    EntryKind.DEADLINE: _("Set a new due date"),
    EntryKind.CORRECTION: _("Correct an entry"),
}
DONE = {
    "save": _("Saved as a draft. It was not submitted."),
    "submit": _("Submitted. A coordinator is going to read it."),
    "publish": _("Published: the public reads it now."),
    "return": _("Returned to its author."),
}

MOST_AT_ONCE = 100


def new_submission_page(model_admin, request, submission):
    """Show the form; continue a submission already begun."""
    if not request.user.has_perm("missions.draft_submission", submission):
        raise PermissionDenied
    same = request.user.submissions.filter(
        mission=submission.mission, kind=submission.kind, corrects=submission.corrects
    )
    if request.method == "POST":
        key = sent_key(request)
        with transaction.atomic():
            Head.objects.lock()  # sent twice at once, the form finds what it made a moment ago
            if earlier := same.filter(key=key).first():
                return form_page(model_admin, request, earlier)
            if key and not Submission.objects.filter(key=key).exists():
                submission.key = key
            return form_page(model_admin, request, submission)
    if begun := (same.drafts() | same.filter(state=State.RETURNED)).first():
        messages.info(request, _("You have begun this already: go on here."))
        return redirect(begun)
    return form_page(model_admin, request, submission)


def sent_key(request):
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def form_page(model_admin, request, submission):
    action = chosen_action(request, "publish", "submit", default="save")
    is_sent = request.method == "POST"
    form = send(request, submission, action) if is_sent else SubmissionForm(submission, user=request.user)
    if form is None:
        return redirect(*next_page(action, submission))
    others = submission.mission.submissions.waiting().exclude(pk=submission.pk).select_related("author")
    may_publish = may_publish_alone(request.user, submission)
    context = {**submission_context(submission, request.user), "may_publish": may_publish, "others": others}
    return form_response(model_admin, request, "submission_form", form, **context)


def may_publish_alone(user, submission):
    own = Submission(mission=submission.mission, kind=submission.kind, corrects=submission.corrects, author=user)
    if own.corrects:
        own.due = own.corrects.due  # whether it changes the date, the form says
    return user.has_perm("missions.publish_submission", own)


@transaction.atomic
def send(request, submission, action):
    """Execute the pressed action; return the form if it has errors."""
    Head.objects.lock()  # what the form checks stays true until it is done
    if submission.pk:
        submission.refresh_from_db()
    form = SubmissionForm(submission, request.POST, request.FILES, user=request.user)
    if not submission.is_editable and form.says_what_is_there():
        messages.info(request, _("The submission is “%s” by now.") % submission.get_state_display())
        return None
    if not form.carry_out(action):
        return form
    messages.success(request, DONE[action])
    return None


def review_page(model_admin, request, submission):
    user = request.user
    may_publish = user.has_perm("missions.publish_submission", submission)
    may_return = user.has_perm("missions.return_submission", submission)
    form = None
    if submission.state == State.SUBMITTED and (may_publish or may_return):
        form = ReviewForm(request.POST or None, instance=submission)
    if request.method == "POST" and form:
        action = chosen_action(request, "publish", default="return")
        if form.carry_out(action, by=user):
            messages.success(request, DONE[action])
            return redirect(*next_page(action, submission))
    elif request.method == "POST":
        if not may_return:
            raise PermissionDenied
        messages.warning(request, _("The submission is “%s” by now.") % submission.get_state_display())
        return redirect(submission)
    # A reviewer returns it instead, with a reason.
    may_take_back = submission.state == State.SUBMITTED and (submission.author == user or not may_return)
    context = {
        **submission_context(submission, user),
        "may_publish": may_publish,
        "second_person": SECOND_PERSON,
        "may_take_back": may_take_back and user.has_perm("missions.draft_submission", submission),
    }
    return form_response(model_admin, request, "submission_review", form, **context)


def chosen_action(request, *actions, default):
    return next((action for action in actions if f"_{action}" in request.POST), default)


def next_page(action, submission):
    if action == "publish":
        return "admin:missions_mission_change", submission.mission_id
    return (submission,) if action == "save" else ("admin:index",)


def form_response(model_admin, request, template, form, **context):
    # A number that grows with saves: the browser restores typed text that never arrived.
    saved = Submission.history.filter(history_user=request.user).order_by("-history_id")
    last_saved = saved.values_list("history_id", flat=True).first() or 0
    context = {"errors": bool(form and form.is_bound), "last_saved": last_saved, **context}
    return model_admin.render(request, template, form=form, **context)


def submission_context(submission, user):
    mission = submission.mission
    title = TITLES[submission.kind]
    if submission.kind == EntryKind.DEADLINE and not user.has_perm("missions.return_submission", submission):
        title = _("Ask for a new due date")
    entries = StatusChange.objects.uncorrected().filter(mission=mission).newest_first()
    fields = {"sets_due": True} if submission.sets_due else {"sets_status": True}
    return {
        "title": title if submission.is_editable else _("Review"),
        "subtitle": str(mission),
        "opts": Submission._meta,
        "submission": submission,
        "mission": mission,
        "moved": moved_text(mission.status, mission.due, mission.due_first, mission.due_moves),
        "in_force": entries.filter(**fields).select_related("recorded_by").with_evidence().first(),
        "replaced": submission.corrects,
    }


class DraftsFilter(admin.SimpleListFilter):
    title = _("to be submitted")
    parameter_name = "drafts"

    def lookups(self, request, model_admin):
        return [("1", _("Drafts"))]

    def queryset(self, request, queryset):
        return queryset.drafts() if self.value() else queryset


@admin.register(Submission)
class SubmissionAdmin(HubModelAdmin):
    list_display = ("mission_link", "title", "state", "summary", "kind", "effective_on", "author")
    list_display_links = None
    only_lists = True
    list_select_related = ("mission", "author", "corrects")
    list_filter = ("state", DraftsFilter, "kind", "mission__instrument")
    search_fields = ("mission__code", "mission__search_text", "headline_en", "headline_zh", "author__username")
    actions = ("publish_selected",)

    @admin.display(description=_("mission"), ordering="mission__code")
    def mission_link(self, submission):
        return format_html('<a href="{}">{}</a>', submission.get_absolute_url(), submission.mission.code)

    @admin.display(description=_("title"))
    def title(self, submission):
        return submission.mission.title

    @admin.display(description=_("says"))
    def summary(self, submission):
        return submission.due if submission.sets_due else submission.get_status_display()

    @admin.action(description=_("Publish the selected submissions"), permissions=["publish"])
    @transaction.atomic
    def publish_selected(self, request, queryset):
        """Preview all, and publish them when confirmed unchanged."""
        Head.objects.lock()  # what is read here stays true until it is published
        submissions = list(queryset.for_reading()[:MOST_AT_ONCE])
        own = [s.mission.code for s in submissions if not request.user.has_perm("missions.publish_submission", s)]
        if own:
            return messages.error(request, f"{', '.join(own)}: {SECOND_PERSON}")
        seen = request.POST.get("shown")
        shown = " ".join(f"{s.pk}:{s.version}:{s.mission.changes.count()}" for s in submissions)
        if seen == shown and self.publish_together(request, submissions):
            return None
        if seen not in (None, shown):
            messages.warning(request, _("It was changed since you opened this page: read it again, then decide."))
        title = _("Publish the selected submissions")
        return self.render(request, "publish_selected", title, submissions=submissions, shown=shown)

    def publish_together(self, request, submissions):
        try:
            publish_all(submissions, by=request.user)
        except EntryRejected as refused:
            for place, error in refused.errors.items():
                messages.error(request, f"{submissions[place].mission.code}: {' '.join(error.messages)}")
            messages.error(request, _("Nothing was published. Correct these or deselect them."))
            return False
        messages.success(request, DONE["publish"])
        return True

    def has_publish_permission(self, request):
        return request.user.has_perm("missions.publish_submission")

    def get_queryset(self, request):
        return Submission.objects.visible_to(request.user)

    def own_pages(self):
        return [
            ("<int:pk>/change/", "change", self.page),
            ("<int:pk>/take-back/", "take_back", require_POST(self.take_back)),
        ]

    def page(self, request, pk):
        submission = get_object_or_404(self.get_queryset(request).for_reading(), pk=pk)
        # The form is answered as typed, whatever happened to the submission.
        is_form = submission.is_editable or "key" in request.POST
        may_draft = request.user.has_perm("missions.draft_submission", submission)
        return (form_page if is_form and may_draft else review_page)(self, request, submission)

    def take_back(self, request, pk):
        submission = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            submission.take_back(by=request.user)
            messages.success(request, _("Taken back: change it and submit it again, or leave it."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect(submission)
