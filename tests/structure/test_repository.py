"""What may not stand in the repository: a host to download from, a developer's path, a secret, a loose end."""

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent.parent
LARGEST = 1024 * 1024
LARGEST_FONT = 3 * LARGEST  # the characters of GB 2312 in one weight

# Each pattern is written so that it does not find itself here.
HOSTS = re.compile(r"pyp[i][.]org|pythonhoste[d][.]org|npmj[s][.](?:org|com)|de[b][.]debian[.]org|crate[s][.]io")
# Not after a letter, dot or slash: an address such as example.org/home/news is no path of a machine.
MACHINES = re.compile(r"(?<![\w./])(?:/home/|/Users/|/roo[t]/|/wor[k]/|[A-Z]:\\Users\\)\w")
# Not what the documentation writes in place of a password.
IN_ITS_PLACE = r"(?:password|PASSWORD|secret|pass%[0-9]{2}word|\{\w+\}|\$\{?\w+\}?|[*.…]+)@"
SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KE[Y]"),
    "a password in an address": re.compile(rf"://[^\s/:@\"'`]+:(?!{IN_ITS_PLACE})[^\s/@\"'`]+@"),
    "a token": re.compile(
        r"\b(?:gh[opsru]_\w{36}|github_pat_\w{36,}|glpat-[\w-]{20}|xox[abeprs]-[\w-]{10,}|npm_\w{36}|pypi-AgE[\w-]{20,}"
        r"|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[\w-]{35}|sk-(?:[a-z]+-)?\w{20,}"
        r"|hub_(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{43}|eyJ[\w-]{9,}\.eyJ[\w-]{9,}\.[\w-]+)"
    ),
}
KEPT_ELSEWHERE = re.compile(r"(?:^|/)(?:\.env|id_(?:rsa|ecdsa|ed25519)|secret_key|[^/]+\.(?:pem|key|p12|pfx|sqlite3))$")
ASSIGNED = re.compile(r"(?i)(?:secret|key|token|passw(?:or)?d)\w*[\"']?\s*[:=]\s*[\"']?([\w+/=-]{16,})(?![\w(.])")
# Bits a character: nine of ten rows of sixteen random hexadecimal digits have more, and nearly all longer ones.
LEAST_ENTROPY = 2.9
LOOSE_ENDS = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|raise NotImplementedErro[r]")


@pytest.fixture(scope="module")
def tracked():
    """Paths that git holds, or would on the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"not a git checkout, so nothing says which files belong: {error}")
    return [path for name in listed.stdout.split("\0") if name and (path := TOP / name).is_file()]


def lines_with(pattern, paths):
    """file:line of each match, in text files."""
    for path in paths:
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
            if match := pattern.search(line):
                yield f"{path.relative_to(TOP)}:{number}: {match.group()}"


def test_no_file_names_a_package_registry(tracked):
    found = list(lines_with(HOSTS, tracked))

    assert not found, "\n".join(found)


def test_no_file_names_a_path_of_a_developers_machine(tracked):
    found = list(lines_with(MACHINES, tracked))

    assert not found, "\n".join(found)


def test_nothing_is_marked_as_unfinished(tracked):
    found = list(lines_with(LOOSE_ENDS, tracked))

    assert not found, "\n".join(found)


def test_no_file_is_larger_than_a_megabyte_but_for_fonts(tracked):
    largest = {".ttf": LARGEST_FONT}
    found = [str(path.relative_to(TOP)) for path in tracked if path.stat().st_size > largest.get(path.suffix, LARGEST)]

    assert not found, "\n".join(found)


# --- exceptions from the rules on security ----------------------------------------------------------------------------

# Each pattern is written so that it does not find itself here.
EXCEPTION = re.compile(r"# (?:nose[c]|noq[a]: S\d)")
REASON = re.compile(r"# (?:nose[c] B\d+(?: B\d+)* (?:# |\()|noq[a]: S\d+ (?:# (?!nosec)|\())\w+")


def unexplained(lines):
    """Numbers of the lines that are an exception without a reason, on the line or in a comment above it."""
    for number, line in enumerate(lines, start=1):
        is_explained = REASON.search(line) or (number > 1 and lines[number - 2].lstrip().startswith("#"))
        if EXCEPTION.search(line) and not is_explained:
            yield number


def test_every_exception_from_a_rule_on_security_has_its_reason(tracked):
    modules = [path for path in tracked if path.suffix == ".py"]
    ignored = re.findall(r'^.*"S\d{3}".*$', (TOP / "pyproject.toml").read_text(), re.MULTILINE)

    found = [f"{path.relative_to(TOP)}:{n}" for path in modules for n in unexplained(path.read_text().splitlines())]

    assert found == []
    assert [line for line in ignored if "#" not in line] == []
    assert len(ignored) > 3


def test_an_exception_without_a_reason_would_be_found():
    nosec, noqa = "# nose" + "c B101", "# noq" + "a: S101"
    lines = [
        f"a  {nosec}",
        f"b  {noqa}",
        f"c  {noqa} {nosec}",
        f"d  {nosec} (tried)",
        f"e  {noqa} {nosec} # tried",
        "# why",
        f"f  {nosec}",
    ]

    assert list(unexplained(lines)) == [1, 2, 3]


# --- secrets ----------------------------------------------------------------------------------------------------------


def entropy(text):
    """Bits a character, by how often each of them occurs."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def assigned(line):
    """What a line assigns to a name of a secret, where it looks drawn at random."""
    for match in ASSIGNED.finditer(line):
        value = match[1]
        if re.search(r"\d", value) and re.search(r"[A-Za-z]", value) and entropy(value) > LEAST_ENTROPY:
            yield value


def secrets_in(line, *, in_tests=False):
    """What a line has that only its owner may know; tests have passwords and keys of their own."""
    found = [f"{what}: {match.group()}" for what, pattern in SECRETS.items() for match in pattern.finditer(line)]
    return found if in_tests else [*found, *(f"assigned: {value}" for value in assigned(line))]


def test_no_secret_is_in_a_file(tracked):
    found = [
        f"{path.relative_to(TOP)}:{number}: {secret}"
        for path in tracked
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1)
        for secret in secrets_in(line, in_tests=path.is_relative_to(TOP / "tests"))
    ]

    assert not found, "\n".join(found)


def test_no_file_is_one_that_keeps_secrets(tracked):
    names = [path.relative_to(TOP).as_posix() for path in tracked]

    assert [name for name in names if KEPT_ELSEWHERE.search(name)] == []
    assert KEPT_ELSEWHERE.search("deploy/.env")
    assert KEPT_ELSEWHERE.search("var/secret_key")
    assert KEPT_ELSEWHERE.search("site.pem")


# Put together here, so that the test above does not find them.
HEX, MIXED = "9f3b6c1e" + "a72d4058", "q7Jd2XvT" + "9mLw4RzK1bNc8PsY3eHg6UfA0oVi5Et-_xC"


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "DATABASE_URL=postgres://hub:" + "tr0ub4dor@db.example.org/hub",
        "smtp://office:" + "Yj4!x@mail.example.org",
        "ghp_" + "a1B2" * 9,
        "AKIA" + "ABCD1234" * 2,
        "Authorization: Bearer hub_" + MIXED,
        "eyJhbGciOiJI" + ".eyJzdWIiOiIx" + ".c2ln",
        f'SECRET_KEY = "{HEX}"',
        f"HUB_METRICS_TOKEN={HEX}",
        f'"client_secret": "{MIXED}"',
        f"password: {MIXED}",
    ],
)
def test_a_secret_would_be_found(line):
    assert secrets_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "DATABASE_URL=postgres://hub:password@db.example.org/hub",
        "SECRET_KEY = secret_key(HUB_DATA_DIR)",
        "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = f'{_accounts}.invitations.LinkTokens'",
        "key = get_random_string(16, READABLE)",
        "openssl rand -hex 32",
        "https://example.org/a:b?at=me@example.org",
    ],
)
def test_what_only_speaks_of_a_secret_is_none(line):
    assert secrets_in(line) == []
