"""`python -m tests.bench.inside PART…` measures a part, and says its lines as JSON."""

import json
import sys
from dataclasses import asdict

from .api import api
from .register import register
from .reports import memory, times

PARTS = {"times": times, "memory": memory, "register": register, "api": api}

if __name__ == "__main__":
    part, *arguments = sys.argv[1:]
    print(json.dumps([asdict(line) for line in PARTS[part](*arguments)]))
