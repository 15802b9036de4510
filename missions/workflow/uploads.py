"""Reading of uploads: their names, and how much a request may bring."""

import re

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from .file_types import LARGEST, MEGABYTE

LARGEST_REQUEST = 100 * MEGABYTE
LARGEST_READ = 110 * MEGABYTE


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
        request.multipart_parser_class = UploadParser  # Django makes the handlers first

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
