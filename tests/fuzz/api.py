"""Runs schemathesis over the API's own description, as anybody and with a coordinator's token."""

import re
import subprocess
import sys
from pathlib import Path

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method,allow_header_conformance,ignored_auth"
)
ISSUE = """
from datetime import date, timedelta
from missions.models import Token, User
admin = User.objects.get(username="admin")
membership = admin.memberships.get(role="coordinator")
terms = {"name": "Fuzzer", "scope": "submit", "expires_on": date.today() + timedelta(days=30)}
print(Token.objects.issue(membership=membership, by=admin, **terms)[1])
"""


def issue_token(site):
    return site.run_code(ISSUE).strip()


def fuzz_api(site, *, examples, seed, token=None):
    """(number of requests, what schemathesis found wrong or "")."""
    command = [Path(sys.executable).with_name("schemathesis"), "--no-color", "run", f"{site.url}/api/v1/openapi.json",
               f"--url={site.url}", f"--checks={CHECKS}", "--phases=examples,coverage,fuzzing",
               f"--max-examples={examples}", f"--seed={seed}", "--continue-on-failure", "--warnings=off"]  # fmt: skip
    command += [f"--header=Authorization: Bearer {token}"] if token else []
    run = subprocess.run(command, cwd=site.folder, env=site.environment, capture_output=True, text=True, check=False)
    return int(re.search(r"(\d+) generated", run.stdout)[1]), run.stdout[-20_000:] if run.returncode else ""
