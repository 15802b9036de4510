"""Who may do what: the table of docs/permissions.md as predicates."""

import rules
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from .models import EntryKind, ImportKind, Role, SecondPerson


def holds(*roles):
    return rules.predicate(lambda user: not user.roles.isdisjoint(roles), name=f"holds {'/'.join(roles)}")


is_editor = holds(Role.EDITOR)
is_coordinator = holds(Role.COORDINATOR)
is_administrator = holds(Role.ADMINISTRATOR)
is_official = holds(*Role)


@rules.predicate
def needs_second_factor(user):
    """Return whether `user` must set up a second factor; recovery codes do not count."""
    demanded = settings.HUB_REQUIRE_MFA and (is_coordinator | is_administrator)(user)
    return demanded and not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


REGISTER = (
    *("instrument", "theme", "area", "organisation", "mission", "source", "reportedfigure"),
    *("programme", "programmeday", "contradiction"),
)

for model in REGISTER:
    rules.add_perm(f"missions.add_{model}", is_coordinator)
    rules.add_perm(f"missions.change_{model}", is_coordinator)
for model in (*REGISTER, "statuschange", "evidence", "frozenreport", "import", "submission"):
    rules.add_perm(f"missions.view_{model}", is_official)

# Without it, the back office shows the own organisations' records (`visible_to` of each queryset).
reads_all = holds(Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR)
rules.add_perm("missions.read_all", reads_all)
rules.add_perm("missions.view_board", reads_all)

rules.add_perm("missions.view_reminder", reads_all)
rules.add_perm("missions.add_frozenreport", is_coordinator)


@rules.predicate
def edits_the_lead_owner(user, submission):
    """Return whether an editor's organisation, or one above, leads the mission."""
    if submission is None:
        return bool(user.organisations)
    is_request = submission.kind in (EntryKind.REPORT, EntryKind.DEADLINE)
    return is_request and submission.mission.lead_owner_id in user.organisations


@rules.predicate
def is_second_person(user, submission):
    if submission is None:
        return True
    wanted = submission.mission.instrument.second_person
    is_wanted = wanted == SecondPerson.EVERYTHING or (wanted == SecondPerson.DATES and submission.changes_date)
    return not is_wanted or submission.author_id != user.pk


@rules.predicate
def may_import(user, imported):
    """Return whether this account may upload and confirm this import."""
    if imported is None:
        return (is_coordinator | is_editor)(user)
    is_return = imported.kind == ImportKind.RETURN and is_editor(user)
    return imported.by_id == user.pk and (is_coordinator(user) or is_return)


rules.add_perm("missions.add_import", may_import)
rules.add_perm("missions.exchange_register", is_coordinator)

rules.add_perm("missions.draft_submission", is_coordinator | edits_the_lead_owner)
rules.add_perm("missions.return_submission", is_coordinator)
rules.add_perm("missions.publish_submission", is_coordinator & is_second_person)


@rules.predicate
def is_not_erased(user, account):
    return account is None or account.erased_at is None


@rules.predicate
def is_another(user, account):
    return account is None or account.pk != user.pk


for permission in (
    *("view_user", "add_user", "view_membership", "add_membership", "change_membership", "delete_membership"),
    *("view_token", "add_token", "change_token"),
):
    rules.add_perm(f"missions.{permission}", is_administrator)
rules.add_perm("missions.change_user", is_administrator & is_not_erased)
rules.add_perm("missions.erase_user", is_administrator & is_not_erased & is_another)
