"""A report as PDF, in a process of its own: `python -I typeset.py MEMORY SECONDS FONTS < JOB > PDF`.

Typst takes more than a gigabyte for a report of 3,000 missions, which only the end of the process gives back. It has
limits on memory (bytes) and time (seconds of a processor), and imports nothing of the project.
"""

import json
import os
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

STANDARDS: list[Any] = ["a-3b", "ua-1"]
LAYOUT = Path(__file__).with_name("report.typ")


def main(memory: int, seconds: int, fonts: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # With more threads pages wait for up to three seconds, and the PDF is hardly faster.
    os.environ["RAYON_NUM_THREADS"] = "1"
    job = json.load(sys.stdin.buffer)
    pdf = typst.compile(
        LAYOUT.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(job["data"]), "csv": job["csv"]},
        pdf_standards=STANDARDS,
        timestamp=datetime.fromisoformat(job["timestamp"]),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]),
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
