"""Accounts and roles. What a role permits stands in `missions/permissions.py`."""

from copy import copy

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..register.models import OrganisationTree
from ..text import ValidatedText
from .erasure import delete_credentials, end_sessions, names_of, overwrite_sign_ins, overwrite_versions

LAST_ADMINISTRATOR = _("This is the last active administrator: make somebody else one first.")


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
        """Saves the account; a sign-in, a password hashed anew or another language makes no history.

        A closed account is signed out, so that no old session comes back when it is opened again.
        """
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
        """Whether the person has signed in or chosen a password."""
        return self.last_login is not None or self.has_usable_password()

    @property
    def is_staff(self):
        """Whether the back office is open to this account: any role does."""
        return self.is_active and bool(self.roles)

    @cached_property
    def held(self) -> list["Membership"]:
        """The memberships through which this account acts, read once per instance: all of them, but for `acting_in`."""
        return list(self.memberships.all())

    @property
    def roles(self):
        """The set of the roles in which this account acts."""
        return frozenset(membership.role for membership in self.held)

    @cached_property
    def organisations(self):
        """The ids of the organisations that this account edits for, those below them included."""
        own = {membership.organisation_id for membership in self.held if membership.role == Role.EDITOR}
        tree = OrganisationTree()
        codes = set(tree.with_those_below({organisation.code for organisation in tree.all if organisation.pk in own}))
        return frozenset(organisation.pk for organisation in tree.all if organisation.code in codes)

    def reports_for(self, mission):
        """The organisation for which this editor reports a mission, if any: its lead owner, or the nearest above it."""
        return self._reported_for.get(mission.lead_owner_id)

    @cached_property
    def _reported_for(self):
        """Of an organisation, by its id: it, or the nearest one above it, for which this account edits."""
        own = {membership.organisation_id for membership in self.held if membership.role == Role.EDITOR}
        if not own:
            return {}
        tree = OrganisationTree()
        edited = {organisation.code: organisation for organisation in tree.all if organisation.pk in own}
        lines = {organisation.pk: tree.above[organisation.code] for organisation in tree.all}
        nearest = {pk: next((edited[code] for code in line if code in edited), None) for pk, line in lines.items()}
        return {pk: organisation for pk, organisation in nearest.items() if organisation}

    def acting_in(self, membership: "Membership") -> "User":
        """This account as it acts through that membership alone: no other one of the same person grants anything."""
        if membership.user_id != self.pk:
            raise ValueError("the membership is somebody else's")
        acting = copy(self)
        for read in ("organisations", "_reported_for"):
            vars(acting).pop(read, None)
        acting.held = [membership]
        return acting

    def others_administer(self) -> bool:
        """Whether an active administrator is left without this account. Locks them: call it in a transaction."""
        administrators = Membership.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
        # With their accounts: two of them who dismiss each other at once would leave none. An account that is only
        # read beside a locked row is read as it was before the wait.
        held = administrators.select_for_update(of=["self", "user"]).select_related("user")
        return any(membership.user.is_active for membership in held if membership.user_id != self.pk)

    @transaction.atomic
    def erase(self, *, by: "User"):
        """Overwrites what tells who this is, everywhere; the id stays, and with it what this account did.

        Raises PermissionDenied where `by` may not, and ValidationError where it was done already or would leave no
        active administrator.
        """
        if not by.has_perm("missions.erase_user", self):
            raise PermissionDenied
        if not self.others_administer():
            raise ValidationError(LAST_ADMINISTRATOR)
        present = User.objects.select_for_update().get(pk=self.pk)
        if present.erased_at:
            raise ValidationError(gettext("The personal data of this account have been erased already."))
        names = names_of(present)
        for membership in self.memberships.all():
            membership._history_user = by
            membership.delete()
        # A user name that nobody can choose, since a colon may not stand in one.
        self.username, self.name, self.email = f"erased:{self.pk}", "", ""
        self.set_unusable_password()
        self.is_active, self.last_login, self.erased_at = False, None, timezone.now()
        self._history_user = by
        self.save()
        overwrite_versions(self)
        delete_credentials(self)
        overwrite_sign_ins(names, self)

    def has_perm(self, perm, obj=None):
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_perms(self, perm_list, obj=None):
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label):
        return self.is_staff


class Membership(models.Model):
    """One role of one account; an editor's role is held for one organisation."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        "missions.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
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
        """Saves it. A token was issued for what it was: where it is another role or somebody else's now, that ends."""
        super().save(**kwargs)
        now = (self.user_id, self.role, self.organisation_id)
        for token in self.tokens.filter(revoked_at=None):
            if now != (token.user_id, token.role, token.organisation_id):
                token.let_go()

    def delete(self, *args, **kwargs):
        for token in self.tokens.filter(revoked_at=None):
            token.let_go()
        return super().delete(*args, **kwargs)
