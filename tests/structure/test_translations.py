"""Every string has its Chinese, and the catalogue holds nothing else."""

from pathlib import Path

import django
import pytest
from django.apps import apps

from tests.messages import CATALOGUES, CHINESE, read, template_catalogue

# Texts whose translation here replaces that of Django and its apps on every page, and should.
REPLACED = {
    "English", ":", ", ", "Remove", "View site", "Filter", "Summary", "hash", "name", "active", "Sessions", "created",
    "key", "Recovery codes", "Key", "Sign in with a passkey", "Passkey", "Home",
}  # fmt: skip


def keys(catalogue):
    return {(message.context, message.id) for message in catalogue if message.id}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_catalogue_is_complete_and_holds_nothing_else(path):
    catalogue, sources = read(path), keys(template_catalogue())
    messages = [message for message in catalogue if message.id]

    # A plural's string is a tuple with one form for each number.
    assert [m.id for m in messages if not (all(m.string) if isinstance(m.string, tuple) else m.string)] == []
    assert [m.id for m in messages if m.fuzzy] == []
    assert [(message.id, errors) for message, errors in catalogue.check() if errors] == []
    assert (sources - keys(catalogue), keys(catalogue) - sources) == (set(), set()), "run `make messages`"


def test_translations_of_django_are_replaced_only_where_that_is_wanted():
    ours = {message.id: message.string for message in read(CHINESE) if message.id and not message.context}
    folders = [Path(django.__file__).parent / "conf", *(Path(config.path) for config in apps.get_app_configs())]
    catalogues = [folder / "locale/zh_Hans/LC_MESSAGES/django.po" for folder in folders]
    theirs = [message for path in catalogues if path.exists() and path != CHINESE for message in read(path)]

    replaced = {m.id for m in theirs if m.id and m.string and not m.context and ours.get(m.id, m.string) != m.string}
    assert replaced == REPLACED
