"""The admin site: allauth signs in, and required steps come before every page."""

import re

from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from ..audit.admin import audit_file, audit_page
from ..permissions import needs_second_factor
from ..reminders.board import board_page
from ..workflow.start import lacks_second_person, tasks


def required_step(request):
    """Return the URL of the step the account must take first, or None."""
    wanted = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    if request.user.must_change_password and request.user.has_usable_password():
        return redirect_to_login(wanted, reverse("account_change_password"))
    if needs_second_factor(request.user):
        # Setting one up takes several pages; the last of them leads there.
        request.session["wanted"] = wanted
        return redirect_to_login(wanted, reverse("mfa_index"))
    return None


NUMBER = re.compile("[0-9]{1,20}")


class HubAdminSite(AdminSite):
    site_title = _("Hub Tracker back office")
    site_header = _("Hub Tracker back office")
    index_title = _("Back office")
    site_url = "/"
    enable_nav_sidebar = False

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def ask_first(request, *args, **kwargs):
            if request.user.is_authenticated:
                if not self.has_permission(request):
                    raise PermissionDenied
                if first := required_step(request):
                    return first
            # Relations use primary keys only; SQLite rejects larger numbers.
            if any(sent.get(TO_FIELD_VAR, "id") != "id" for sent in (request.GET, request.POST)):
                raise Http404
            if not all(map(NUMBER.fullmatch, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise Http404
            try:
                return guarded(request, *args, **kwargs)
            except OverflowError as error:
                raise Http404 from error

        return ask_first

    def get_urls(self):
        return [
            path("audit/", self.admin_view(audit_page), name="audit"),
            path("audit.csv", self.admin_view(audit_file), name="audit_file"),
            path("board/", self.admin_view(board_page), name="board"),
            # Without the redirect from any id, which would reveal what exists.
            *(url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"),
        ]

    def index(self, request, extra_context=None):
        all_tasks = tasks(request.user)
        context = {
            "waiting": [task for task in all_tasks if task.count],
            "done": [task for task in all_tasks if not task.count],
            "systems": request.user.tokens.in_force().order_by("expires_on", "id"),
            "lacks_second_person": request.user.has_perm("missions.return_submission") and lacks_second_person(),
        }
        return super().index(request, context)

    def login(self, request, extra_context=None):
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
