"""Load from wrk, with one thread."""

import re
import shutil
import subprocess
import time
from pathlib import Path

WRK = shutil.which("wrk")
ENCODINGS = "gzip, deflate, br"  # as browsers accept


def rate(url, *, seconds=2, headers=(), cold=False):
    """Requests per second; raise RuntimeError if one failed.

    With `cold`, each request has its own Host header, so that no response is cached, and accepts no compression: the
    other programs never compress.
    """
    headers = [("Accept-Encoding", "identity" if cold else ENCODINGS), *headers]
    command = [WRK, "--threads=1", "--connections=4", f"--duration={seconds}s", "--timeout=120s", url]
    command += [f"--header={name}: {value}" for name, value in headers]
    if cold:
        command += [f"--script={Path(__file__).with_name('cold.lua')}", "--", str(time.time_ns())]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    if "Socket errors" in output or "Non-2xx" in output:
        raise RuntimeError(f"{url}: {output}")
    return float(re.search(r"Requests/sec: +([\d.]+)", output)[1])
