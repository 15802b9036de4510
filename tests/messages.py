"""`python -m tests.messages` updates the translation catalogues from the sources.

Django's `makemessages` needs gettext's xgettext; this reads the same calls with Babel.
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
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def files(patterns):
    return sorted(path for pattern in patterns for path in TOP.glob(pattern) if path.is_file())


def as_python(template):
    """Return the template's translation calls as unindented Python."""
    return "\n".join(line.lstrip() for line in templatize(template).splitlines())


def template_catalogue():
    sources = [(path, path.read_text()) for path in files(CODE)]
    sources += [(path, as_python(path.read_text())) for path in files(TEMPLATES)]
    catalogue = Catalog()
    for path, source in sources:
        locations = [(path.relative_to(TOP).as_posix(), None)]
        for _line, message, comments, context in extract(
            "python", io.BytesIO(source.encode()), KEYWORDS, ("Translators",)
        ):
            catalogue.add(message, locations=locations, auto_comments=comments, context=context)
    return catalogue


def read(path):
    locale = path.parts[-3]
    if not path.exists():
        return Catalog(locale=locale, project="Hub Tracker", header_comment="# Hub Tracker", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update(path, template):
    """Add new strings untranslated, and remove unused ones."""
    catalogue = read(path)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, include_lineno=False)


if __name__ == "__main__":
    template = template_catalogue()
    for path in CATALOGUES:
        update(path, template)
