"""Files on their way in: how an upload is read, how much of it is written, and the form field that examines it."""

import re

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser
from django.utils.translation import gettext_lazy as _

from .file_types import LARGEST, MEGABYTE, MediaType, examine_file

LARGEST_REQUEST = 100 * MEGABYTE
LARGEST_READ = 110 * MEGABYTE


def read_uploads(get_response):
    """Middleware: uploads are read by `UploadParser`, set before the CSRF check reads the first form."""

    def middleware(request):
        request.multipart_parser_class = UploadParser
        return get_response(request)

    return middleware


class UploadParser(MultiPartParser):
    """Hands a name that leads out of its folder (`../`) on as it was sent, so that the field can refuse it.

    Django cuts any path off. Harmless as that is, the sender would not learn that the file got another name.
    """

    def sanitize_file_name(self, file_name):
        name = super().sanitize_file_name(file_name)
        return file_name if name and leads_out(file_name) else name


def leads_out(file_name):
    """Whether a name has a part that leads to the folder above."""
    return ".." in re.split(r"[/\\]", file_name)


class Upload(TemporaryUploadedFile):
    leads_out = False  # Django keeps the last part of a name only, so this is all that is left of the rest


class BoundedUploadHandler(FileUploadHandler):
    """Writes uploads to temporary files, none further than the field would take it, but counts all that comes.

    So the field can say how large a file is, and the answer to a request that is too large comes after the request:
    a browser that is cut off while it sends would show no answer at all. One that is far too large is not read.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.received = 0

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_READ:
            raise RequestDataTooBig("This request is far too large.")

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        # The upload's own ending would be part of the temporary name, whose length the file system bounds.
        self.file = Upload("upload", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.name = self.file_name
        self.file.leads_out = leads_out(self.file_name)

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if start <= LARGEST and self.received <= LARGEST_REQUEST:
            self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_complete(self):
        if self.received > LARGEST_REQUEST:
            raise RequestDataTooBig("The files of this request are too large together.")

    def upload_interrupted(self):
        self.file.close()


class EvidenceFileField(forms.FileField):
    """An upload that can be taken as evidence; its `content_type` is then what it is, whatever the browser says."""

    def __init__(self, **kwargs):
        help_text = _("PDF, PNG, JPEG, DOCX or XLSX, at most 20 MB, without macros.")
        # An empty file is refused in the same words as everything else.
        super().__init__(**{"help_text": help_text, "allow_empty_file": True, **kwargs})

    def to_python(self, data):
        upload = super().to_python(data)
        if isinstance(upload, Upload) and upload.leads_out:
            message = _("The name of this file leads to another folder (../): rename it.")
            raise ValidationError(message, code="leads_out")
        if isinstance(upload, UploadedFile):
            upload.content_type = examine_file(upload).value
        return upload

    def widget_attrs(self, widget):
        endings = [ending for media_type in MediaType for ending in media_type.endings]
        return {**super().widget_attrs(widget), "accept": ",".join(endings)}
