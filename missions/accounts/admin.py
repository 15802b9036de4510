"""Accounts and memberships. Accounts are deactivated, never deleted: the ledger names its authors."""

from functools import partial
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..admin.base import FieldHistoryAdmin, demand
from ..audit.log import account as full_name
from ..models import Membership, Role, User
from ..register.history import FACTOR_REMOVED, account_changes
from . import invitations
from .models import LAST_ADMINISTRATOR
from .views import personal_data_file


def role_text(membership):
    role, organisation = membership.get_role_display(), membership.organisation
    return f"{role} ({organisation.code})" if organisation else role


class AccountForm(forms.ModelForm):
    def clean_username(self):
        """Reject a name that differs only in case, and former names: sign-ins are recorded by user name."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This user name is already in use."))
        if User.history.filter(username__iexact=username).exclude(id=self.instance.pk).exists():
            raise ValidationError(_("Another account had this user name before."))
        return username

    def clean_is_active(self):
        is_active = self.cleaned_data["is_active"]
        if not is_active and self.instance.pk and not self.instance.has_other_administrators():
            raise ValidationError(LAST_ADMINISTRATOR)
        return is_active


class ErasureForm(forms.Form):
    username = forms.CharField(
        max_length=150,
        label=_("User name of this account"),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    use_required_attribute = False

    def __init__(self, data, *, account):
        super().__init__(data)
        self.account = account

    def clean_username(self):
        if self.cleaned_data["username"] != self.account.username:
            raise ValidationError(_("This is not the user name of this account."))


class MembershipFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        roles = [(row.get("role"), row.get("organisation")) for row in rows]
        if len(set(roles)) < len(roles):
            raise ValidationError(_("A role is listed twice."))
        if (Role.ADMINISTRATOR, None) not in roles and not self.instance.has_other_administrators():
            raise ValidationError(LAST_ADMINISTRATOR)


class MembershipInline(admin.StackedInline):
    model = Membership
    formset = MembershipFormSet
    extra = 1


@admin.register(User)
class UserAdmin(FieldHistoryAdmin):
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

    @admin.display(description=_("roles"))
    def roles(self, user):
        return ", ".join(sorted(role_text(membership) for membership in user.memberships.all()))

    @admin.display(description=_("invitation accepted"), boolean=True, ordering="-must_change_password")
    def has_accepted(self, user):
        return not user.must_change_password

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user):
        return is_mfa_enabled(user)

    def own_pages(self):
        return [
            ("<int:pk>/invite/", "invite", self.invite),
            ("<int:pk>/remove-second-factor/", "remove-second-factor", self.remove_second_factor),
            ("<int:pk>/erase/", "erase", self.erase),
            ("<int:pk>/personal-data.json", "personal-data.json", require_safe(self.personal_data)),
        ]

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("missions.change_user", obj)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_erase"] = request.user.has_perm("missions.erase_user", obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        former_email = form.initial.get("email")
        if former_email and obj.in_use and "email" in form.changed_data:
            transaction.on_commit(partial(self.notify, request, obj, "email", to=former_email))

    def response_add(self, request, obj, post_url_continue=None):
        answer = super().response_add(request, obj, post_url_continue)
        # After the transaction: it locks the database, and a mail server may be slow.
        transaction.on_commit(partial(self.send_invitation, request, obj))
        return answer

    def get_account(self, request, pk, action="change", **fields):
        account = get_object_or_404(User, pk=pk, **fields)
        demand(request.user, f"missions.{action}_user", account)
        return account

    def invite(self, request, pk):
        account = self.get_account(request, pk, is_active=True)
        if account.in_use:
            raise_if_reauthentication_required(request, app="allauth.account")
        if self.link_is_secret(account) and not account.email:
            messages.error(request, _("Enter an e-mail address first. Without it, no invitation can be sent."))
            return redirect("admin:missions_user_change", pk)
        if request.method == "POST":
            self.send_invitation(request, account)
            return redirect("admin:missions_user_change", pk)
        if settings.HUB_SENDS_MAIL and account.email:
            text = gettext("We will send a link to choose a password to %(email)s.") % {"email": account.email}
        else:
            text = gettext(
                "We will show you a link to choose a password. Pass it on yourself. It works once, for three days. "
                "The audit log records that you saw it."
            )
        title = _("Send an invitation")
        return self.render(request, "user/confirm", title, account=account, text=text, button=_("Send"))

    def link_is_secret(self, account):
        """Return whether the link to this account may go by mail only."""
        return settings.HUB_SENDS_MAIL and account.in_use

    def send_invitation(self, request, account):
        """Send the invitation, or show the link if sending fails and it is not secret."""
        try:
            link = invitations.invite(account, by=request.user)
        except OSError:  # the mail server cannot be reached or refuses
            if self.link_is_secret(account):
                messages.error(request, _("The mail to %(name)s could not be sent. Try again.") % {"name": account})
                return
            link = invitations.show_link(account)
        if link:
            text = _("No mail was sent. Give this link to %(name)s. It works once, for three days: %(link)s")
        else:
            text = _("An invitation has been sent to %(name)s.")
        messages.success(request, text % {"name": account, "link": link})

    def remove_second_factor(self, request, pk):
        account = self.get_account(request, pk, is_active=True)
        raise_if_reauthentication_required(request, app="allauth.account")
        if request.method == "POST":
            with transaction.atomic():
                account.authenticator_set.all().delete()
                account._change_reason = FACTOR_REMOVED
                account.save()
            messages.success(request, _("The second factor of %(name)s has been removed.") % {"name": account})
            self.notify(request, account, "second factor")
            return redirect("admin:missions_user_change", pk)
        text = _(
            "This removes the authenticator app, the passkeys and the recovery codes of %(name)s. The password stays. "
            "We inform %(name)s by mail if the account has an e-mail address and the site can send mail."
        )
        words = {"account": account, "text": text % {"name": account}, "button": _("Remove")}
        return self.render(request, "user/confirm", _("Remove the second factor"), **words)

    def notify(self, request, account, changed, to=None):
        if not settings.HUB_SENDS_MAIL:
            return
        try:
            by = full_name(request.user)
            sent = invitations.message("account_changed", account, to=to, changed=changed, by=by).send()
        except OSError:  # the mail server cannot be reached or refuses: the change stays
            sent = 0
        if not sent:
            messages.warning(request, _("No mail could be sent to %(name)s. Inform them yourself.") % {"name": account})

    def personal_data(self, request, pk):
        return personal_data_file(self.get_account(request, pk, "view"))

    def erase(self, request, pk):
        account = self.get_account(request, pk, "erase")
        raise_if_reauthentication_required(request, app="allauth.account")
        form: Any = ErasureForm(request.POST if request.method == "POST" else None, account=account)
        if form.is_valid():
            try:
                account.erase(by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                message = _("The personal data are erased. This account is now called “%(name)s”.")
                messages.success(request, message % {"name": account})
                return redirect("admin:missions_user_change", pk)
        return self.render_form(request, "user/erase", _("Erase personal data"), form, account=account)
