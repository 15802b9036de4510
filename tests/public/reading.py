"""Reads pages as a reader does: by ids, texts and links."""

import re

from missions.status import Status
from tests.public.dom import Element, parse
from tests.public.parameters import address


def page_of(client, path="", *pairs, language="en") -> Element:
    return parse(client.get(address(path, *pairs, language=language)))


def section(page, anchor) -> Element:
    """The section whose heading has this id."""
    return page.one("section", aria_labelledby=anchor)


def cells(table) -> list[list[str]]:
    """The texts of a table's body, row by row."""
    bodies = table.all("tbody")
    rows = [row for body in bodies for row in body.all("tr") if row.parent is body]
    return [[cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in rows]


def links(element) -> list[str]:
    return [link["href"] for link in element.all("a")]


def described(picture) -> tuple[str, str]:
    """The texts that a picture is named and described by."""
    name, text = (picture.one(id=picture[f"aria-{each}"]).text for each in ("labelledby", "describedby"))
    return name, text


def statuses(element) -> list[str]:
    """The statuses that an English text names, in its order."""
    codes = {str(status.label): status.value for status in Status}
    return [codes[label] for label in re.findall("|".join(codes), element.text)]


def dates(element) -> list[str]:
    """The dates in an English text, in its order."""
    return re.findall(r"\d{1,2} [A-Z][a-z]{2} \d{4}", element.text)


def facet_counts(page) -> dict[str, dict[str, int]]:
    """Facet → value → the number beside this choice."""
    counts: dict[str, dict[str, int]] = {}
    for label in page.one("form", id="query").all("label"):
        for box in label.all("input", type="checkbox"):
            counts.setdefault(box["name"], {})[box["value"]] = int(label.all("span")[-1].text)
    return counts


def marked(element) -> str:
    """The text of an element, with square brackets around what is marked."""
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        else:
            parts.append(f"[{child.text}]" if child.tag == "mark" else marked(child))
    return "".join(parts)


def entries(page) -> list[tuple[str, str, int]]:
    """Each entry of a page of changes as (day of its heading, code, number), in the page's order."""
    found, day = [], None
    for element in page.one(id="results").walk():
        if element.tag == "time" and element.parent.tag == "h3":
            day = element["datetime"]
        elif element.get("data-entry"):
            found.append((day, element["data-code"], int(element["data-entry"])))
    return found
