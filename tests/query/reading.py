"""Reads lists and their forms as a reader does."""


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
