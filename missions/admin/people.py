"""Accounts and memberships. An account is deactivated, never deleted: the ledger names its authors."""

from functools import partial

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ..accounts import invitations
from ..models import Membership, Role, User
from ..models.history import FACTOR_REMOVED, account_changes
from .history import FieldHistoryAdmin

LAST_ADMINISTRATOR = _("This is the last active administrator: make somebody else one first.")


def others_administer(user):
    """Whether an active administrator is left without `user`."""
    administrators = Membership.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
    # Locked, with their accounts: two of them who deactivate each other at once would leave none. An account that is
    # only read beside a locked row is read as it was before the wait.
    held = administrators.select_for_update(of=["self", "user"]).select_related("user")
    return any(membership.user.is_active for membership in held if membership.user_id != user.pk)


def described(membership):
    role, organisation = membership.get_role_display(), membership.organisation
    return f"{role} ({organisation.code})" if organisation else role


class AccountForm(forms.ModelForm):
    def clean_username(self):
        """Upper and lower case make no second account: people would sign in to the wrong one, or not at all."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is an account with this user name."))
        return username

    def clean_is_active(self):
        is_active = self.cleaned_data["is_active"]
        if not is_active and self.instance.pk and not others_administer(self.instance):
            raise ValidationError(LAST_ADMINISTRATOR)
        return is_active


class MembershipFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        held = [(membership.get("role"), membership.get("organisation")) for membership in kept]
        if len(set(held)) < len(held):
            raise ValidationError(_("A role is stated twice."))
        if (Role.ADMINISTRATOR, None) not in held and not others_administer(self.instance):
            raise ValidationError(LAST_ADMINISTRATOR)


class MembershipInline(admin.StackedInline):
    model = Membership
    formset = MembershipFormSet
    extra = 1


@admin.register(User)
class UserAdmin(FieldHistoryAdmin):
    """An account. Nobody types a password for somebody else: they choose it through the link of an invitation."""

    form = AccountForm
    list_display = ("username", "name", "email", "roles", "is_active", "has_accepted", "last_login")
    list_filter = ("memberships__role", "is_active", "must_change_password")
    search_fields = ("username", "name", "email", "memberships__organisation__code")
    fieldsets = (
        (None, {"fields": ("username", "name", "email", "language", "is_active")}),
        (_("Sign-in"), {"fields": ("has_accepted", "second_factor", "last_login")}),
    )
    readonly_fields = ("has_accepted", "second_factor", "last_login")
    inlines = (MembershipInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__organisation")

    def field_changes(self, record):
        return account_changes(record)

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.fieldsets[:1]

    def lookup_allowed(self, lookup, value, request):
        """Not the password: a filter by its hash would tell the hash, letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("roles"))
    def roles(self, user):
        return ", ".join(sorted(described(membership) for membership in user.memberships.all()))

    @admin.display(description=_("invitation accepted"), boolean=True, ordering="-must_change_password")
    def has_accepted(self, user):
        return not user.must_change_password

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user):
        return is_mfa_enabled(user)

    def get_urls(self):
        pages = {"invite": self.invite, "remove-second-factor": self.remove_second_factor}
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(page)), name=f"missions_user_{name}")
            for name, page in pages.items()
        ] + super().get_urls()

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        answer = super().response_add(request, obj, post_url_continue)
        # After the transaction: it holds the database, and a mail server may take its time.
        transaction.on_commit(partial(self.send_invitation, request, obj))
        return answer

    def get_account(self, request, pk):
        account = get_object_or_404(User, pk=pk, is_active=True)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account

    def invite(self, request, pk):
        account = self.get_account(request, pk)
        self.send_invitation(request, account)
        return redirect("admin:missions_user_change", pk)

    def send_invitation(self, request, account):
        """Sends it by mail, or shows the link where that cannot be done."""
        try:
            link = invitations.invite(account)
        except OSError:  # the mail server cannot be reached or refuses: the link still goes by hand
            link = invitations.link(account)
        if link:
            said = _("No mail was sent. Hand this link to %(name)s; it is good once, for three days: %(link)s")
        else:
            said = _("An invitation is on its way to %(name)s.")
        messages.success(request, said % {"name": account, "link": link})

    def remove_second_factor(self, request, pk):
        """For somebody who lost the device and the recovery codes; a role that demands one then asks for a new one."""
        account = self.get_account(request, pk)
        account.authenticator_set.all().delete()
        account._change_reason = FACTOR_REMOVED
        account.save()
        messages.success(request, _("The second factor of %(name)s is removed.") % {"name": account})
        return redirect("admin:missions_user_change", pk)
