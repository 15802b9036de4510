"""What schemathesis makes of the API's own description, asked of a real server with the real data.

It is asked as anybody may, and with the token of a coordinator.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.conftest import TOP, Site

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
]
CASES = 10_000
# How many cases are drawn for each operation: with those that follow from the description alone, more than CASES.
DRAWN = 750
PHASES = ["examples", "coverage", "fuzzing", "stateful"]

ISSUE = """
from datetime import timedelta
from missions.models import Token, User
from missions.models.days import today
admin = User.objects.get()
membership = admin.memberships.get(role="coordinator")
terms = {"name": "Fuzzer", "scope": "submit", "expires_on": today() + timedelta(days=30)}
print(Token.objects.issue(membership=membership, by=admin, **terms)[1])
"""


def issued(site):
    """The secret of a token that may do all that any can."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ISSUE]
    return subprocess.check_output(command, cwd=TOP, env=site.environment, text=True).strip()


def fuzz(site, folder, *, drawn, phases, token=None, seed=None, description="/api/v1/openapi.json"):
    """(how many cases were sent, what schemathesis said); CalledProcessError where an answer is not as described."""
    where = f"{site.url}{description}" if isinstance(description, str) else description
    command = [Path(sys.executable).with_name("schemathesis"), "--no-color", "run", where, f"--url={site.url}",
               f"--checks={','.join(CHECKS)}", f"--phases={','.join(phases)}", f"--max-examples={drawn}",
               "--continue-on-failure", "--warnings=off", "--workers=2"]  # fmt: skip
    command += [f"--header=Authorization: Bearer {token}"] if token else []
    command += [f"--seed={seed}"] if seed else []
    run = subprocess.run(command, cwd=folder, env=site.environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, command, run.stdout[-20_000:], run.stderr)
    return int(re.search(r"(\d+) generated", run.stdout)[1]), run.stdout


def run(seed):
    """(how many requests were sent, what is wrong in words): an answer that is not as described, or too short a run."""
    sent, wrong = 0, []
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        site.start(workers=2)
        try:
            for who, token in (("anybody", None), ("with a token", issued(site))):
                cases, _said = fuzz(site, folder, drawn=DRAWN, phases=PHASES, token=token, seed=seed)
                print(f"{who}: {cases} cases, each answered as the description says")
                sent += cases
                wrong += [f"only {cases} cases {who}"] if cases < CASES else []
        except subprocess.CalledProcessError as failed:
            wrong.append(failed.output)
        finally:
            site.stop()
    return sent, wrong
