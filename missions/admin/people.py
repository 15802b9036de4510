"""Accounts and memberships. An account is deactivated, never deleted: the ledger names its authors."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from ..models import Membership, Role, User

# Roles are memberships; Django's own groups would be a second truth.
admin.site.unregister(Group)

LAST_ADMINISTRATOR = _("This is the last active administrator: make somebody else one first.")


def others_administer(user):
    """Whether an active administrator is left without `user`."""
    administrators = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return administrators.exclude(user_id=user.pk).exists()


def described(membership):
    role, organisation = membership.get_role_display(), membership.organisation
    return f"{role} ({organisation.code})" if organisation else role


class PasswordResetForm(AdminPasswordChangeForm):
    """Sets a password for somebody else, who chooses another one at the next sign-in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django would offer to switch the password off; an account is deactivated instead.
        self.fields.pop("usable_password", None)
        self.fields["password1"].required = self.fields["password2"].required = True

    def save(self, commit=True):
        user = super().save(commit=False)
        user.must_change_password = True
        if commit:
            user.save()
        return user


class AccountForm(UserChangeForm):
    def clean_is_active(self):
        is_active = self.cleaned_data["is_active"]
        if not is_active and not others_administer(self.instance):
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
class UserAdmin(DjangoUserAdmin):
    form = AccountForm
    add_form = UserCreationForm
    add_form_template = None
    change_password_form = PasswordResetForm
    list_display = ("username", "name", "email", "roles", "is_active", "must_change_password", "last_login")
    list_filter = ("memberships__role", "is_active")
    search_fields = ("username", "name", "email", "memberships__organisation__code")
    filter_horizontal = ()
    readonly_fields = ("must_change_password", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password", "must_change_password", "is_active", "last_login")}),
        (_("Person"), {"fields": ("name", "email")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (_("Person"), {"fields": ("name", "email")}),
    )
    inlines = (MembershipInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__organisation")

    def save_model(self, request, obj, form, change):
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)

    @admin.display(description=_("roles"))
    def roles(self, user):
        return ", ".join(sorted(described(membership) for membership in user.memberships.all()))
