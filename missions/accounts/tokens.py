"""Access tokens of the offices' systems, and the submissions that were sent with them."""

import hashlib
import secrets
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..days import today
from ..register.models import Organisation
from ..text import ValidatedText
from ..workflow.models import Submission
from .models import Membership, Role, User

MAX_VALIDITY = timedelta(days=366)  # a leap year, so that the same date next year is valid
REPORTING_ROLES = (Role.EDITOR, Role.COORDINATOR)


class Scope(models.TextChoices):
    DRAFT = "draft", _("Save drafts")
    SUBMIT = "submit", _("Save drafts and submit them")


class TokenState(models.TextChoices):
    IN_FORCE = "in_force", _("Valid")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    ROLE_TAKEN = "role_taken", _("Role removed")
    ACCOUNT_CLOSED = "account_closed", _("Account closed")


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenQuerySet(models.QuerySet["Token"]):
    @transaction.atomic
    def issue(
        self, *, membership: Membership, name: str, scope: str, expires_on: date | None, by: User
    ) -> tuple["Token", str]:
        """Create a token and return it with its secret, which is not stored.

        Raises ValidationError by field, or PermissionDenied.
        """
        if not by.has_perm("missions.add_token"):
            raise PermissionDenied
        # Locked, so that the role stays and a form sent twice at once creates one token.
        locked = Membership.objects.select_for_update(of=("self",)).select_related("user")
        held = locked.filter(pk=membership.pk).first()
        if held is None:
            raise ValidationError({"membership": gettext("This role has been removed.")})
        secret = f"hub_{secrets.token_urlsafe(32)}"
        fields = {"name": name.strip(), "scope": scope, "expires_on": expires_on}
        holder = {"user": held.user, "role": held.role, "organisation_id": held.organisation_id}
        token = Token(membership=held, digest=hash_secret(secret), created_by=by, **holder, **fields)
        token.full_clean(validate_constraints=False)  # `clean` reports the same errors by field
        token._history_user = by
        token.save(force_insert=True)
        return token, secret

    def in_force(self) -> "TokenQuerySet":
        return self.filter(revoked_at=None, expires_on__gte=today(), membership__user__is_active=True)

    def find(self, secret: str) -> "Token | None":
        """Return the valid token with this secret, with its membership, user and organisation."""
        tokens = self.in_force().filter(digest=hash_secret(secret))
        return tokens.select_related("membership__user", "membership__organisation").first()


class Token(ValidatedText):
    """API access for a system in one role of one person; only the secret's hash is stored.

    The database rejects changes of what was issued. If the membership changes, the token loses it and is invalid;
    user and role stay recorded.
    """

    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="tokens", verbose_name=_("membership")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tokens", verbose_name=_("organisation")
    )
    name = models.CharField(_("system"), max_length=100)
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    scope = models.CharField(_("scope"), max_length=20, choices=Scope)
    created_at = models.DateTimeField(_("issued at"), default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    expires_on = models.DateField(_("last date"))
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )

    objects = TokenQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["membership", "digest", "last_used_on"])

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="token_scope_known"),
            models.CheckConstraint(
                condition=Q(role=Role.EDITOR, organisation__isnull=False)
                | Q(role=Role.COORDINATOR, organisation__isnull=True),
                name="token_of_a_role_that_reports",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="token_names_its_system"),
            models.CheckConstraint(condition=Exact(Length("digest"), 64), name="token_digest_is_sha256"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by_user",
            ),
            models.UniqueConstraint(
                fields=["membership", "name"], condition=Q(revoked_at__isnull=True), name="token_once_a_system"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("admin:missions_token_change", args=[self.pk])

    def clean(self):
        errors = {}
        if self.role not in REPORTING_ROLES:
            errors["membership"] = gettext("Choose the role of an editor or a coordinator: other roles cannot report.")
        elif not self.user.is_active:
            errors["membership"] = gettext("This account is closed.")
        if self.expires_on and self.expires_on < today():
            errors["expires_on"] = gettext("This date has passed. Choose today or a later date.")
        elif self.expires_on and self.expires_on > today() + MAX_VALIDITY:
            errors["expires_on"] = gettext("A token is valid for at most one year. Choose an earlier date.")
        if Token.objects.filter(membership=self.membership, name=self.name, revoked_at=None).exists():
            message = gettext("“%(name)s” already has a token for this role. Revoke it first, or choose another name.")
            errors["name"] = message % {"name": self.name}
        if errors:
            raise ValidationError(errors)

    @property
    def account(self) -> User:
        """The user, restricted to the token's role. Raises ValueError without a membership."""
        if self.membership is None:
            raise ValueError("the token has no membership")
        return self.membership.user.acting_in(self.membership)

    @property
    def state(self) -> TokenState:
        if self.revoked_at:
            return TokenState.REVOKED
        if not self.membership_id:
            return TokenState.ROLE_TAKEN
        if not self.user.is_active:
            return TokenState.ACCOUNT_CLOSED
        return TokenState.EXPIRED if self.expires_on < today() else TokenState.IN_FORCE

    def record_use(self):
        """Store the date of use, without history and at most once a day."""
        if self.last_used_on != today():
            self.last_used_on = today()
            self.skip_history_when_saving = True
            self.save(update_fields=["last_used_on"])
            del self.skip_history_when_saving

    @transaction.atomic
    def revoke(self, *, by: User):
        if not by.has_perm("missions.change_token"):
            raise PermissionDenied
        if Token.objects.select_for_update().get(pk=self.pk).revoked_at:
            raise ValidationError(gettext("This token has already been revoked."))
        self.revoked_at, self.revoked_by = timezone.now(), by
        self._history_user = by
        self.save(update_fields=["revoked_at", "revoked_by"])

    def detach(self):
        """End the token because its membership was changed or deleted."""
        self.membership = None
        self.save(update_fields=["membership"])


class Delivery(models.Model):
    """Which token sent a submission. The database rejects changes."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="delivery", verbose_name=_("submission"))
    token = models.ForeignKey(Token, models.PROTECT, related_name="deliveries", verbose_name=_("access token"))
    digest = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Exact(Length("digest"), 64), name="delivery_digest_is_sha256"),
        ]

    def __str__(self):
        return f"{self.token} · {self.at}"
