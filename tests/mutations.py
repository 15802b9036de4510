"""`python -m tests.mutations [WORD…]`: breaks a copy of the code in 60 ways and expects the named test to fail.

With words, only the mutations whose name contains one of them. Exits with 1 if a test passes on broken code, if it
fails on the code as it is, or if a mutation no longer applies.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

TOP = Path(__file__).resolve().parent.parent
MUTATIONS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
COPIES = 2
SECONDS = 300


def copy_tree(folder):
    """Copy what git tracks and what `make` built; the environment is shared."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    built = ["missions/static/missions/site.css", "missions/static/missions/site.js"]
    built += [str(path.relative_to(TOP)) for path in TOP.glob("*/locale/*/LC_MESSAGES/*.mo")]
    for name in [*filter(None, tracked.split("\0")), *built]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, target)
    shutil.copytree(TOP / "var" / "static", folder / "var" / "static")
    (folder / ".venv").symlink_to(TOP / ".venv")


def run(folder, tests):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    return done.returncode, done.stdout + done.stderr


def check(name, mutation, folder):
    path, before = folder / mutation["file"], mutation["before"]
    original = path.read_text()
    if original.count(before) != 1:
        return f"{name}: {mutation['file']} has the text {original.count(before)} times"
    path.write_text(original.replace(before, mutation["after"]))
    try:
        code, output = run(folder, [mutation["test"]])
    finally:
        path.write_text(original)
    return None if code == 1 else f"{name}: {mutation['test']} ended with {code}\n{output[-2000:]}"


def main(words):
    chosen = {name: each for name, each in MUTATIONS.items() if not words or any(word in name for word in words)}
    with tempfile.TemporaryDirectory(prefix="hubtracker-mutations-") as top:
        folders: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            folder = Path(top) / str(number)
            copy_tree(folder)
            folders.put(folder)

        def in_a_copy(job, *arguments):
            folder = folders.get()
            try:
                return job(*arguments, folder)
            finally:
                folders.put(folder)

        code, output = in_a_copy(lambda folder: run(folder, sorted({each["test"] for each in chosen.values()})))
        if code:
            sys.exit(f"The tests fail on the code as it is:\n{output[-4000:]}")
        with ThreadPoolExecutor(COPIES) as threads:
            jobs = [threads.submit(in_a_copy, check, name, each) for name, each in chosen.items()]
            wrong = [problem for job in jobs if (problem := job.result())]
    sys.stdout.write("".join(f"{problem}\n" for problem in wrong))
    sys.stdout.write(f"{len(chosen) - len(wrong)} of {len(chosen)} mutations were found\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
