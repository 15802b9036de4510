"""One status for many missions: a submission for each, all or none."""

import re
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..days import today
from ..ledger.entries import canonical, sha256
from ..ledger.recording import NEVER_BACK, Transition
from ..models import EntryKind, EntryRejected, Head, StatusChange, Submission, publish_all
from ..status import Status
from .admin import chosen_action, form_response, sent_key
from .forms import StatementForm, listed
from .models import ENTRY_FIELDS

MOST_MISSIONS = 150


class BulkForm(StatementForm):
    def __init__(self, missions, *args, key, user):
        self.missions, self.key = missions, key
        super().__init__(Submission(kind=EntryKind.REPORT, author=user, effective_on=today()), *args, user=user)
        self.fields["status"].widget.transitions = {Status.UNREPORTED: Transition(False, str(NEVER_BACK))}
        self.objections: dict[int, str] = {}
        self.previewed = ""

    def entries(self):
        return StatusChange.objects.filter(mission__in=self.missions)

    @property
    def rows(self):
        return [(mission, self.objections.get(mission.pk, "")) for mission in self.missions]

    def submissions(self):
        names = (*ENTRY_FIELDS, "kind", "author", "reported_by", "note")
        fields = {name: getattr(self.instance, name) for name in names}
        # The keys are derived from the form's: a form sent twice creates each once.
        keys = {mission: uuid.uuid5(self.key, mission.code) for mission in self.missions}
        return [Submission(mission=mission, key=key, **fields) for mission, key in keys.items()]

    def carry_out(self, *, publish, only_look=False):
        """Submit all, and publish them if requested; False on errors.

        With `only_look` everything is tried and nothing stays; who fills in both languages may mean to publish.
        """
        is_valid = self.is_valid()
        self.take_uploads()
        if not is_valid or not self.complete():
            return False
        submissions = self.submissions()
        seen, self.previewed = self.data.get("previewed", ""), self.digest(submissions)
        if only_look:
            self.built_on = self.newest()[0]
            publish = publish and all(self.cleaned_data[name] for name in ("headline_en", "headline_zh"))
        try:
            with transaction.atomic():
                Head.objects.lock()
                self.check_not_sent_before(submissions)
                if not only_look and seen != self.previewed:
                    raise ValidationError(
                        _("Nothing was recorded: you changed something after the preview. Check it again.")
                    )
                self.check_no_entry_came_between()
                self._send(submissions, publish)
                transaction.set_rollback(only_look)
        except EntryRejected as refused:
            for place, error in refused.errors.items():
                self.objections[submissions[place].mission_id] = " ".join(error.messages)
        except ValidationError as refusal:
            self.refuse(refusal)
        return not self.objections and not self.errors

    def digest(self, submissions):
        """Return a digest: only what the preview showed is sent."""
        fields = [str(getattr(submissions[0], field)) for field in (*ENTRY_FIELDS, "reported_by_id", "note")]
        return sha256(canonical([*fields, listed(row.instance for row in self.evidence.filled)]))

    def check_not_sent_before(self, submissions):
        if Submission.objects.filter(key__in=[submission.key for submission in submissions]).exists():
            raise ValidationError(_("This was already sent: nothing was recorded twice."))

    def _send(self, submissions, publish):
        errors = {}
        for place, submission in enumerate(submissions):
            submission.save()
            submission.cite(row.instance for row in self.evidence.filled)
            try:
                submission.submit(by=self.user)
            except ValidationError as error:
                errors[place] = error
        if errors:
            raise EntryRejected(errors)
        if publish:
            publish_all(submissions, by=self.user)


def report_many_page(model_admin, request):
    missions = chosen(model_admin.get_queryset(request), request.GET.get("mission", ""))
    drafts = [Submission(mission=mission, kind=EntryKind.REPORT, author=request.user) for mission in missions]
    if not all(request.user.has_perm("missions.draft_submission", draft) for draft in drafts):
        raise PermissionDenied
    may_publish = all(request.user.has_perm("missions.publish_submission", draft) for draft in drafts)
    action = chosen_action(request, "publish", "submit", default="look")
    if action == "publish" and not may_publish:
        raise PermissionDenied
    key = sent_key(request) or uuid.uuid4()
    form = BulkForm(missions, request.POST or None, request.FILES or None, user=request.user, key=key)
    publish = may_publish and action != "submit"
    is_sound = request.method == "POST" and form.carry_out(publish=publish, only_look=action == "look")
    if is_sound and action != "look":
        count = len(missions)
        if action == "publish":
            done = ngettext("%d mission: published.", "%d missions: published.", count)
        else:
            done = ngettext("%d mission: submitted.", "%d missions: submitted.", count)
        messages.success(request, done % count)
        return redirect("admin:index" if action == "submit" else "admin:missions_mission_changelist")
    title, errors = _("Report one status for many missions"), form.is_bound and not is_sound
    context = {"title": title, "errors": errors, "is_sound": is_sound, "may_publish": may_publish}
    return form_response(model_admin, request, "report_many", form, **context)


def chosen(missions, ids):
    """Return the missions of comma-separated ids. Raises Http404."""
    wanted = set(ids.split(","))
    is_read = len(wanted) <= MOST_MISSIONS and all(re.fullmatch("[0-9]{1,18}", number) for number in wanted)
    open_ones = missions.filter(status__isnull=False).select_related("instrument", "lead_owner")
    found = list(open_ones.filter(pk__in=wanted)) if is_read else []
    if len(found) != len(wanted):
        raise Http404
    return found
