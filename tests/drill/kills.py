"""Kills the server or a command at a random moment, repeatedly, while all of them work."""

import csv
import random
import shutil
import time
from collections import Counter

from .officials import Acknowledged, officials_at_work
from .site import kill, say, temporary_site

OFFICIALS = 2
LONGEST = 6  # seconds until the kill, at most
ATTEMPTS = 3  # for each kill: a command may end before its moment comes


def drill(database, rounds):
    with temporary_site(database) as site:
        register, acknowledged, victims, findings = RegisterFile(site), Acknowledged(), Counter(), []
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
        findings += restore_newest_backup(site, acknowledged)
        findings += kill_restores(site, max(1, rounds // 5), acknowledged)
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
    backup, title = site.folder.parent / f"{number}.zip", f"Round {number}"
    # An import is rejected if an entry is recorded meanwhile: to die while it writes, it needs the site for itself.
    count = 0 if victim == "import" else OFFICIALS
    with officials_at_work(count, site, register.codes, acknowledged, may_fail=victim == "server"):
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
    if codes["freeze"] == 0:
        acknowledged.frozen.append(title)
    state, findings = site.check(acknowledged, backup)
    expected = [[str(number)]] if codes["import"] == 0 else [[register.round], [str(number)]]
    rounds = state["rounds"] or ["0"]
    register.round = rounds[0]
    wrong = {
        f"the import is half done or lost: {rounds}, not one of {expected}": rounds not in expected,
        "a finished backup is missing": codes["backup"] == 0 and not backup.exists(),
        "an incomplete backup has its final name": backup.exists() and not state["backup is complete"],
        "the site is not ready": site.status("/readyz") != 200,
    }
    return victim, was_killed, findings + [finding for finding, is_wrong in wrong.items() if is_wrong]


def restore(site, backup):
    shutil.rmtree(site.folder / "evidence", ignore_errors=True)  # else the files would be there anyway
    site.run("restore", backup)
    for path in site.folder.glob("before_restore_*.zip"):
        path.unlink()


def restore_newest_backup(site, acknowledged):
    """Restore the newest of the rounds' backups, then one of what is there, which must lose nothing."""
    backups = sorted(site.folder.parent.glob("*.zip"), key=lambda path: path.stat().st_mtime)
    last = site.folder.parent / "last.zip"
    site.run("backup", last)
    for backup in (*backups[-1:], last):
        restore(site, backup)
    return site.check(acknowledged)[1] + ([] if backups else ["no backup was made"])


def kill_restores(site, times, acknowledged):
    """Whenever a restore is killed, the database must be as before or as in the backup, and be back after the next."""
    findings, killed, backup = [], 0, site.folder.parent / "last.zip"
    head, start = site.check(acknowledged)[0]["head"], time.monotonic()
    restore(site, backup)
    longest = time.monotonic() - start
    for _attempt in range(ATTEMPTS * times):
        shutil.rmtree(site.folder / "evidence", ignore_errors=True)
        process = site.start_command("restore", backup)
        time.sleep(random.uniform(0, longest))
        killed += kill(process)
        interrupted = site.check(acknowledged)[0]
        restore(site, backup)
        state, wrong = site.check(acknowledged)
        findings += [f"a restore was killed: {finding}" for finding in wrong]
        if not interrupted["head"] == state["head"] == head:
            findings.append("a restore was killed: the head differs")
        if killed == times:
            break
    else:
        findings.append(f"only {killed} of {times} restores were killed")
    say(f"killed {killed} restores; {findings or 'nothing wrong'}")
    return findings
