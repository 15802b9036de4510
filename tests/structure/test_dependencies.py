"""Dependencies: locked by hash, each with a reason, under licences that fit, and none of the tests' at run time."""

import ast
import re
import sys
import tomllib
from importlib.metadata import metadata, packages_distributions
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
# An entry begins with name and version, and has a line for each hash.
ENTRY = re.compile(r"^([a-z0-9-]+)==(\S+)(.*(?:\n +--hash=sha256:[0-9a-f]{64}.*)+)", re.MULTILINE)
PERMISSIVE = {
    "MIT", "MIT-0", "MIT License", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD License", "Apache-2.0",
    "Apache Software License", "PSF-2.0", "PSFL",
}  # fmt: skip
# These ask for more. Nothing of them is copied into the site or changed: they are installed beside it.
OTHER_LICENCES = {"certifi", "fido2", "odfpy", "psycopg", "psycopg-binary", "psycopg-pool"}


def locked(lock):
    """Return {name: (version, marker)} of the entries with a hash."""
    return {name: (version, rest.split("\n")[0]) for name, version, rest in ENTRY.findall((TOP / lock).read_text())}


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-uv.lock"])
def test_every_dependency_is_locked_by_its_hashes(lock):
    text = (TOP / lock).read_text()

    assert list(locked(lock)) == re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)
    assert "://" not in text


def test_tests_run_with_the_versions_that_serve():
    runtime, development = map(locked, LOCKS)

    assert {name: what[0] for name, what in runtime.items()} == {name: development[name][0] for name in runtime}


def test_every_direct_dependency_has_a_reason_and_is_locked():
    text = (TOP / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    direct = [project["project"]["dependencies"], project["dependency-groups"]["dev"]]
    with_reason = set(re.findall(r'^    "([^"]+)", +# \w.*$', text, re.MULTILINE))

    assert {requirement for some in direct for requirement in some} - with_reason == set()
    for lock, some in zip(LOCKS, direct, strict=True):
        assert {re.match(r"[\w-]+", requirement)[0].lower() for requirement in some} - set(locked(lock)) == set()


def licences(name):
    """Return the licences that a distribution states in its metadata."""
    about = metadata(name)
    line = about.get("License-Expression") or about.get("License") or ""
    if 0 < len(line) < 40 and "\n" not in line:
        return {part.strip("() ") for part in re.split(" AND | OR ", line)}
    classifiers = (text for text in about.get_all("Classifier", []) if text.startswith("License :: OSI Approved :: "))
    return {text.rpartition(" :: ")[2] for text in classifiers}


def test_licences_allow_the_site_to_be_handed_on():
    here = [name for name, (_version, marker) in locked(LOCKS[0]).items() if "win32" not in marker]

    assert {name for name in here if not licences(name) <= PERMISSIVE} == OTHER_LICENCES


def test_the_site_imports_nothing_that_only_tests_need():
    distributions, here = packages_distributions(), set(locked(LOCKS[0]))
    foreign = set()
    for path in (path for folder in ("hubtracker", "missions") for path in (TOP / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            foreign |= {name.partition(".")[0] for name in names}
    foreign -= {*sys.stdlib_module_names, "hubtracker", "missions"}

    lacking = {
        name for name in foreign if not {each.lower().replace("_", "-") for each in distributions.get(name, [])} & here
    }
    assert (lacking, len(foreign) > 20) == (set(), True)
