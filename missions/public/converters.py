from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A code in an address. PostgreSQL takes no NUL in a string, so no record can have one."""

    regex = r"[^/\0]+"


register_converter(CodeConverter, "code")
