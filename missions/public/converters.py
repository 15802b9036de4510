from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A code in a URL. PostgreSQL rejects NUL in strings."""

    regex = r"[^/\0]+"


register_converter(CodeConverter, "code")
