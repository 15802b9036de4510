"""What the site is built on: locked, for a reason, under licences that go with its own, enough without the tests."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent.parent
LOCKS = ["requirements.lock", "requirements-dev.lock"]
REQUIREMENT = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.!+]+)(?P<marker> ; [^\\]+)? \\$")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}(?: \\)?$")


def locked(lock):
    """Name → what is locked of it: version, marker, and how many hashes. Fails for a line that is nothing known."""
    found = {}
    for line in (TOP / lock).read_text().splitlines():
        if requirement := REQUIREMENT.match(line):
            present = found.setdefault(requirement["name"], {**requirement.groupdict(), "hashes": 0})
        elif HASH.match(line):
            present["hashes"] += 1
        else:
            assert re.match(r" +# ", line), f"{lock}: {line}"
    return found


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-uv.lock"])
def test_every_dependency_is_locked_to_one_version_by_its_hashes(lock):
    assert [name for name, what in locked(lock).items() if not what["hashes"]] == []
    assert "://" not in (TOP / lock).read_text()


def test_make_installs_no_uv_with_another_hash_than_the_locked_one(tmp_path):
    version = locked("requirements-uv.lock")["uv"]["version"]
    with zipfile.ZipFile(tmp_path / f"uv-{version}-py3-none-any.whl", "w") as wheel:
        about = f"uv-{version}.dist-info"
        wheel.writestr(f"uv-{version}.data/scripts/uv", "#!/bin/sh\n")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: uv\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    shutil.copy(TOP / "requirements-uv.lock", tmp_path)
    only_here = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    make = ["make", "--file", TOP / "Makefile", ".tools/bin/uv"]
    result = subprocess.run(make, cwd=tmp_path, env=only_here, capture_output=True, text=True, check=False)

    assert "DO NOT MATCH THE HASHES" in result.stderr
    assert not (tmp_path / ".tools" / "bin" / "uv").exists()


def test_tests_run_with_the_very_versions_that_serve():
    runtime, development = map(locked, LOCKS)

    assert {name: what["version"] for name, what in runtime.items()} == {
        name: development[name]["version"] for name in runtime
    }


def test_every_direct_dependency_has_its_reason_beside_it_and_is_locked():
    text = (TOP / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    with_reason = set(re.findall(r'^    "([^"]+)", +# \w.*$', text, re.MULTILINE))

    assert {requirement for some in asked.values() for requirement in some} - with_reason == set()
    for lock, some in asked.items():
        assert {re.match(r"[\w-]+", requirement)[0].lower() for requirement in some} - set(locked(lock)) == set()


# Whatever is built on these may be handed on under the MIT licence, with their notices.
PERMISSIVE = {
    "MIT", "MIT-0", "MIT License",
    "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD License",
    "Apache-2.0", "Apache Software License",
    "PSF-2.0", "PSFL",
}  # fmt: skip
# What asks for more, and why that is met: nothing of it is copied into the site or changed, it is installed beside it.
REASONED = {
    "certifi": ("MPL-2.0", "binds its own files, which stay as they are"),
    "fido2": (
        "BSD License & Apache Software License & Mozilla Public License 2.0 (MPL 2.0)",
        "as certifi: a list in it",
    ),
    "odfpy": (
        "Apache Software License & GNU General Public License (GPL)"
        " & GNU Library or Lesser General Public License (LGPL)",
        "Apache-2.0 is one of the three to choose from",
    ),
    "psycopg": ("LGPL-3.0-only", "a library that is imported, and that anybody can replace by another version of it"),
    "psycopg-binary": ("LGPL-3.0-only", "the same; its libpq is under the PostgreSQL licence"),
    "psycopg-pool": ("LGPL-3.0-only", "the same"),
}


def licence_of(name):
    """What the distribution says: an expression, else one line, else its classifiers."""
    said = metadata(name)
    one_line = said.get("License-Expression") or said.get("License") or ""
    if 0 < len(one_line) < 40 and "\n" not in one_line:
        return one_line
    licences = (c for c in said.get_all("Classifier", []) if c.startswith("License :: OSI Approved :: "))
    return " & ".join(c.rpartition(" :: ")[2] for c in licences)


def is_permissive(licence):
    return {part.strip("() ") for part in re.split(" AND | OR | & ", licence)} <= PERMISSIVE


def test_what_serves_may_be_handed_on_under_the_licence_of_the_site():
    elsewhere = "sys_platform == 'win32'"
    here = [name for name, what in locked("requirements.lock").items() if elsewhere not in (what["marker"] or "")]
    others = {name: licence for name in here if not is_permissive(licence := licence_of(name))}

    assert others == {name: licence for name, (licence, _reason) in REASONED.items()}


def uv():
    """The installer that the Makefile uses, or None."""
    found = [path for path in (shutil.which("uv"), TOP / ".tools" / "bin" / "uv") if path and Path(path).is_file()]
    return next(iter(found), None)


def left_out(reason):
    if "registry" in os.environ.get("HUB_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    """The Python of an environment in which there is what requirements.lock names, and nothing else."""
    if not (installer := uv()):
        left_out("no uv: run make")
    folder = tmp_path_factory.mktemp("runtime") / "venv"
    subprocess.check_call([installer, "venv", "--quiet", "--no-project", "--python", sys.executable, folder])
    python = folder / "bin" / "python"
    command = [installer, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", LOCKS[0]]
    made = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    if made.returncode and re.search("(?i)failed to fetch|error sending request|network|dns", made.stderr):
        left_out(f"no package registry answers: {made.stderr.strip().splitlines()[-1]}")
    assert made.returncode == 0, made.stderr
    return python


# Also what is imported only when a renderer is asked for.
IMPORT_ALL = """
import ast, importlib, json, pkgutil
import hubtracker.wsgi, missions
done = []
for package in (hubtracker, missions):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        source = module.module_finder.find_spec(module.name).origin
        for node in ast.walk(ast.parse(open(source).read())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            else:
                continue
            for name in names:
                importlib.import_module(name)
        if module.name != "missions.dataset.verify":  # a script of the data set's readers: it would begin to verify
            importlib.import_module(module.name)
            done.append(module.name)
print(json.dumps(done))
"""


def test_the_site_runs_without_what_only_tests_need(runtime, tmp_path):
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("DATABASE_URL", None)
    run = {"cwd": TOP, "env": environment, "text": True}
    imported = json.loads(subprocess.check_output([runtime, "-c", IMPORT_ALL], **run))
    checked = subprocess.run([runtime, "manage.py", "check"], **run, capture_output=True, check=False)
    only_for_tests = "import importlib.util as u; print(u.find_spec('pytest'), u.find_spec('hypothesis'))"

    assert {"hubtracker.settings", "missions.reports.pdf", "missions.management.commands.migrate"} <= set(imported)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert subprocess.check_output([runtime, "-c", only_for_tests], **run).split() == ["None", "None"]
