"""Admin pages as a browser sees them."""

from tests.public.dom import Element, parse


def form(response) -> Element:
    """The page's own form: not the search, nor the buttons in the header or beside the title."""
    forms = parse(response).one(id="content").all("form", method="post")
    return next(form for form in forms if not form.inside(class_="object-tools"))


def filled_in(response) -> dict:
    """What a browser sends of the page's form if nobody touches it."""
    sent, here = {}, form(response)
    for field in here.walk():
        name = field.get("name")
        if name in (None, "csrfmiddlewaretoken") or field.get("type") == "submit":
            continue
        if field.tag == "select":
            chosen = [option["value"] for option in field.all("option") if "selected" in option.attributes]
            sent[name] = chosen if "multiple" in field.attributes else (chosen or [""])[0]
        elif field.tag == "textarea":
            # A browser drops the line break that stands first.
            sent[name] = "".join(field.children).replace("\r\n", "\n").removeprefix("\n")
        elif field.get("type") not in ("checkbox", "radio"):
            sent[name] = field.get("value") or ""
        elif "checked" in field.attributes and len(here.all("input", type="checkbox", name=name)) > 1:
            sent[name] = [*sent.get(name, []), field["value"]]
        elif "checked" in field.attributes:
            sent[name] = field.get("value") or "on"
    return sent


def errors(response) -> dict:
    """The messages of a refused entry by field; those at the top of the page under "__all__"."""
    return {field: list(messages) for field, messages in response.context["form"].errors.items()}


def messages(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def buttons(response) -> list[str]:
    """The names of the buttons that send the page's form."""
    return [field["name"] for field in form(response).all("input", type="submit")]


def differences(response) -> dict:
    """What the screen of a conflict shows: by field, its texts in order without white space around them."""
    shown = {}
    for section in parse(response).all("div", class_="hub-difference"):
        parts = [part for part in section.one("dl").all("div") if part.all("dt")]
        shown[section["data-field"]] = {part.one("dt").text.split(" ")[0]: part.one("dd").text for part in parts}
    return shown
