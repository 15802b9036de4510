"""Kills the server or a command with SIGKILL at a random moment, again and again, while everything is at work."""

import csv
import random
import shutil
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from .officials import Acknowledged, Official
from .site import Site, amiss, kill

OFFICIALS = 2
LONGEST = 6  # seconds after which the victim dies, at the latest
ATTEMPTS = 3  # at each kill, at most: a command may have ended before its moment comes


def drill(site: Site, folder: Path, rounds: int, say) -> list[str]:
    """Kills `rounds` times; returns what was wrong afterwards, which should be nothing."""
    register = Register(site, folder)
    acknowledged, wrong, died = Acknowledged(), [], Counter()
    site.start()
    try:
        for number in range(1, ATTEMPTS * rounds + 1):
            victim, was_killed, done, findings = one_round(site, folder, register, number, acknowledged)
            died[victim] += was_killed
            wrong += [f"round {number}: {victim}: {finding}" for finding in findings]
            fate, well = "killed" if was_killed else "had ended", ", ".join(done) or "none"
            say(f"{number:3} {victim:7} {fate}; ended well: {well}; {findings or 'nothing wrong'}")
            if died.total() == rounds:
                break
        restored = restore_both(site, folder)
    finally:
        site.stop()
    found = site.found(acknowledged)
    wrong += kill_restores(site, folder, max(1, rounds // 5), acknowledged, say)
    (folder / "kept.zip").unlink()
    counted = {name: len(keys) for name, keys in asdict(acknowledged).items()}
    say(f"killed {dict(died)}; acknowledged {counted}; {found['entries']} entries; restored {restored}")
    say(f"answered otherwise while nothing was dead: {acknowledged.wrong or 'none'}")
    wrong += [f"after the restores: {finding}" for finding in amiss(found)] + acknowledged.wrong
    wrong += [] if died.total() == rounds else [f"only {died.total()} of {rounds} were killed"]
    return wrong + acknowledged.nothing()


class Register:
    """The register as a file, retitled for each round: after it, all missions carry one round's number."""

    def __init__(self, site, folder):
        self.file, self.now = folder / "missions.csv", "0"
        site.run("export_register", self.file)
        with self.file.open(encoding="utf-8-sig", newline="") as source:
            self.rows = list(csv.DictReader(source))
        self.codes = [row["code"] for row in self.rows]

    def of_round(self, number):
        rows = [row | {"title_en": f"{row['title_en']} round {number}"} for row in self.rows]
        with self.file.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.DictWriter(target, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return self.file


def one_round(site, folder, register, number, acknowledged):
    """(who was to be killed, whether it was, which commands ended well, what is wrong)."""
    victim = random.choice(["server", "import", "freeze", "backup"])
    # An import is refused where an entry comes in between: one that is to die while it writes has the site for itself.
    number_of_them, may_fail = OFFICIALS if victim != "import" else 0, victim == "server"
    officials = [Official(site, register.codes, acknowledged, may_fail=may_fail) for _ in range(number_of_them)]
    for official in officials:
        official.start()
    backup, title = folder / f"{number}.zip", f"Round {number}"
    commands = {
        "import": site.command("import_register", register.of_round(number)),
        "freeze": site.command(
            "freeze_report", "--local", "--as-of=2026-01-02", f"--title-en={title}", f"--title-zh=第 {number} 轮"
        ),
        "backup": site.command("backup", backup),
    }
    time.sleep(random.uniform(0, LONGEST))
    was_killed = kill(site.server if victim == "server" else commands[victim])
    codes = {name: process.wait(timeout=300) for name, process in commands.items()}
    if victim == "server":
        site.start()
    time.sleep(0.5)
    for official in officials:
        official.ended.set()
    for official in officials:
        official.join(timeout=120)
    if codes["freeze"] == 0:
        acknowledged.frozen.append(title)
    findings = looked_at(site, register, number, acknowledged, codes, backup)
    return victim, was_killed, [name for name, code in codes.items() if code == 0], findings


def looked_at(site, register, number, acknowledged, codes, backup):
    """What is wrong after the round, in the database, the backup and the site."""
    found = site.found(acknowledged, backup)
    findings = amiss(found)
    expected = {str(number)} if codes["import"] == 0 else {register.now, str(number)} - {"0"}
    rounds = found["rounds of the import"]
    if len(rounds) > 1 or not set(rounds) <= expected or (codes["import"] == 0 and not rounds):
        findings.append(f"the import is half done or lost: {rounds}, not {expected}")
    register.now = rounds[0] if rounds else "0"
    if codes["backup"] == 0 and not backup.exists():
        findings.append("the backup was acknowledged, and is not there")
    if backup.exists() and not found["backup is whole"]:
        findings.append("half a backup is there under its name")
    if site.status("/readyz") != 200:
        findings.append("the site is not ready")
    return findings


def kill_restores(site, folder, times, acknowledged, say):
    """Kills `restore` so often: the ledger must outlive that, and the files be there once it was run again."""
    wrong, killed, kept = [], 0, folder / "kept.zip"
    head, begin = site.found(acknowledged)["head"], time.monotonic()
    site.run("restore", kept)
    longest = time.monotonic() - begin
    for _attempt in range(ATTEMPTS * times):
        shutil.rmtree(site.folder / "evidence", ignore_errors=True)
        restore = site.command("restore", kept)
        time.sleep(random.uniform(0, longest))
        killed += kill(restore)
        left = site.found(acknowledged)
        site.run("restore", kept)
        found = site.found(acknowledged)
        wrong += [f"a restore was killed: {finding}" for finding in amiss(found)]
        wrong += [] if left["head"] == found["head"] == head else ["a restore was killed: the head is another"]
        clear(site)
        if killed == times:
            break
    say(f"killed {killed} restores; {wrong or 'nothing wrong'}")
    return wrong + ([] if killed == times else [f"only {killed} of {times} restores were killed"])


def restore_both(site, folder):
    """Restores the last backup where the site stands, then all that was there, kept.zip; returns what was said."""
    site.stop()
    backups = sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    kept = folder / "kept.zip"
    site.run("backup", kept)
    said = []
    for backup in (*backups[-1:], kept):
        shutil.rmtree(site.folder / "evidence", ignore_errors=True)  # else all files would be there whatever it does
        said.append(f"{backup.name}: {site.run('restore', backup).splitlines()[-1]}")
    for backup in backups:
        backup.unlink()
    clear(site)
    return said


def clear(site):
    """Deletes what each restore kept of what it replaced."""
    for path in site.folder.glob("before_restore_*.zip"):
        path.unlink()
