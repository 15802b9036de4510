from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import override

from ..bilingual import PATHS, translated
from ..models import Source
from ..opendata.tables import SOURCE


def in_both(fields: dict[str, Any], name: str) -> dict[str, str]:
    return {language: fields[f"{name}_{language}"] for language in PATHS}


@cache
def labels(choices: type[TextChoices]) -> dict[str, dict[str, str]]:
    return {choice.value: translated(choice.label)._asdict() for choice in choices}


def address(path: str) -> str:
    return settings.SITE_URL + path


@cache
def indexes(name: str) -> dict[str, str]:
    urls = {}
    for language, path in PATHS.items():
        with override(path):
            urls[language] = address(reverse(name))
    return urls


def pages(index: str, code: str, anchor: str = "") -> dict[str, str]:
    above = indexes(index)
    return {"url": f"{above['en']}{code}/{anchor}", "url_zh": f"{above['zh']}{code}/{anchor}"}


def source(record: Source) -> dict[str, Any]:
    return {name: getattr(record, name) for name in SOURCE}
