"""Reading of uploads, and the form field for evidence files."""

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
    """Middleware: install the upload parser before CSRF reads the form."""

    def middleware(request):
        request.multipart_parser_class = UploadParser
        return get_response(request)

    return middleware


class UploadParser(MultiPartParser):
    """Passes names with `../` on, so that the field can refuse them.

    Django would silently cut the path.
    """

    def sanitize_file_name(self, file_name):
        name = super().sanitize_file_name(file_name)
        return file_name if name and leads_out(file_name) else name


def leads_out(file_name):
    return ".." in re.split(r"[/\\]", file_name)


class Upload(TemporaryUploadedFile):
    leads_out = False  # Django keeps the last part of a name only, so this is all that is left of the rest


class BoundedUploadHandler(FileUploadHandler):
    """Writes uploads to temporary files up to the field's limit, and counts the rest.

    So the error can state the size.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.received = 0

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_READ:
            raise RequestDataTooBig("This request is far too large.")

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        # The upload's ending would be part of the temporary name, whose length is limited.
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
    """Validates an evidence file; its `content_type` is then by content."""

    def __init__(self, **kwargs):
        help_text = _("PDF, PNG, JPEG, DOCX or XLSX, at most 20 MB, without macros.")
        # Empty files get the same message as others.
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
