"""Accounts and roles. `missions/permissions.py` says what a role permits."""

from copy import copy

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..register.models import Organisation, Tree
from ..text import ValidatedText
from .erasure import end_sessions, erase_personal_data, known_names

LAST_ADMINISTRATOR = _("This is the last active administrator. Make another account administrator first.")


class Role(models.TextChoices):
    EDITOR = "editor", _("Editor")
    AUDITOR = "auditor", _("Auditor")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(ValidatedText, AbstractBaseUser):
    """An official's account. Rows are never deleted: the ledger names its authors."""

    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True, editable=False)

    objects = BaseUserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "language"])

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]), name="user_language_known"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(name="", email="", is_active=False),
                name="user_erased_is_nobody",
            ),
        ]

    def __str__(self):
        if self.erased_at:
            return gettext("Erased account %(number)d") % {"number": self.pk}
        return self.name or self.username

    def save(self, **kwargs):
        """Save without history for sign-ins, password hashes and languages; end the sessions of a closed account."""
        named = kwargs.get("update_fields")
        if named and {"password", "last_login", "language"}.issuperset(named):
            self.skip_history_when_saving = True
        super().save(**kwargs)
        vars(self).pop("skip_history_when_saving", None)
        if not self.is_active:
            end_sessions(self)

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.must_change_password = False

    @property
    def in_use(self) -> bool:
        return self.last_login is not None or self.has_usable_password()

    @property
    def is_staff(self):
        return self.is_active and bool(self.roles)

    @cached_property
    def held(self) -> list["Membership"]:
        """The memberships that grant permissions: one only on an account returned by `acting_in`."""
        return list(self.memberships.all())

    @property
    def roles(self):
        return frozenset(membership.role for membership in self.held)

    @property
    def organisations(self):
        """The ids of the organisations that this account edits, with those below them."""
        return frozenset(self._edited_above)

    def reports_for(self, mission):
        """Return the nearest organisation, from the lead owner upwards, that this account edits, or None."""
        return self._edited_above.get(mission.lead_owner_id)

    @cached_property
    def _edited_above(self):
        """Map the id of an organisation to the nearest one, from itself upwards, that this account edits."""
        own = {membership.organisation_id for membership in self.held if membership.role == Role.EDITOR}
        if not own:
            return {}
        tree = Tree(Organisation)
        edited = {each.code: each for each in tree.all if each.pk in own}
        lines = {each.pk: [code for code in tree.above[each.code] if code in edited] for each in tree.all}
        return {pk: edited[line[0]] for pk, line in lines.items() if line}

    def acting_in(self, membership: "Membership") -> "User":
        """Return a copy of this account with the permissions of one membership only."""
        acting = copy(self)
        vars(acting).pop("_edited_above", None)
        acting.held = [membership]
        return acting

    def has_other_administrators(self) -> bool:
        """Is there another active administrator? Locks their rows: call it in a transaction."""
        administrators = Membership.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
        # Lock the accounts too: two administrators who deactivate each other at once would leave none.
        locked = administrators.select_for_update(of=["self", "user"]).select_related("user")
        return any(membership.user.is_active for membership in locked if membership.user_id != self.pk)

    @transaction.atomic
    def erase(self, *, by: "User"):
        """Overwrite all personal data; the id and what the account did stay.

        Raises PermissionDenied, or ValidationError for an erased account and the last administrator.
        """
        if not by.has_perm("missions.erase_user", self):
            raise PermissionDenied
        if not self.has_other_administrators():
            raise ValidationError(LAST_ADMINISTRATOR)
        present = User.objects.select_for_update().get(pk=self.pk)
        if present.erased_at:
            raise ValidationError(gettext("The personal data of this account have already been erased."))
        erase_personal_data(self, names=known_names(present), by=by)

    def has_perm(self, perm, obj=None):
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        return self.is_staff


class Membership(models.Model):
    """One role of one account; an editor's role belongs to one organisation."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("organisation")
    )

    history = HistoricalRecords()
    _history_user: User

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.EDITOR, organisation__isnull=False)
                | (~Q(role=Role.EDITOR) & Q(organisation__isnull=True)),
                name="membership_editor_has_organisation",
                violation_error_message=_("An editor needs an organisation; the other roles have none."),
            ),
            models.UniqueConstraint(fields=["user", "role", "organisation"], name="membership_once_an_organisation"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(organisation__isnull=True), name="membership_once"
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"

    def save(self, **kwargs):
        """Save, and detach the tokens that were issued for another role or account."""
        super().save(**kwargs)
        now = (self.user_id, self.role, self.organisation_id)
        for token in self.tokens.filter(revoked_at=None):
            if now != (token.user_id, token.role, token.organisation_id):
                token.detach()

    def delete(self, *args, **kwargs):
        for token in self.tokens.filter(revoked_at=None):
            token.detach()
        return super().delete(*args, **kwargs)
