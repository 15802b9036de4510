"""The OpenAPI description: complete, in both languages, and true of its examples and of the answers."""

import re

import jsonschema
import pytest

from tests.contract.addresses import IN_NO_LANGUAGE
from tests.public.dom import parse, written_code


@pytest.fixture
def description(client, noon):
    return client.get("/api/v1/openapi.json").json()


def operations(description):
    """(method, path) → operation."""
    paths = description["paths"].items()
    return {(method, path): operation for path, methods in paths for method, operation in methods.items()}


def contents(operation):
    """(status or "body", what is described of it)"""
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            assert media_type in ("application/json", "application/problem+json", "text/html")
            yield int(status), content
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield "body", content


def validate(instance, content, description):
    schema = {**content["schema"], "components": description["components"]}
    jsonschema.validate(instance, schema, jsonschema.Draft202012Validator)


def test_it_describes_every_operation_with_the_parameters_that_it_reads(description):
    queries = {
        path: {each["name"] for each in operation["parameters"] if each["in"] == "query"}
        for (method, path), operation in operations(description).items()
        if method == "get" and "submissions" not in path
    }
    reads = {a.replace("FP-001", "{code}"): {*names} for a, names in IN_NO_LANGUAGE.items() if a.startswith("/api/")}
    del reads["/api/v1/openapi.json"], reads["/api/v1/docs"]

    assert (description["openapi"], queries) == ("3.1.0", reads)
    others = {place for place in operations(description) if "submissions" in place[1]}
    assert others == {("post", "/api/v1/submissions"), ("get", "/api/v1/submissions/{key}")}
    parameters = operations(description)["get", "/api/v1/missions"]["parameters"]
    schemas = {each["name"]: each["schema"] for each in parameters}
    assert (schemas["status"]["items"]["enum"][0], "enum" in schemas["theme"]["items"]) == ("unreported", False)
    assert schemas["per_page"] == {"type": "integer", "minimum": 1, "maximum": 1000}


def test_every_example_is_as_described(description):
    found = set()
    for place, operation in operations(description).items():
        for status, content in contents(operation):
            validate(content["example"], content, description)
            found.add((place, status))

    assert {place for place, status in found if status == 200} == {*operations(description)}
    assert (("post", "/api/v1/submissions"), "body") in found


def test_every_answer_is_as_described(client, description, one_of_everything):
    for method, path in operations(description):
        if method == "get" and "submissions" not in path:
            content = dict(contents(operations(description)[method, path]))
            answer = client.get(path.replace("{code}", "FP-007"))
            validate(answer.json(), content[200], description)
            assert answer.json().get("total", 1) > 0, path
            if 400 in content:
                validate(client.get(f"{path.replace('{code}', 'FP-007')}?as_of=x").json(), content[400], description)


def test_every_text_is_in_both_languages(description):
    found = []

    def collect(part, key=""):
        if isinstance(part, dict):
            for name, value in part.items():
                if name not in ("example", "examples"):
                    collect(value, "" if key == "properties" else name)
        elif isinstance(part, list):
            for value in part:
                collect(value)
        elif key in ("description", "summary", "title"):
            found.append(part)

    collect(description)
    assert [text for text in found if not re.search("[\u3400-\u9fff]", text) or not re.search("[A-Za-z]", text)] == []
    assert len(found) > 100


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_page_shows_the_whole_description_and_its_links_work(client, description, lang, tag):
    response = client.get("/api/v1/docs", {"lang": lang})
    page = parse(response)

    assert (page.one("html")["lang"], written_code(page)) == (tag, [])
    schemas, facts = description["components"]["schemas"], set()
    for (_method, path), operation in operations(description).items():
        facts |= {path, *(each["name"] for each in operation["parameters"]), *operation["responses"]}
    for schema in schemas.values():
        facts |= {*schema.get("properties", ()), *schema.get("enum", ())}
    shown = re.findall("<code>(?:GET |POST )?(.*?)</code>", response.text)
    assert facts - {*shown} == set()
    places = {f"#{element.get('id')}" for element in page.walk()}
    assert {f"#schema-{name}" for name in schemas} <= places
    inner = [link["href"] for link in page.all("a") if link["href"].startswith("#")]
    assert (len(inner) > 10, [link for link in inner if link not in places]) == (True, [])
