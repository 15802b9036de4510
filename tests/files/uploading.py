"""A site of one form that takes files, for what happens on their way to it."""

from django import forms
from django.http import JsonResponse
from django.urls import path

from hubtracker.urls import handler400, urlpatterns
from missions.files import EvidenceFileField

__all__ = ["handler400"]


class UploadForm(forms.Form):
    file = EvidenceFileField()


def upload(request):
    """What arrived, and what the field says of it."""
    form, file = UploadForm(request.POST, request.FILES), request.FILES.get("file")
    arrived = {"name": file.name, "size": file.size, "held": len(file.read())} if file else {}
    return JsonResponse({**arrived, "errors": form.errors})


urlpatterns = [path("upload/", upload), *urlpatterns]

BOUNDARY = "a-boundary"


def body(*files):
    """The request's body for files (name as sent, content), byte by byte as a browser would write it."""
    head = '--{}\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\nContent-Type: application/pdf\r\n\r\n'
    parts = [head.format(BOUNDARY, name).encode() + content + b"\r\n" for name, content in files]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def send(client, *files, to="/upload/", **headers):
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    return client.generic("POST", to, body(*files), content_type, headers=headers)
