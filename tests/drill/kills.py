"""Kills the server or a command at a random moment, repeatedly, while all of them work."""

import csv
import random
import shutil
import time
from collections import Counter

from .officials import Acknowledged, start_officials, stop_officials
from .site import check, kill, say, temporary_site

OFFICIALS = 2
LONGEST = 6  # seconds until the kill, at most
ATTEMPTS = 3  # for each kill: a command may end before its moment comes


def drill(database, rounds):
    with temporary_site(database) as site:
        register, acknowledged, victims, findings = RegisterFile(site), Acknowledged(), Counter(), []
        site.start()
        for number in range(1, ATTEMPTS * rounds + 1):
            victim, was_killed, wrong = run_round(site, register, number, acknowledged)
            victims[victim] += was_killed
            findings += [f"round {number}: {victim}: {finding}" for finding in wrong]
            say(f"{number:3} {victim:7} {'killed' if was_killed else 'had ended'}; {wrong or 'nothing wrong'}")
            if victims.total() == rounds:
                break
        else:
            findings.append(f"only {victims.total()} of {rounds} were killed")
        site.stop()
        findings += restore_backups(site, acknowledged) + kill_restores(site, max(1, rounds // 5), acknowledged)
        say(f"killed {dict(victims)}; acknowledged {acknowledged.counts()}")
        return findings + acknowledged.findings()


class RegisterFile:
    """The register with other titles in each round: after an import all missions have one round's number."""

    def __init__(self, site):
        self.path, self.round = site.folder.parent / "missions.csv", "0"
        site.run("export_register", self.path)
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            self.rows = list(csv.DictReader(file))
        self.codes = [row["code"] for row in self.rows]

    def write(self, number):
        with self.path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, self.rows[0])
            writer.writeheader()
            writer.writerows(row | {"title_en": f"{row['title_en']} round {number}"} for row in self.rows)
        return self.path


def run_round(site, register, number, acknowledged):
    """(victim, whether it was killed, what is wrong)"""
    victim = random.choice(["server", "import", "freeze", "backup"])
    # An import is rejected if an entry is recorded meanwhile: to die while it writes, it needs the site for itself.
    count = 0 if victim == "import" else OFFICIALS
    officials = start_officials(count, site, register.codes, acknowledged, may_fail=victim == "server")
    backup, title = site.folder.parent / f"{number}.zip", f"Round {number}"
    commands = {
        "import": site.start_command("import_register", register.write(number)),
        "freeze": site.freeze(title),
        "backup": site.start_command("backup", backup),
    }
    time.sleep(random.uniform(0, LONGEST))
    was_killed = kill(site.server if victim == "server" else commands[victim])
    codes = {name: process.wait(timeout=300) for name, process in commands.items()}
    if victim == "server":
        site.start()
    time.sleep(0.5)  # for a report after the start
    stop_officials(officials)
    if codes["freeze"] == 0:
        acknowledged.frozen.append(title)
    state, findings = check(site, acknowledged, backup)
    expected = [[str(number)]] if codes["import"] == 0 else [[register.round], [str(number)]]
    rounds = state["rounds"] or ["0"]
    if rounds not in expected:
        findings.append(f"the import is half done or lost: {rounds}, not one of {expected}")
    register.round = rounds[0]
    if codes["backup"] == 0 and not backup.exists():
        findings.append("a finished backup is missing")
    if backup.exists() and not state["backup is complete"]:
        findings.append("an incomplete backup has its final name")
    if site.status("/readyz") != 200:
        findings.append("the site is not ready")
    return victim, was_killed, findings


def restore(site, backup):
    shutil.rmtree(site.folder / "evidence", ignore_errors=True)  # else the files would be there anyway
    site.run("restore", backup)
    for path in site.folder.glob("before_restore_*.zip"):
        path.unlink()


def restore_backups(site, acknowledged):
    backups = sorted(site.folder.parent.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    last = site.folder.parent / "last.zip"
    site.run("backup", last)
    for backup in (*backups[-1:], last):
        restore(site, backup)
    return check(site, acknowledged)[1] + ([] if backups else ["no backup was made"])


def kill_restores(site, times, acknowledged):
    """Kill `restore` so often: the ledger must survive, and the files be back after the next one."""
    findings, killed, backup = [], 0, site.folder.parent / "last.zip"
    head, start = check(site, acknowledged)[0]["head"], time.monotonic()
    restore(site, backup)
    longest = time.monotonic() - start
    for _attempt in range(ATTEMPTS * times):
        shutil.rmtree(site.folder / "evidence", ignore_errors=True)
        process = site.start_command("restore", backup)
        time.sleep(random.uniform(0, longest))
        killed += kill(process)
        interrupted = check(site, acknowledged)[0]
        restore(site, backup)
        state, wrong = check(site, acknowledged)
        findings += [f"a restore was killed: {finding}" for finding in wrong]
        if not interrupted["head"] == state["head"] == head:
            findings.append("a restore was killed: the head differs")
        if killed == times:
            break
    else:
        findings.append(f"only {killed} of {times} restores were killed")
    say(f"killed {killed} restores; {findings or 'nothing wrong'}")
    return findings
