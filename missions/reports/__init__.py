"""The formats of a completion report: ending → (media type, the function that writes it into a binary file)."""

from . import csv

FORMATS = {"csv": ("text/csv; charset=utf-8", csv.write)}
