"""LibreOffice as whoever keeps the register uses it: any sheet of a file of any kind, and passwords."""

from pathlib import Path
from xml.sax.saxutils import escape

from tests.exchange.libreoffice import FILTERS, MODULE, LibreOffice

MACRO = Path(__file__).with_name("office.bas")
CSV = "Text - txt - csv (StarCalc)"
# Commas, quotation marks, UTF-8, from the first line; days are days, and cells are stored as they are shown.
CSV_OPTIONS = "44,34,76,1,,0,false,true,true"


class Office(LibreOffice):
    def __init__(self, folder: Path):
        super().__init__(folder)
        (folder / "profile/user/basic/Standard/Module1.xba").write_text(MODULE.format(escape(MACRO.read_text())))

    def stored(self, content: bytes, kind: str, target_kind: str = "", texts=(), password: str = "") -> bytes:
        """The file as it is stored once these texts, as (sheet, cell, text), were written into it."""
        target_kind = target_kind or kind
        source, target, told = (self.folder / name for name in (f"in.{kind}", f"out.{target_kind}", "texts"))
        target.unlink(missing_ok=True)
        source.write_bytes(content)
        told.write_text("".join("\t".join(words) + "\n" for words in texts), encoding="utf-8")
        opener = CSV if kind == "csv" else ""
        options = CSV_OPTIONS if "csv" in (kind, target_kind) else ""
        filters = {**FILTERS, "csv": CSV}
        given = (source.as_uri(), opener, target.as_uri(), filters[target_kind], options, password, told.as_uri())
        # A comma in an argument would end it; the macro's own quotation marks keep it.
        self._run("macro:///Standard.Module1.Main({})".format(",".join(f'"{each}"' for each in given)))
        return target.read_bytes()
