"""What may not stand in the repository: a host to download from, a developer's path, a large file, a loose end."""

import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent.parent
LARGEST = 1024 * 1024
LARGEST_FONT = 3 * LARGEST  # the characters of GB 2312 in one weight

# Each pattern is written so that it does not find itself here.
HOSTS = re.compile(r"pyp[i][.]org|pythonhoste[d][.]org|npmj[s][.](?:org|com)|de[b][.]debian[.]org|crate[s][.]io")
# Not after a letter, dot or slash: an address such as example.org/home/news is no path of a machine.
MACHINES = re.compile(r"(?<![\w./])(?:/home/|/Users/|/roo[t]/|/wor[k]/|[A-Z]:\\Users\\)\w")
LOOSE_ENDS = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|NotImplementedErro[r]")


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
