"""Workbooks of today as the archives that they are: their parts changed by hand, as no program would."""

import io
import zipfile

SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1024**2


def repacked(content, part, old, new):
    """The file with `new` in the place of `old`, which stands in that part once."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert data.count(old.encode()) == 1
                data = data.replace(old.encode(), new.encode())
            target.writestr(name, data)
    return made.getvalue()


def blown_up(content, part, old, sign, megabytes, start=b"", end=b""):
    """The file with megabytes of `sign` in the place of `old`: small, until it is unpacked."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            before, found, after = source.read(name).partition(old.encode())
            with target.open(name, "w", force_zip64=True) as stream:
                stream.write(before)
                if name == part:
                    assert found
                    stream.write(start)
                    for _ in range(megabytes):
                        stream.write(sign * (MEGABYTE // len(sign)))
                    stream.write(end)
                else:
                    stream.write(found)
                stream.write(after)
    return made.getvalue()
