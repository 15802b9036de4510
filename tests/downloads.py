"""What the headers of a file that can be downloaded state."""

import base64
import hashlib

from missions.models import Head


def stated(query, body, *, records):
    """The headers of a CSV file with these bytes, as of 30 June 2024."""
    head = Head.objects.get()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    name = f"hubtracker_2024-06-30_r{head.revision}_{hashlib.sha256(query.encode()).hexdigest()[:8]}.csv"
    return {
        "X-Hub-Query": query,
        "X-Hub-As-Of": "2024-06-30",
        "X-Hub-Count": f"{records}",
        "X-Hub-Revision": str(head.revision),
        "X-Hub-Ledger-Head": head.hash,
        "Repr-Digest": f"sha-256=:{digest}:",
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Length": str(len(body)),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
