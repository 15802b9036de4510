"""The mail to a person in whose name a token is issued, or revoked: they are to know what acts for them."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from ..audit.audit_text import account
from ..models import Membership, Token
from ..register.history import named


def acts_as(held: Membership | Token) -> str:
    """The role, with its organisation, of a membership or of a token."""
    role, organisation = held.get_role_display(), held.organisation
    return f"{role} · {named(organisation)}" if organisation else role


def send_letter(token: Token):
    """Sends it where mail can be sent and the person has an address. Raises OSError where the server takes none."""
    if settings.HUB_SENDS_MAIL and token.user.email and token.user.is_active:
        letter(token).send()


def letter(token: Token) -> EmailMessage:
    """The mail in the language of the person; not yet sent."""
    with translation.override(token.user.language):
        by = account(token.revoked_by or token.created_by)
        context = {"token": token, "by": by, "acts_as": acts_as(token), "site": settings.SIGN_IN_URL}
        text = render_to_string("accounts/mail/token.txt", context)
    subject, _newline, body = text.strip().partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}  # else, an absent person's mailbox answers it
    return EmailMessage(subject.strip(), body.strip(), to=[token.user.email], headers=headers)
