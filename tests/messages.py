"""`python -m tests.messages` brings the translation catalogues up to date with what the sources say.

Django's own `makemessages` needs gettext's xgettext; this reads the same calls with Babel, which needs nothing.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

TOP = Path(__file__).parent.parent
CHINESE = TOP / "missions/locale/zh_Hans/LC_MESSAGES/django.po"
CATALOGUES = sorted({*TOP.glob("missions/locale/*/LC_MESSAGES/*.po"), CHINESE})
CODE = ("hubtracker/**/*.py", "missions/**/*.py")
TEMPLATES = ("templates/**/*.*", "missions/templates/**/*.*")
TRANSLATORS = ("Translators",)

PLAIN, PLURAL, CONTEXT, CONTEXT_PLURAL = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), PLAIN),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), CONTEXT_PLURAL),
}


def files(patterns):
    return sorted(path for pattern in patterns for path in TOP.glob(pattern) if path.is_file())


def as_python(template):
    """The template's translation calls in Python's syntax, each on its own line; the rest is blanked out.

    Indentation goes: blanked text is indented as no Python is.
    """
    return "\n".join(line.lstrip() for line in templatize(template).splitlines())


def sources():
    """Yields (path, Python source) for all that may hold a translatable string."""
    for path in files(CODE):
        yield path, path.read_text()
    for path in files(TEMPLATES):
        yield path, as_python(path.read_text())


def template_catalogue():
    """What the sources say now, untranslated."""
    catalogue = Catalog()
    for path, source in sources():
        found = extract("python", io.BytesIO(source.encode()), KEYWORDS, TRANSLATORS)
        for _line, message, comments, context in found:
            catalogue.add(
                message,
                locations=[(path.relative_to(TOP).as_posix(), None)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def read(path):
    """The catalogue in the file; an empty one where there is none yet."""
    locale = path.parts[-3]
    if not path.exists():
        return Catalog(locale=locale, project="Hub Tracker", header_comment="# Hub Tracker", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def merge(path, template):
    """Adds what is new, untranslated, and drops what is gone. No guesses: a fuzzy entry reads like a translation."""
    catalogue = read(path)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False)


if __name__ == "__main__":
    template = template_catalogue()
    for path in CATALOGUES:
        merge(path, template)
