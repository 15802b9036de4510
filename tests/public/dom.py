"""Reads a page as a browser would: a small tree of elements, strict about what is not closed."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

LINKED_DATA = "application/ld+json"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    def __init__(self, tag, attributes=(), parent=None):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children = []

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name):
        return self.attributes.get(name)

    @property
    def text(self) -> str:
        """All text inside, runs of white space as one space."""
        return " ".join("".join(self._texts()).split())

    def _texts(self):
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()

    def walk(self):
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag=None, **attributes):
        """The elements inside with this tag and these attributes; `class_` asks for one class among several."""
        return [element for element in self.walk() if element.matches(tag, **attributes)]

    def matches(self, tag=None, *, class_=None, **attributes):
        return (
            tag in (None, self.tag)
            and (class_ is None or class_ in (self.get("class") or "").split())
            and all(self.get(name.rstrip("_").replace("_", "-")) == value for name, value in attributes.items())
        )

    def one(self, tag=None, **attributes):
        (found,) = self.all(tag, **attributes)
        return found

    def inside(self, **attributes):
        """Whether one of the elements around this one matches."""
        above = self.parent
        while above and not above.matches(**attributes):
            above = above.parent
        return above is not None


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("document")

    def handle_starttag(self, tag, attributes):
        element = Element(tag, attributes, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attributes):
        self.open.children.append(Element(tag, attributes, self.open))

    def handle_endtag(self, tag):
        assert tag == self.open.tag, f"</{tag}> closes <{self.open.tag}>"
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.children.append(data)


def parse(response) -> Element:
    """The tree of an HTML response; fails where an element is not closed."""
    builder = _Builder()
    builder.feed(response.getvalue().decode())
    builder.close()
    assert builder.open is builder.root, f"<{builder.open.tag}> is not closed"
    return builder.root


def listed(response) -> list[str]:
    """The codes of the missions that a list shows, in its order."""
    return [row["data-code"] for row in parse(response).one(id="results").all("tr") if row.get("data-code")]


def loaded(page) -> list[str]:
    """The addresses that a browser asks for because of this page; those of links to click or to cite are none."""
    sources = [element["src"] for element in page.walk() if element.get("src") is not None]
    fetched = ("stylesheet", "icon", "preload", "manifest")
    return sources + [link["href"] for link in page.all("link") if link.get("rel") in fetched]


def written_code(page) -> list[Element]:
    """The scripts that stand in the page itself; a block of data is none."""
    return [script for script in page.all("script") if not script.get("src") and script.get("type") != LINKED_DATA]


def total(response) -> int:
    return int(parse(response).one(id="results")["data-total"])


def parameters(address: str) -> dict[str, list[str]]:
    """The parameters of an address; an empty value counts."""
    return parse_qs(urlsplit(address).query, keep_blank_values=True)
