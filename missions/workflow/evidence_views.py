import base64

from django.contrib import admin
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from ..models import EvidenceFile

# If a browser shows a file after all, it can do nothing.
NOTHING: dict = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": True}


@require_safe
@csp_override(NOTHING)
def evidence(request, pk):
    """Send the file; one the reader may not see does not exist."""
    if file := EvidenceFile.objects.public().filter(pk=pk).first():
        return download(file)
    # The session is read only now: public responses are the same for everyone.
    if not request.user.is_staff:
        raise Http404
    # Through the back office's permission check, which asks for a second factor.
    return admin.site.admin_view(internal)(request, pk)


def internal(request, pk):
    return download(get_object_or_404(EvidenceFile.objects.visible_to(request.user), pk=pk))


def download(file):
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    try:
        content = file.content.open()
    except FileNotFoundError:  # `verify_ledger` says so; there is nothing to send
        raise Http404 from None
    headers = {"Repr-Digest": f"sha-256=:{digest}:"}
    return FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type, headers=headers)
