"""The back office's site: it asks for a new password first where one must be chosen."""

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class NewPasswordForm(AdminPasswordChangeForm):
    """The form with which people change their own password."""

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is your present password: choose another one."))
        return password


class HubAdminSite(AdminSite):
    site_title = _("Hub Tracker back office")
    site_header = _("Hub Tracker back office")
    index_title = _("Back office")
    site_url = "/"
    enable_nav_sidebar = False
    password_change_form = NewPasswordForm

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def ask_for_new_password(request, *args, **kwargs):
            leaving = (self.name + ":password_change", self.name + ":logout")
            must_change = request.user.is_authenticated and request.user.must_change_password
            if must_change and request.resolver_match.view_name not in leaving:
                return redirect("admin:password_change")
            return guarded(request, *args, **kwargs)

        return ask_for_new_password

    def password_change(self, request, extra_context=None):
        must_change = request.user.must_change_password
        subtitle = _("Choose a password of your own, then you can go on.") if must_change else None
        return super().password_change(request, {"subtitle": subtitle, **(extra_context or {})})
