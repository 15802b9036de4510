"""LibreOffice, which opens a file of a spreadsheet and stores it as another kind."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
IS_REQUIRED = "office" in os.environ.get("HUB_REQUIRE", "").split(",")
NO_OFFICE = "soffice is not found: install LibreOffice Calc (Debian, Ubuntu: apt-get install libreoffice-calc)"
# Where it is required, a test fails for want of it.
needs_libreoffice = pytest.mark.skipif(SOFFICE is None and not IS_REQUIRED, reason=NO_OFFICE)

# Commas, quotation marks, UTF-8, from the first line; dates are dates, and cells are stored as they are shown.
CSV = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8", "csv": CSV}
MOST_SECONDS = 120


class LibreOffice:
    """An installation with a profile of its own, so that several run side by side."""

    def __init__(self, folder: Path):
        self.folder = folder

    def convert(self, content: bytes, target: str, kind="xlsx") -> bytes:
        """The file as LibreOffice stores it; `kind` is the ending of the content."""
        source, stored = self.folder / f"file.{kind}", self.folder / "out" / f"file.{target}"
        stored.unlink(missing_ok=True)
        source.write_bytes(content)
        command = [SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={self.folder.as_uri()}/profile",
                   "--convert-to", f"{target}:{FILTERS[target]}", "--outdir", stored.parent, source]  # fmt: skip
        if kind == "csv":
            command.insert(1, f"--infilter={CSV}")
        subprocess.run(command, check=True, capture_output=True, timeout=MOST_SECONDS)
        return stored.read_bytes()
