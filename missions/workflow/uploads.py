"""Reading of uploads: their names, and how much a request may bring."""

import re

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser

from .file_checks import MEGABYTE

LARGEST_REQUEST = 100 * MEGABYTE


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


class BoundedUploadHandler(TemporaryFileUploadHandler):
    def __init__(self, request=None):
        super().__init__(request)
        request.multipart_parser_class = UploadParser  # Django makes the handlers first

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The files of this request are too large together.")

    def new_file(self, *args, **kwargs):
        FileUploadHandler.new_file(self, *args, **kwargs)
        # The upload's ending would be part of the temporary name, whose length is limited.
        self.file = Upload("upload", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.name = self.file_name
        self.file.leads_out = leads_out(self.file_name)
