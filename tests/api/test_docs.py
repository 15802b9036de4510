"""The page on the API says all that its description says, in one language, and nothing on it comes from elsewhere."""

import json
import shlex
import uuid
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from missions.api.description import described, in_this_language
from missions.api.docs import ADVICE
from missions.models import Head
from tests import build
from tests.public.dom import Element, parse, written_code

pytestmark = pytest.mark.usefixtures("noon")

PAGE = "/api/v1/docs"
PATHS = {"en": "en", "zh": "zh-hans"}
TAGS = {"en": "en", "zh": "zh-Hans"}
OTHER = {"en": "zh", "zh": "en"}


@pytest.fixture(params=PATHS)
def lang(request):
    return request.param


@pytest.fixture
def page(client, lang):
    return parse(client.get(PAGE, {"lang": lang}))


@pytest.fixture
def said(lang):
    """The description in this language."""
    with override(PATHS[lang]):
        return described(in_this_language)


def operations(said):
    """Each operation of the description by method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in said["paths"].items()
        for method, operation in methods.items()
    }


def articles(page):
    """What the page says of each operation, by method and path."""
    return {tuple(each.one(class_="route").text.split()): each for each in page.all("article", class_="operation")}


def one_line(text):
    return " ".join(text.split())


def raw(listing):
    """The lines of a listing as they are."""
    return "".join(listing.children)


def lines(definitions):
    """Each line of a list as (name, element)."""
    return [(line.all("dt")[0].all("code")[0].text, line) for line in definitions.children if isinstance(line, Element)]


def tree(definitions):
    """The names of a list, each with those inside it."""
    return {name: tree(line.all("dl")[0]) if line.all("dl") else {} for name, line in lines(definitions)}


def core(schema, said):
    """What a reference, a list or a choice comes down to."""
    if "$ref" in schema:
        return core(said["components"]["schemas"][schema["$ref"].rpartition("/")[2]], said)
    inside = schema.get("items") or (schema["anyOf"][0] if "anyOf" in schema else None)
    return core(inside, said) if inside else schema


def names(schema, said):
    """The fields of a shape, each with those inside it; a text in both languages is explained once."""
    properties = core(schema, said).get("properties", {})
    return {} if list(properties) == ["en", "zh"] else {name: names(part, said) for name, part in properties.items()}


def content(said):
    return said["content"]["application/json"]


def test_it_has_every_operation_with_its_words(page, said):
    found = {
        key: (article.one("h3").text, article.one(class_="said").all("p")[0].text)
        for key, article in articles(page).items()
    }

    assert found == {
        key: (one_line(operation["summary"]), one_line(operation["description"]))
        for key, operation in operations(said).items()
    }


def test_it_has_every_parameter_with_its_words_and_codes(page, said):
    found = {
        (*key, name): (line.one("dd").text, [code.text for code in line.one("dd").all("code")])
        for key, article in articles(page).items()
        for part in article.all("details", class_="parameters")
        for name, line in lines(part.one("dl"))
    }

    expected = {}
    for key, operation in operations(said).items():
        for parameter in operation["parameters"]:
            codes = core(parameter["schema"], said).get("enum", [])
            words = one_line(f"{parameter.get('description', '')} {' '.join(codes)}")
            expected[(*key, parameter["name"])] = (words, codes)
    assert found == expected


def test_it_has_every_field_of_every_body_and_answer(page, said):
    found = {
        key: {
            part: tree(each.all("dl")[0]) for part in ("body", "answer") for each in article.all("details", class_=part)
        }
        for key, article in articles(page).items()
    }

    expected = {}
    for key, operation in operations(said).items():
        body = operation.get("requestBody")
        expected[key] = {"body": names(content(body)["schema"], said)} if body else {}
        expected[key]["answer"] = names(content(operation["responses"][200])["schema"], said)
    assert found == expected


def test_it_has_every_status_and_says_what_to_do_when_a_submission_is_refused(page, said):
    found = {
        key: [(line.one("dt").text, line.one("dd").text) for line in article.one("dl", class_="statuses").all("div")]
        for key, article in articles(page).items()
    }

    def expected(operation):
        for status, response in operation["responses"].items():
            advice = ADVICE[status] if "requestBody" in operation and status >= 400 else ""
            yield str(status), one_line(f"{response['description']} {advice}")

    with override(PATHS[page.one("html")["lang"][:2]]):
        assert found == {key: list(expected(operation)) for key, operation in operations(said).items()}


def test_it_explains_every_header(page, said):
    headers = {
        name: header["description"]
        for operation in operations(said).values()
        for name, header in operation["responses"][200].get("headers", {}).items()
    }

    section = page.one("section", aria_labelledby="headers")
    assert {line.one("dt").text: line.one("dd").text for line in section.all("div")} == headers
    for key, article in articles(page).items():
        named = [link.text for link in article.all("a", href="#headers")]
        assert named == list(operations(said)[key]["responses"][200].get("headers", {}))


def test_its_examples_are_those_of_the_description(page, said):
    for key, article in articles(page).items():
        _command, answer = article.all("pre")
        assert json.loads(raw(answer)) == content(operations(said)[key]["responses"][200])["example"]
    refusal = json.loads(raw(page.one("section", aria_labelledby="errors").one("pre")))
    assert refusal["status"] == 400


class Command:
    """A command as a shell would read it."""

    def __init__(self, listing):
        lines = listing.replace("\\\n", "").split("\n")
        if lines[0].startswith("KEY="):
            del lines[0]
        self.words = shlex.split(lines[0].partition("<<")[0])
        self.body = "\n".join(lines[1 : lines.index("END")]) if lines[1:] else None
        (address,) = [word for word in self.words if word.startswith(settings.SITE_URL)]
        self.path = address.removeprefix(settings.SITE_URL).replace("$KEY", str(uuid.uuid4()))
        self.query = parse_qsl("&".join(self.given("-d")))

    def given(self, option):
        return [value for name, value in pairwise(self.words) if name == option]

    def run(self, client):
        headers = dict(header.split(": ") for header in self.given("-H"))
        if self.body is None:
            return client.get(self.path, self.query, headers=headers)
        return client.post(self.path, self.body, headers.pop("Content-Type"), headers=headers)


def commands(page):
    return {key: Command(raw(article.all("pre")[0])) for key, article in articles(page).items()}


def test_its_examples_work_as_they_stand(client, page):
    """But for the code of a mission, which no page can know for every programme, and the key of one's own."""
    build.mission("CODE")

    answers = {key: command.run(client).status_code for key, command in commands(page).items()}

    assert answers == {key: 401 if "/submissions" in key[1] else 200 for key in answers}  # there is no token


def test_an_example_asks_only_for_parameters_that_there_are_and_sends_that_of_the_description(page, said):
    for key, command in commands(page).items():
        operation = operations(said)[key]
        assert {name for name, _value in command.query} <= {parameter["name"] for parameter in operation["parameters"]}
        if command.body:
            assert json.loads(command.body) == content(operation["requestBody"])["example"]


def test_it_is_in_the_language_asked_for_or_else_the_readers(client):
    asked = [("?lang=en", "zh-CN"), ("?lang=zh", "en"), ("", "zh-CN"), ("", "en"), ("?lang=de", "zh-CN"), ("", "de")]

    found = [client.get(f"{PAGE}{query}", headers={"Accept-Language": reader}) for query, reader in asked]

    languages = ["en", "zh", "zh", "en", "zh", "en"]
    assert [parse(response).one("html")["lang"] for response in found] == [TAGS[language] for language in languages]
    assert [response["Content-Language"] for response in found] == [PATHS[language] for language in languages]
    assert ["Accept-Language" in response["Vary"] for response in found] == [True] * len(found)


def test_it_leads_to_itself_in_the_other_language_and_says_its_address_in_each(client, page, lang):
    switch = page.one("a", class_="language")
    assert (switch["href"], switch["lang"]) == (f"{PAGE}?lang={OTHER[lang]}", TAGS[OTHER[lang]])
    assert parse(client.get(switch["href"])).one("html")["lang"] == TAGS[OTHER[lang]]

    own = {tag: f"{settings.SITE_URL}{PAGE}?lang={language}" for language, tag in TAGS.items()}
    alternates = {link["hreflang"]: link["href"] for link in page.all("link", rel="alternate")}
    assert alternates == own | {"x-default": own["en"]}
    assert page.one("link", rel="canonical")["href"] == own[TAGS[lang]]


def test_the_rest_of_the_site_is_linked_in_the_same_language(page, lang):
    header = page.all("header")[0]

    prefixes = {urlsplit(link["href"]).path.split("/")[1] for link in header.one("nav").all("a")}
    assert prefixes == {PATHS[lang]}
    (current,) = [link for link in header.all("a") if link.get("aria-current")]
    assert (current["href"], current["aria-current"]) == (f"/{PATHS[lang]}/data/", "true")


def test_nothing_comes_from_elsewhere_and_nothing_is_written_into_the_page_that_its_policy_forbids(page):
    links = [element[name] for element in page.walk() for name in ("href", "src", "action") if element.get(name)]

    hosts = {urlsplit(link).netloc for link in links}
    assert hosts == {"", urlsplit(settings.SITE_URL).netloc, "creativecommons.org"}
    assert written_code(page) + page.all("style") == []
    attributes = {name for element in page.walk() for name in element.attributes}
    assert [name for name in attributes if name == "style" or name.startswith("on")] == []


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(page):
    listings = page.all("pre")

    assert len(listings) > 2 * len(articles(page))
    assert [(each.get("tabindex"), bool(each.get("aria-label"))) for each in listings] == [("0", True)] * len(listings)


def test_what_its_links_within_the_page_name_is_there_once(page):
    ids = [element["id"] for element in page.walk() if element.get("id")]

    assert sorted(ids) == sorted(set(ids))
    assert {link["href"][1:] for link in page.all("a") if link["href"].startswith("#")} <= set(ids)
    contents = page.one("nav", class_="contents").all("a")
    headings = [heading["id"] for heading in page.all("h2") + page.all("h3") if not heading.inside(class_="contents")]
    assert sorted(link["href"][1:] for link in contents) == sorted(headings)


def test_what_it_links_to_is_there(client, page):
    for link in page.one("main").all("a"):
        address, _hash, anchor = link["href"].partition("#")
        if address.startswith("/"):
            response = client.get(address)
            assert response.status_code == 200
            assert not anchor or parse(response).one(id=anchor)


def test_it_can_be_asked_for_its_head_and_again(client):
    head = client.head(PAGE)
    again = client.get(PAGE, headers={"If-None-Match": client.get(PAGE)["ETag"]})

    assert (head.status_code, head.content, again.status_code) == (200, b"", 304)
    assert Head.objects.get().hash in parse(client.get(PAGE)).one("footer").text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_takes_nothing_in_and_says_so(method):
    response = getattr(Client(enforce_csrf_checks=True), method)(PAGE)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response["Content-Type"] == "application/problem+json"
