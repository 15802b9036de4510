"""Every page exists in both languages: no string without its translation, none left over."""

import ast
from pathlib import Path

import django
import pytest
from django.apps import apps

from tests.messages import CATALOGUES, CHINESE, CODE, KEYWORDS, PLAIN, TOP, files, read, template_catalogue

# Texts whose translation here replaces that of Django and its apps on every page, and should.
OURS = {
    "English", ":", ", ", "Remove", "View site", "Filter", "Summary", "hash", "name", "active", "Sessions", "created",
    "key", "Recovery codes", "Key", "Sign in with a passkey", "Passkey", "Home",
}  # fmt: skip


def shown(messages):
    return "\n".join(sorted(str(message.id) for message in messages))


def keys(catalogue):
    return {(message.context, message.id) for message in catalogue if message.id}


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request):
    return read(request.param)


@pytest.fixture(scope="module")
def said_by_sources():
    return keys(template_catalogue())


def test_nothing_is_untranslated(catalogue):
    # A plural entry's string is a tuple with one form for each number.
    empty = [m for m in catalogue if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]

    assert not empty, f"without a translation:\n{shown(empty)}"


def test_nothing_is_a_guess(catalogue):
    fuzzy = [message for message in catalogue if message.id and message.fuzzy]

    assert not fuzzy, f"marked fuzzy:\n{shown(fuzzy)}"


def test_placeholders_are_those_of_the_original(catalogue):
    wrong = [f"{message.id}: {error}" for message, errors in catalogue.check() for error in errors]

    assert not wrong, "\n".join(wrong)


def test_the_catalogue_holds_what_the_sources_say(catalogue, said_by_sources):
    held = keys(catalogue)

    assert not said_by_sources - held, f"missing, run `make messages`: {sorted(map(str, said_by_sources - held))}"
    assert not held - said_by_sources, f"left over, run `make messages`: {sorted(map(str, held - said_by_sources))}"


def test_no_function_is_imported_under_a_name_that_the_extraction_does_not_know():
    unknown = []
    for path in files(CODE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                renamed = [alias for alias in node.names if alias.name in KEYWORDS and alias.asname]
                wrong = [alias for alias in renamed if alias.asname != "_" or KEYWORDS[alias.name] is not PLAIN]
                unknown += [f"{path.relative_to(TOP)}: {alias.name} as {alias.asname}" for alias in wrong]

    assert unknown == []


def test_translations_of_django_and_its_apps_are_replaced_only_where_that_is_wanted():
    ours = {message.id: message.string for message in read(CHINESE) if message.id and not message.context}
    folders = [Path(django.__file__).parent / "conf", *(Path(config.path) for config in apps.get_app_configs())]
    catalogues = [folder / "locale/zh_Hans/LC_MESSAGES/django.po" for folder in folders]
    theirs = [message for path in catalogues if path.exists() and path != CHINESE for message in read(path)]

    replaced = {m.id for m in theirs if m.id and m.string and not m.context and ours.get(m.id, m.string) != m.string}
    assert replaced == OURS
