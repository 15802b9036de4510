"""What the repository must not contain: a registry's host, a developer's path, a secret, unfinished work."""

import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
LARGEST = {".ttf": 3 * MEGABYTE}  # the characters of GB 2312 in one weight

# Each pattern is written so that it does not find itself here.
FORBIDDEN = {
    "a registry's host": r"pyp[i][.]org|pythonhoste[d][.]org|npmj[s][.](?:org|com)|de[b][.]debian[.]org|crate[s][.]io",
    # Not after a letter, dot or slash: an address such as example.org/home/news is no path of a machine.
    "a path of a machine": r"(?<![\w./])(?:/home/|/Users/|/roo[t]/|/wor[k]/|[A-Z]:\\Users\\)\w",
    "unfinished work": r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|raise NotImplementedErro[r]",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KE[Y]",
    "a token": r"\b(?:gh[opsru]_\w{36}|glpat-[\w-]{20}|AKIA[0-9A-Z]{16}|eyJ[\w-]{9,}\.eyJ[\w-]{9,}\.[\w-]+)"
    r"|\bhub_(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{43}",
    "a password in an address": r"://[^\s/:@\"'`]+:"
    r"(?!(?:password|PASSWORD|secret|pass%[0-9]{2}word|\{\w+\}|\$\{?\w+\}?|[*.…]+)@)[^\s/@\"'`]+@",
}
KEY_FILES = re.compile(r"(?:^|/)(?:\.env|id_(?:rsa|ecdsa|ed25519)|secret_key|[^/]+\.(?:pem|key|p12|pfx|sqlite3))$")
TEST_NAMES = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(test_\w+))?`")


@pytest.fixture(scope="module")
def tracked():
    """Return the paths that git holds, or would after `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"not a git checkout, so nothing says which files belong: {error}")
    return [path for name in listed.stdout.split("\0") if name and (path := TOP / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_contains_what_is_forbidden(tracked, what):
    found = [
        f"{path.relative_to(TOP)}:{number}"
        for path in tracked
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1)
        if re.search(FORBIDDEN[what], line)
    ]

    assert found == []


def test_no_file_is_large_or_made_to_hold_secrets(tracked):
    assert [str(path) for path in tracked if path.stat().st_size > LARGEST.get(path.suffix, MEGABYTE)] == []
    assert [str(path) for path in tracked if KEY_FILES.search(path.relative_to(TOP).as_posix())] == []


def test_every_test_that_a_document_names_exists():
    named = {
        (page.name, *match) for page in (TOP / "docs").rglob("*.md") for match in TEST_NAMES.findall(page.read_text())
    }
    missing = [
        (page, path, function)
        for page, path, function in sorted(named)
        if not (TOP / "tests" / path).is_file() or f"def {function}" not in (TOP / "tests" / path).read_text()
    ]

    assert named
    assert missing == []
