"""Workbooks as Excel 5, 95 and 97 wrote them, byte by byte: no program of today writes Chinese in a code page."""

import struct
from itertools import batched

LABEL, NUMBER, BOOLERR, ROW, FORMULA, STRING, LABELSST = 0x204, 0x203, 0x205, 0x208, 0x06, 0x207, 0xFD
BIFF5, BIFF8 = 0x500, 0x600
GBK = 936
GENERAL, DAY_FORMAT = 0, 14
END_OF_CHAIN, OF_THE_TABLE, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR, SHORTEST_STREAM = 512, 4096


def record(kind, content=b""):
    return struct.pack("<HH", kind, len(content)) + content


def at(row, column, style=0):
    return struct.pack("<HHH", row, column, style)


def label(row, column, text, encoding="gbk"):
    said = text if isinstance(text, bytes) else text.encode(encoding)
    return record(LABEL, at(row, column) + struct.pack("<H", len(said)) + said)


def number(row, column, value, style=0):
    return record(NUMBER, at(row, column, style) + struct.pack("<d", value))


def day(row, column, serial):
    return number(row, column, serial, style=1)


def truth(row, column, value):
    return record(BOOLERR, at(row, column) + bytes([value, 0]))


def error(row, column, code):
    return record(BOOLERR, at(row, column) + bytes([code, 1]))


def formula(row, column, value):
    """A formula and what it came to: a number, a text, or the code of an error in a tuple."""
    match value:
        case str():
            result, text = b"\0\0\0\0\0\0\xff\xff", value.encode("gbk")
            after = record(STRING, struct.pack("<H", len(text)) + text)
        case (code,):
            result, after = bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF]), b""
        case _:
            result, after = struct.pack("<d", value), b""
    tokens = b"\x1e\x01\x00"  # the whole number 1
    rest = struct.pack("<HIH", 0, 0, len(tokens)) + tokens
    return record(FORMULA, at(row, column) + result + rest) + after


def hidden(row, columns):
    return record(ROW, struct.pack("<HHHHHHHH", row, 0, columns, 255, 0, 0, 0x20, 0x0F))


def shared(row, column):
    """A cell that says the one text of the workbook."""
    return record(LABELSST, at(row, column) + struct.pack("<I", 0))


def stream(*cells, name="Sheet1", version=BIFF5, code_page=GBK, text="", before=b""):
    """The stream of a workbook with one sheet; `text` is what its shared cells say."""
    named = name.encode("gbk") if version == BIFF5 else name.encode("utf-16-le")
    length = bytes([len(name), 1]) if version == BIFF8 else bytes([len(named)])
    head = record(0x809, struct.pack("<HHHH", version, 5, 0x0DBB, 1996)) + before
    if code_page:
        head += record(0x42, struct.pack("<H", code_page))
    styles = struct.pack("<HHHHHHHH", 0, GENERAL, 0, 0, 0, 0, 0, 0), struct.pack("<HHHHHHHH", 0, DAY_FORMAT, *[0] * 6)
    head += b"".join(record(0xE0, style + (b"\0" * 4 if version == BIFF8 else b"")) for style in styles)
    if text:
        strings = struct.pack("<IIHB", 1, 1, len(text), 0) + text.encode("ascii")
        tail = record(0xFC, strings) + record(0x0A)
    else:
        tail = record(0x0A)
    bound = struct.pack("<IBB", len(head) + 4 + 6 + len(length) + len(named) + len(tail), 0, 0) + length + named
    sheet = record(0x809, struct.pack("<HHHH", version, 0x10, 0x0DBB, 1996)) + b"".join(cells) + record(0x0A)
    return head + record(0x85, bound) + tail + sheet


def contained(content, name="Book"):
    """The stream in a compound file, as Excel stores it: Excel 97 calls it Workbook, those before it Book."""
    content = content.ljust(SHORTEST_STREAM, b"\0")
    content += b"\0" * (-len(content) % SECTOR)
    sectors = len(content) // SECTOR
    tables = next(n for n in range(1, 110) if n * SECTOR // 4 >= sectors + 1 + n)
    chain = [*range(1, sectors), END_OF_CHAIN, END_OF_CHAIN, *[OF_THE_TABLE] * tables]
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, sectors, 0, SHORTEST_STREAM,
                          END_OF_CHAIN, 0, END_OF_CHAIN, 0, sectors + 1)  # fmt: skip
    header += b"".join(struct.pack("<I", sectors + 1 + n) for n in range(1, tables))
    folder = entry("Root Entry", 5, END_OF_CHAIN, 0, child=1) + entry(name, 2, 0, len(content))
    table = b"".join(struct.pack("<128I", *some) for some in batched(chain, SECTOR // 4))
    return header.ljust(SECTOR, b"\xff") + content + folder.ljust(SECTOR, b"\0") + table


def entry(name, kind, first, size, child=FREE):
    named = name.encode("utf-16-le") + b"\0\0"
    known = named.ljust(64, b"\0") + struct.pack("<HBBIII", len(named), kind, 1, FREE, FREE, child)
    return known + b"\0" * 36 + struct.pack("<III", first, size, 0)
