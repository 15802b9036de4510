"""Every page exists in both languages: no string without its translation, none left over."""

import pytest

from tests.messages import CATALOGUES, read, template_catalogue


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
