"""Refusals: in the back office by its own page, elsewhere by one that sets no cookie and looks at no session."""

from django.views.csrf import csrf_failure
from django.views.defaults import permission_denied

from ..accounts.middleware import PAGES


def forbidden(request, exception):
    """The answer to whoever may not see a page."""
    template = "admin/403.html" if request.path_info.startswith(PAGES) else "403.html"
    return permission_denied(request, exception, template)


def form_refused(request, reason=""):
    """The answer to a form without its token: one too old, or something sent to a page that takes nothing in."""
    template = "403_csrf.html" if request.path_info.startswith(PAGES) else "403.html"
    return csrf_failure(request, reason, template)
