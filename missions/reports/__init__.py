"""The formats of a completion report: ending → (media type, the function that writes it into a binary file)."""

from . import csv

FORMATS = {"csv": (csv.MEDIA_TYPE, csv.write)}
