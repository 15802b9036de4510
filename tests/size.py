"""Measure the code: `make size` prints lines, lengths, docstrings, places that name a status, and banned names."""

import ast
import re
from pathlib import Path
from statistics import median, quantiles

from tests import plain_words

# `make` or Django writes these.
GENERATED = re.compile(r"/migrations/|/static/|\.min\.|generated")
FOLDERS = {"application": ["missions", "hubtracker"], "tests": ["tests"]}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def find_sources(folders, *suffixes):
    paths = [path for folder in folders for path in sorted(Path(folder).rglob("*")) if path.suffix in suffixes]
    return [path for path in paths if not GENERATED.search(str(path))]


def read_statuses():
    """Return the codes of the statuses as status.py has them."""
    body = re.search(r"^class Status\b.*?(?=^class )", Path("missions/status.py").read_text(), re.MULTILINE | re.DOTALL)
    return re.findall(r'^    [A-Z_]+ = "([a-z_]+)"', body[0], re.MULTILINE)


def format_lengths(lengths):
    return f"median {median(lengths):g}, 90th percentile {quantiles(lengths, n=10)[-1]:g} lines"


def measure(name, folders):
    texts = [path.read_text() for path in find_sources(folders, ".py")]
    functions = [node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTION)]
    documented = sum(ast.get_docstring(function) is not None for function in functions)
    print(f"{name}: {sum(text.count('\n') for text in texts)} lines of Python in {len(texts)} modules")
    print(f"  modules: {format_lengths([text.count('\n') for text in texts])}")
    print(f"  functions: {format_lengths([node.end_lineno - node.lineno + 1 for node in functions])}")
    print(f"  with a docstring: {documented / len(functions):.0%} of {len(functions)} functions")


def list_status_files():
    """Return the files outside status.py that name a status by its code."""
    # In quotation marks, as a class or the end of a property's name; elsewhere it may be a word of the text.
    code = re.compile(rf"""[-."'](?:{"|".join(read_statuses())})(?![\w-])|\bStatus\.[A-Z]""")
    files = find_sources(["missions", "hubtracker", "templates"], ".py", ".html", ".css", ".js", ".json", ".typ")
    return [str(path) for path in files if path != Path("missions/status.py") and code.search(path.read_text())]


def main():
    for name, folders in FOLDERS.items():
        measure(name, folders)
    files = list_status_files()
    print(f"files that name a status: {len(files)}", *files, sep="\n  ")
    sources = [file for path in plain_words.PATHS for file in plain_words.find_files(Path(path))]
    print(f"banned names and words: {sum(len(list(plain_words.list_findings(file))) for file in sources)}")


if __name__ == "__main__":
    main()
