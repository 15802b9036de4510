"""Submissions in the back office: the one screen on which an official says something, and the one that reviews it."""

import uuid

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..admin.base import HubModelAdmin
from ..models import EntryKind, Head, Refused, State, StatusChange, Submission, publish_all
from ..query.tables import moved_text
from .forms import SECOND_PERSON, SubmissionForm
from .review import ReviewForm

TITLES = {
    EntryKind.OPENING: _("Open the mission"),
    EntryKind.REPORT: _("Report a status"),
    EntryKind.DEADLINE: _("Set a new due date"),
    EntryKind.CORRECTION: _("Correct an entry"),
}
DONE = {
    "save": _("Kept as a draft. Nobody has been told yet."),
    "submit": _("Submitted. A coordinator is going to read it."),
    "publish": _("Published: the public reads it now."),
    "return": _("Returned to its author."),
}

MOST_AT_ONCE = 100


def begin_page(model_admin, request, submission):
    """The form of a submission that is still to be made; one that this account has begun already is gone on with."""
    if not request.user.has_perm("missions.draft_submission", submission):
        raise PermissionDenied
    same = request.user.submissions.filter(
        mission=submission.mission, kind=submission.kind, corrects=submission.corrects
    )
    if request.method == "POST":
        with transaction.atomic():
            Head.objects.lock()  # sent twice at once, the form finds what it made a moment ago
            submission = same.filter(key=sent_key(request)).first() or keyed(submission, sent_key(request))
            return form_page(model_admin, request, submission)
    if begun := (same.drafts() | same.filter(state=State.RETURNED)).first():
        messages.info(request, _("You have begun this already: go on here."))
        return redirect(begun)
    return form_page(model_admin, request, submission)


def sent_key(request):
    """The key under which the form was made; None where it has none."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def keyed(submission, key):
    """The new submission under the key of its form, so that the form sent twice makes one."""
    if key and not Submission.objects.filter(key=key).exists():
        submission.key = key
    return submission


def form_page(model_admin, request, submission):
    if request.method == "POST":
        action = asked_for(request, "publish", "submit", default="save")
        form = send(request, submission, action)
        if form is None:
            return redirect(*after(action, submission))
    else:
        form = SubmissionForm(submission, user=request.user)
    return TemplateResponse(
        request,
        "admin/missions/submission_form.html",
        {
            **page_context(model_admin, request, submission),
            "form": form,
            "errors": form.is_bound,
            "fieldsets": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),
            "last_saved": last_saved(request.user),
            "may_publish": may_publish_alone(request.user, submission),
            "others": submission.mission.submissions.waiting().exclude(pk=submission.pk).select_related("author"),
        },
    )


def may_publish_alone(user, submission):
    """Whether this account may publish at once what it submits itself, whoever is its author so far."""
    own = Submission(mission=submission.mission, kind=submission.kind, corrects=submission.corrects, author=user)
    if own.corrects:
        own.due = own.corrects.due  # whether it changes the date, the form says
    return user.has_perm("missions.publish_submission", own)


@transaction.atomic
def send(request, submission, action):
    """Does what the form was sent for; returns it where it now says why not."""
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


def last_saved(user):
    """Grows with what this account saves: text that a browser kept before is told from text that never arrived."""
    saved = Submission.history.filter(history_user=user).order_by("-history_id")
    return saved.values_list("history_id", flat=True).first() or 0


def review_page(model_admin, request, submission):
    """A submission to read; who may, publishes or returns it here."""
    user = request.user
    may_publish = user.has_perm("missions.publish_submission", submission)
    may_return = user.has_perm("missions.return_submission", submission)
    may_decide = submission.state == State.SUBMITTED and (may_publish or may_return)
    form = ReviewForm(request.POST or None, instance=submission) if may_decide else None
    if request.method == "POST" and (answer := decide(request, submission, form)):
        return answer
    context = {
        **page_context(model_admin, request, submission),
        "form": form,
        "errors": form is not None and form.is_bound,
        "last_saved": last_saved(user),
        "fieldsets": form and AdminForm(form, [(None, {"fields": list(form.fields)})], {}),
        "may_publish": may_publish,
        "second_person": SECOND_PERSON,
        # Who can return it does that, and says why.
        "may_take_back": submission.state == State.SUBMITTED
        and user.has_perm("missions.draft_submission", submission)
        and (submission.author == user or not may_return),
    }
    return TemplateResponse(request, "admin/missions/submission_review.html", context)


def decide(request, submission, form):
    """Publishes or returns it; where the form now says why not, there is no answer but the form."""
    if form is None:
        if not request.user.has_perm("missions.return_submission", submission):
            raise PermissionDenied
        messages.warning(request, _("The submission is “%s” by now.") % submission.get_state_display())
        return redirect(submission)
    action = asked_for(request, "publish", default="return")
    if not form.carry_out(action, by=request.user):
        return None
    messages.success(request, DONE[action])
    return redirect(*after(action, submission))


def asked_for(request, *actions, default):
    """Which of a form's buttons was pressed."""
    return next((action for action in actions if f"_{action}" in request.POST), default)


def after(action, submission):
    """Where to go on: to what is to be done next, or to the mission whose ledger has grown."""
    if action == "publish":
        return "admin:missions_mission_change", submission.mission_id
    return (submission,) if action == "save" else ("admin:index",)


def page_context(model_admin, request, submission):
    return {
        **model_admin.admin_site.each_context(request),
        "title": title(submission, request.user) if submission.is_editable else _("Review"),
        "subtitle": str(submission.mission),
        "opts": Submission._meta,
        "submission": submission,
        "mission": submission.mission,
        "moved": moved_today(submission.mission),
        "in_force": in_force(submission),
        "replaced": submission.corrects,
    }


def moved_today(mission):
    return moved_text(mission.status, mission.due, mission.due_first, mission.due_moves)


def title(submission, user):
    asks = submission.kind == EntryKind.DEADLINE and not user.has_perm("missions.return_submission", submission)
    return _("Ask for a new due date") if asks else TITLES[submission.kind]


def in_force(submission):
    """The entry that says today what the submission would say: the status or the due date."""
    entries = StatusChange.objects.standing().filter(mission=submission.mission).newest_first()
    asked = {"sets_due": True} if submission.sets_due else {"sets_status": True}
    return entries.filter(**asked).select_related("recorded_by").with_evidence().first()


class DraftsFilter(admin.SimpleListFilter):
    """What waits to be submitted, whether it was begun or taken back."""

    title = _("to be submitted")
    parameter_name = "drafts"

    def lookups(self, request, model_admin):
        return [("1", _("Drafts"))]

    def queryset(self, request, queryset):
        return queryset.drafts() if self.value() else queryset


@admin.register(Submission)
class SubmissionAdmin(HubModelAdmin):
    """Submissions to read and to decide on. One is begun from its mission, or from the entry that it corrects."""

    list_display = ("mission_link", "title", "state", "said", "kind", "effective_on", "author")
    list_display_links = None
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
    def said(self, submission):
        return submission.due if submission.sets_due else submission.get_status_display()

    @admin.action(description=_("Publish the selected submissions"), permissions=["publish"])
    @transaction.atomic
    def publish_selected(self, request, queryset):
        """Shows all that would be published; sent again as it was shown, it is."""
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
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish the selected submissions"),
            "opts": self.opts,
            "submissions": submissions,
            "shown": shown,
        }
        return TemplateResponse(request, "admin/missions/publish_selected.html", context)

    def publish_together(self, request, submissions):
        try:
            publish_all(submissions, by=request.user)
        except Refused as refused:
            for place, error in refused.errors.items():
                messages.error(request, f"{submissions[place].mission.code}: {' '.join(error.messages)}")
            messages.error(request, _("Nothing was published. Mend these, or select the others alone."))
            return False
        messages.success(request, DONE["publish"])
        return True

    def has_publish_permission(self, request):
        return request.user.has_perm("missions.publish_submission")

    def get_queryset(self, request):
        return Submission.objects.visible_to(request.user)

    def get_urls(self):
        changelist = next(url for url in super().get_urls() if url.name == "missions_submission_changelist")
        return [
            changelist,
            path("<int:pk>/change/", self.admin_site.admin_view(self.page), name="missions_submission_change"),
            path(
                "<int:pk>/take-back/",
                self.admin_site.admin_view(require_POST(self.take_back)),
                name="missions_submission_take_back",
            ),
        ]

    def page(self, request, pk):
        submission = get_object_or_404(self.get_queryset(request).for_reading(), pk=pk)
        # What was typed into the form is answered by the form, whatever has become of the submission meanwhile.
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
