"""What `User.erase` erases. Free text and files are not searched (`docs/privacy.md`)."""

from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

PENDING_SIGN_IN = "account_authentication_methods_user"  # allauth's session key before the second factor


def known_names(user: Any) -> set[str]:
    """Return the account's present and former names, without user names of other accounts."""
    names = {user.username, user.name, user.email}.union(*user.history.values_list("username", "name", "email")) - {""}
    accounts = user.__class__  # type(user) is a lazy wrapper for a request's user
    others = accounts.objects.exclude(pk=user.pk).values_list("username", flat=True)
    once = accounts.history.exclude(id=user.pk).values_list("username", flat=True)
    theirs = {name.casefold() for name in {*others, *once}}
    return {user.username} | {name for name in names if name.casefold() not in theirs}


def erase_personal_data(user: Any, *, names: set[str], by: Any) -> None:
    for membership in user.memberships.all():
        membership._history_user = by
        membership.delete()
    # The validator allows no colon, so no other account can have this user name.
    user.username, user.name, user.email = f"erased:{user.pk}", "", ""
    user.set_unusable_password()
    user.is_active, user.last_login, user.erased_at = False, None, timezone.now()
    user._history_user = by
    user.save()  # ends the sessions, as the account is no longer active
    overwrite_versions(user)
    for credentials in (user.authenticator_set, user.emailaddress_set, user.socialaccount_set):
        credentials.all().delete()
    overwrite_sign_ins(names, user)


def overwrite_versions(user: Any) -> None:
    for version in user.history.all():
        version.username, version.name, version.email = user.username, user.name, user.email
        version.save()
    # Django's admin log contains names.
    LogEntry.objects.filter(content_type__app_label="missions", content_type__model="user", object_id=user.pk).delete()


def end_sessions(user: Any) -> None:
    user.usersession_set.all().delete()
    for session in Session.objects.iterator():
        data = session.get_decoded()
        if str(user.pk) in (data.get(SESSION_KEY), data.get(PENDING_SIGN_IN)):
            session.delete()


def overwrite_sign_ins(names: set[str], user: Any) -> None:
    """Keep the sign-ins, without addresses and browsers."""
    for sign_in in AccessLog.objects.filter(matches_username(names)):
        sign_in.username = user.username
        sign_in.ip_address, sign_in.user_agent, sign_in.http_accept, sign_in.session_hash = None, "", "", ""
        sign_in.save()
    AccessAttempt.objects.filter(matches_username(names)).delete()


def matches_username(names: set[str]) -> Q:
    condition = Q(pk__in=[])  # no names: no sign-in, where an empty Q would match all
    for name in names:
        condition |= Q(username__iexact=name)
    return condition
