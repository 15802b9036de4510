"""The back office's site: it asks for a new password first where one must be chosen."""

from django.contrib.admin import AdminSite
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class HubAdminSite(AdminSite):
    site_title = _("Hub Tracker back office")
    site_header = _("Hub Tracker back office")
    index_title = _("Back office")
    site_url = "/"

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def ask_for_new_password(request, *args, **kwargs):
            leaving = (self.name + ":password_change", self.name + ":logout")
            must_change = request.user.is_authenticated and request.user.must_change_password
            if must_change and request.resolver_match.view_name not in leaving:
                return redirect("admin:password_change")
            return guarded(request, *args, **kwargs)

        return ask_for_new_password
