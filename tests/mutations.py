"""`python -m tests.mutations [WORD…]`: breaks a copy of the code in 60 ways and expects the named test to fail.

With words, only the mutations whose name contains one of them. Exits with 1 if a test passes on broken code, if it
fails on the code as it is, or if a mutation no longer applies.
"""

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
COPIES = 2
SECONDS = 300


class Mutation(NamedTuple):
    name: str
    path: str  # the file that is broken
    before: str  # text that occurs once in it
    after: str
    test: str  # the nearest test: pytest's address of it


MUTATIONS: list[Mutation] = []


def copy_tree(folder):
    """Copies what git tracks, and what `make` made of it; the environment is shared."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    made = ["missions/static/missions/site.css", "missions/static/missions/site.js"]
    made += [str(path.relative_to(TOP)) for path in TOP.glob("*/locale/*/LC_MESSAGES/*.mo")]
    for name in [*filter(None, tracked.split("\0")), *made]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, target)
    shutil.copytree(TOP / "var" / "static", folder / "var" / "static")
    (folder / ".venv").symlink_to(TOP / ".venv")


def run(folder, tests):
    """pytest's exit code and output: 0 if the tests passed, 1 if one failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    return done.returncode, done.stdout + done.stderr


def check(mutation, folder):
    """What is wrong with the mutation or its test, or None."""
    path = folder / mutation.path
    original = path.read_text()
    if original.count(mutation.before) != 1:
        return f"{mutation.name}: {mutation.path} has the text {original.count(mutation.before)} times"
    path.write_text(original.replace(mutation.before, mutation.after))
    try:
        code, output = run(folder, [mutation.test])
    finally:
        path.write_text(original)
    return None if code == 1 else f"{mutation.name}: {mutation.test} ended with {code}\n{output[-2000:]}"


def main(words):
    chosen = [each for each in MUTATIONS if not words or any(word in each.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="hubtracker-mutations-") as top:
        folders: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            folder = Path(top) / str(number)
            copy_tree(folder)
            folders.put(folder)

        def in_a_copy(job):
            folder = folders.get()
            try:
                return job(folder)
            finally:
                folders.put(folder)

        code, output = in_a_copy(lambda folder: run(folder, sorted({each.test for each in chosen})))
        if code:
            sys.exit(f"The tests fail on the code as it is:\n{output[-4000:]}")
        with ThreadPoolExecutor(COPIES) as threads:
            jobs = [threads.submit(in_a_copy, lambda folder, each=each: check(each, folder)) for each in chosen]
            wrong = [problem for job in jobs if (problem := job.result())]
    sys.stdout.write("".join(f"{problem}\n" for problem in wrong))
    sys.stdout.write(f"{len(chosen) - len(wrong)} of {len(chosen)} mutations were found\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
