"""Kills the server or a command with SIGKILL at a random moment, again and again, while everything is at work."""

import csv
import json
import random
import shutil
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from .officials import Acknowledged, Official
from .site import Site, kill

OFFICIALS = 2
LONGEST = 6  # seconds after which the victim dies, at the latest


def drill(site: Site, folder: Path, rounds: int, say) -> list[str]:
    """Kills `rounds` times; returns what was wrong afterwards, which should be nothing."""
    register = Register(site, folder)
    acknowledged, wrong, died = Acknowledged(), [], Counter()
    site.start()
    try:
        for number in range(1, rounds + 1):
            victim, done, findings = one_round(site, folder, register, number, acknowledged)
            died[victim] += 1
            wrong += [f"round {number}: {victim}: {finding}" for finding in findings]
            well = ", ".join(done) or "none"
            say(f"{number:3} {victim:7} killed; also ended well: {well}; {findings or 'nothing wrong'}")
        restored = restore_last(site, folder)
    finally:
        site.stop()
    found = site.found(written(folder, acknowledged))
    counted = {name: len(keys) for name, keys in asdict(acknowledged).items()}
    say(f"killed {dict(died)}; acknowledged {counted}; {found['entries']} entries; last backup {restored}")
    say(f"answered otherwise while nothing was dead: {acknowledged.wrong or 'none'}")
    return wrong + acknowledged.wrong


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
    """(who was killed, which of the others ended well, what is wrong)."""
    victim = random.choice(["server", "import", "freeze", "backup"])
    # An import is refused where an entry comes in between: one that is to die while it writes has the site for itself.
    officials = [Official(site, register.codes, acknowledged) for _ in range(OFFICIALS if victim != "import" else 0)]
    for official in officials:
        official.start()
    backup, title = folder / f"{number}.zip", f"Round {number}"
    commands = {
        "import": site.command("import_register", register.of_round(number)),
        "freeze": site.command(
            "freeze_report", "--as-of=2026-01-02", f"--title-en={title}", f"--title-zh=第 {number} 轮"
        ),
        "backup": site.command("backup", backup),
    }
    time.sleep(random.uniform(0, LONGEST))
    ended_before = victim != "server" and commands[victim].poll() is not None
    kill(site.server) if victim == "server" else commands[victim].poll() is None and kill(commands[victim])
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
    findings = looked_at(site, folder, register, number, acknowledged, codes, backup)
    return f"{victim}{' (had ended)' if ended_before else ''}", [n for n, code in codes.items() if code == 0], findings


def looked_at(site, folder, register, number, acknowledged, codes, backup):
    """What is wrong after the round, in the database, the backup and the site."""
    found = site.found(written(folder, acknowledged), backup)
    findings = [f"{name}: {found[name]}" for name in ("lost", "half done", "problems") if found[name]]
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


def written(folder, acknowledged):
    file = folder / "acknowledged.json"
    file.write_text(json.dumps(asdict(acknowledged)))
    return file


def restore_last(site, folder):
    """Restores the last whole backup where the site stands, and says which that is."""
    backups = sorted(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    if not backups:
        return "none was made"
    site.stop()
    kept = folder / "kept.zip"
    site.run("backup", kept)
    said = site.run("restore", backups[-1]).splitlines()[-1]
    site.run("restore", kept)
    for path in [*backups, *site.folder.glob("before_restore_*.zip")]:
        path.unlink()
    shutil.rmtree(folder / "none", ignore_errors=True)
    return f"{backups[-1].name}: {said}"
