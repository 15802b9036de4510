"""Admin pages as a browser sees them, and what an official types into the form of a report."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.public.dom import Element, parse

BEGUN = {
    "status": "in_progress",
    "effective_on": "2024-03-01",
    "basis": "owner",
    "headline_en": "Work began",
    "headline_zh": "工程开工",
    "note": "The letter follows.",
}
SUBMIT, SAVE, PUBLISH = {"_submit": "Submit"}, {"_save": "Save as draft"}, {"_publish": "Publish"}


def form(response) -> Element:
    """The page's own form: not the search, nor the buttons beside the title."""
    forms = parse(response).one(id="content").all("form", method="post")
    return next(form for form in forms if not form.inside(class_="object-tools"))


def filled_in(response) -> dict:
    """What a browser sends of the page's form unchanged."""
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


def edit(client, page, **answers):
    """Opens the page, changes these fields of its form, and sends it."""
    return client.post(page, {**filled_in(client.get(page)), **answers})


def errors(response) -> dict:
    """The messages of a refused entry by field; those of the whole form under "__all__"."""
    context = response.context
    form_ = context["adminform"].form if "adminform" in context else context["form"]
    return {field: list(messages) for field, messages in form_.errors.items()}


def levels(response) -> list[str]:
    """The kinds of the page's messages: success, info, warning, error."""
    return [message.level_tag for message in response.context["messages"]]


def buttons(response) -> list[str]:
    """The names of the buttons that send the page's form."""
    return [field["name"] for field in form(response).all("input", type="submit")]


def table_rows(response) -> list[list[str]]:
    """The texts of the cells of all body rows of the page's tables."""
    content = parse(response).one(id="content")
    rows = [row for body in content.all("tbody") for row in body.all("tr")]
    return [[cell.text for cell in row.walk() if cell.tag in ("td", "th")] for row in rows]


def differences(response) -> dict:
    """What the page of a conflict shows: by field, its texts by the first word of their labels."""
    shown = {}
    for section in (each for each in parse(response).walk() if each.get("data-field")):
        parts = [part for part in section.one("dl").all("div") if part.all("dt")]
        shown[section["data-field"]] = {part.one("dt").text.split(" ")[0]: part.one("dd").text for part in parts}
    return shown


def pdf(name="letter.pdf"):
    return SimpleUploadedFile(name, factories.PDF)


def of_evidence(number, **fields):
    return {f"evidence-{number}-{name}": value for name, value in fields.items()}
