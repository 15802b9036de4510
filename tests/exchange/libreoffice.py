"""LibreOffice as an official uses it: it opens a workbook, types into cells and stores it."""

import os
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

SOFFICE = shutil.which("soffice")
IS_REQUIRED = "office" in os.environ.get("HUB_REQUIRE", "").split(",")
NO_OFFICE = "soffice is not found: install LibreOffice Calc (Debian, Ubuntu: apt-get install libreoffice-calc)"
# Where it is required, a test fails for want of it.
needs_libreoffice = pytest.mark.skipif(SOFFICE is None and not IS_REQUIRED, reason=NO_OFFICE)

CSV = "Text - txt - csv (StarCalc)"
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8", "csv": CSV}
# Commas, quotation marks, UTF-8, from the first line; dates are dates, and cells are stored as they are shown.
CSV_OPTIONS = "44,34,76,1,,0,false,true,true"
MACRO = Path(__file__).with_name("macro.bas")
MOST_SECONDS = 120

MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{}</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false">
<library:element library:name="Module1"/></library:library>
"""


class LibreOffice:
    """An installation with a profile of its own, so that several run side by side."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._run("--terminate_after_init")  # makes the profile, to which the macro is then added
        library = folder / "profile/user/basic/Standard"
        library.mkdir(parents=True, exist_ok=True)
        (library / "Module1.xba").write_text(MODULE.format(escape(MACRO.read_text())))
        (library / "script.xlb").write_text(LIBRARY)

    def _run(self, *arguments):
        profile = (self.folder / "profile").as_uri()
        command = [SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={profile}", *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=MOST_SECONDS)

    def edit(self, content: bytes, commands=(), kind="xlsx", target="") -> bytes:
        """The file as stored after the commands: verb, sheet, cell, text.

        `kind` is the ending of the content, `target` that of the stored file, by default the same.
        """
        target = target or kind
        source, stored, script = (self.folder / name for name in (f"in.{kind}", f"out.{target}", "commands"))
        stored.unlink(missing_ok=True)
        source.write_bytes(content)
        script.write_text("".join("\t".join(command) + "\n" for command in commands), encoding="utf-8")
        opener, options = CSV if kind == "csv" else "", CSV_OPTIONS if "csv" in (kind, target) else ""
        uris = [source.as_uri(), opener, stored.as_uri(), FILTERS[target], options, script.as_uri()]
        # A comma in an argument would end it; the macro's own quotation marks keep it.
        arguments = ",".join(f'"{each}"' for each in uris)
        self._run(f"macro:///Standard.Module1.Main({arguments})")
        return stored.read_bytes()
