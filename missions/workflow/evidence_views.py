"""Evidence files to download."""

import base64

from django.contrib import admin
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from ..models import EvidenceFile

# Should a browser show a file in spite of all, then as a page that can do nothing.
NOTHING: dict = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": True}


@require_safe
@csp_override(NOTHING)
def evidence(request, pk):
    """An evidence file as a download. One that this reader may not see is answered as one that does not exist."""
    if file := EvidenceFile.objects.public().filter(pk=pk).first():
        return download(file)
    # Only now is the session looked at: public answers are the same for whoever asks.
    if not request.user.is_staff:
        raise Http404
    # By the back office's own door, which asks for a second factor first, say.
    return admin.site.admin_view(internal)(request, pk)


def internal(request, pk):
    return download(get_object_or_404(EvidenceFile.objects.visible_to(request.user), pk=pk))


def download(file):
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    try:
        content = file.content.open()
    except FileNotFoundError:  # `verify_ledger` says so; there is nothing to send
        raise Http404 from None
    return FileResponse(
        content,
        as_attachment=True,
        filename=file.name,
        content_type=file.media_type,
        headers={"Repr-Digest": f"sha-256=:{digest}:"},
    )
