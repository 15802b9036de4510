"""The PDF in its own process: `python -I typeset.py MEMORY SECONDS FONTS < JOB > PDF`.

Typst takes more than a gigabyte for thousands of missions, and does not return it.
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
    # More threads delay pages for up to three seconds, and hardly speed up the PDF.
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
