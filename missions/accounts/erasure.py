"""Where else than in the account itself its person's name, addresses and devices are kept, and how they go from there.

What others wrote in free text, and what stands inside of files, is not searched: `docs/privacy.md` says so.
"""

from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q

BEGUN = "account_authentication_methods_user"  # what allauth keeps while the second factor is still to come


def names_of(user: Any) -> set[str]:
    """What this person was ever called and may have typed to sign in; nothing that is or was another's user name."""
    names = {user.username, user.name, user.email}.union(*user.history.values_list("username", "name", "email")) - {""}
    accounts = user.__class__  # and not type(user): a request's user is wrapped
    others = accounts.objects.exclude(pk=user.pk).values_list("username", flat=True)
    once = accounts.history.exclude(id=user.pk).values_list("username", flat=True)
    theirs = {name.casefold() for name in {*others, *once}}
    return {user.username} | {name for name in names if name.casefold() not in theirs}


def overwrite_versions(user: Any) -> None:
    """Each version of the account names it as it is called now; who changed what, and when, stays."""
    for version in user.history.all():
        version.username, version.name, version.email = user.username, user.name, user.email
        version.save()
    # Django's own log of the back office, which nobody reads, has names in its texts.
    LogEntry.objects.filter(content_type__app_label="missions", content_type__model="user", object_id=user.pk).delete()


def end_sessions(user: Any) -> None:
    """Signs the account out everywhere, also where a sign-in has only begun."""
    user.usersession_set.all().delete()
    for session in Session.objects.iterator():
        held = session.get_decoded()
        if str(user.pk) in (held.get(SESSION_KEY), held.get(BEGUN)):
            session.delete()


def delete_credentials(user: Any) -> None:
    """Takes away every way to sign in besides the password."""
    user.authenticator_set.all().delete()
    user.emailaddress_set.all().delete()
    user.socialaccount_set.all().delete()


def overwrite_sign_ins(names: set[str], user: Any) -> None:
    """Sign-ins stay on record as those of the account; from where, and by what browser, does not."""
    for sign_in in AccessLog.objects.filter(called(names)):
        sign_in.username = user.username
        sign_in.ip_address, sign_in.user_agent, sign_in.http_accept, sign_in.session_hash = None, "", "", ""
        sign_in.save()
    AccessAttempt.objects.filter(called(names)).delete()


def called(names: set[str]) -> Q:
    """That somebody typed one of these names to sign in, in whatever case."""
    condition = Q(pk__in=[])
    for name in names:
        condition |= Q(username__iexact=name)
    return condition
