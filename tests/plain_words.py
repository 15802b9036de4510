"""List banned words and names: `python -m tests.plain_words [PATH…]`; the exit code is 1 if there are any."""

import io
import re
import sys
import tokenize
from pathlib import Path

WORDS = re.compile(r"\b(whoever|somebody|anew|thereof|mend(s|ed)?)\b", re.IGNORECASE)
NAMES = {
    "said", "told", "owed", "stood", "kept", "asked", "given", "standing", "door", "doors", "stretch", "stretches",
    "letter", "letters",
}  # fmt: skip
# Their names are not ours to change.
LIBRARIES = re.compile(r"^from (?:hypothesis|openpyxl)\S* import (.*)$", re.MULTILINE)
PATHS = [
    "missions", "hubtracker", "templates", "tests", "docs", "deploy", "README.md", "CONTRIBUTING.md", "CHANGELOG.md",
    "Makefile", "pyproject.toml",
]  # fmt: skip
SUFFIXES = {".py", ".html", ".md", ".txt", ".po", ".css", ".js", ".toml", ""}
# Other projects wrote these; this file has to spell what it looks for.
EXCLUDED = re.compile(r"/static/|bootstrap|htmx|plain_words\.py$")


def find_files(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [file for file in files if file.is_file() and file.suffix in SUFFIXES and not EXCLUDED.search(str(file))]


def list_names(file, text):
    """Yield (line number, name) of the names in Python code and in the tags of a template."""
    if file.suffix == ".py":
        imported = {name for names in LIBRARIES.findall(text) for name in names.split(", ")}
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and token.string not in imported:
                yield token.start[0], token.string
    elif file.suffix == ".html":
        for number, line in enumerate(text.split("\n"), 1):
            for tag in re.findall(r"\{[{%].*?[%}]\}", line):
                # Texts in quotation marks are no names.
                yield from ((number, name) for name in re.findall(r"\w+", re.sub(r"\"[^\"]*\"|'[^']*'", "", tag)))


def is_banned(name):
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return not NAMES.isdisjoint(part.lower() for part in parts)


def list_findings(file):
    """Yield one line of text for each banned word or name."""
    text = file.read_text()
    for number, line in enumerate(text.split("\n"), 1):
        yield from (f"{file}:{number}: word {found[0]}" for found in WORDS.finditer(line))
    yield from (f"{file}:{number}: name {name}" for number, name in list_names(file, text) if is_banned(name))


def main(paths):
    findings = [line for path in paths for file in find_files(Path(path)) for line in list_findings(file)]
    print(*findings, f"{len(findings)} findings", sep="\n")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PATHS))
