"""Accounts and roles. What a role permits stands in `missions/rules.py`."""

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EDITOR = "editor", _("Editor")
    AUDITOR = "auditor", _("Auditor")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractBaseUser):
    """An official's account. Rows are never deleted: the ledger names its authors."""

    username = models.CharField(_("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self):
        return self.name or self.username

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.must_change_password = False

    @property
    def is_staff(self):
        """Whether the back office is open to this account: any role does."""
        return self.is_active and bool(self.roles)

    @property
    def roles(self):
        """The set of this account's roles, read once per instance."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.memberships.values_list("role", flat=True))
        return self._roles

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
