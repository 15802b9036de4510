"""What the API says of itself: complete, in both languages, with examples that are as described."""

import re

import jsonschema
import pytest
from django.http import QueryDict
from django.utils.translation import override

from missions.api.description import described, in_both_languages, in_this_language
from missions.api.queries import ChangeQuery, CountedQuery, DayQuery, MissionQuery, PagedDayQuery, SummaryQuery
from missions.filters import MissionFilter
from missions.models.register import Level
from tests import build

pytestmark = pytest.mark.django_db

QUERIES = {
    "missions": MissionQuery,
    "mission": DayQuery,
    "changes": ChangeQuery,
    "summary": SummaryQuery,
    "figures": PagedDayQuery,
    "instruments": CountedQuery,
    "themes": CountedQuery,
    "areas": CountedQuery,
    "organisations": CountedQuery,
    "reports": PagedDayQuery,
}
MEDIA_TYPES = {200: "application/json", 201: "application/json", "body": "application/json", 414: "text/html"}


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def operations(description):
    return {
        operation["operationId"]: operation
        for operations in description["paths"].values()
        for operation in operations.values()
    }


def contents(operation):
    """(status or "body", media type, what is said of it)"""
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            yield int(status), media_type, content
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", media_type, content


def test_it_is_openapi_3_1_and_has_every_operation(description):
    assert description["openapi"] == "3.1.0"
    assert operations(description).keys() == {*QUERIES, "revision", "submit", "submission"}
    assert {path for path in description["paths"] if not path.startswith("/api/v1/")} == set()


def test_every_answer_has_an_example_that_is_as_described(description):
    found = []
    for name, operation in operations(description).items():
        for status, media_type, content in contents(operation):
            schema = {**content["schema"], "components": description["components"]}
            jsonschema.validate(content["example"], schema, jsonschema.Draft202012Validator)
            found.append((name, status))
            assert media_type == MEDIA_TYPES.get(status, "application/problem+json")

    assert {name for name, status in found if status == 200} == operations(description).keys()
    assert ("submit", "body") in found


def test_an_example_that_is_not_as_described_would_be_seen(description):
    content = operations(description)["missions"]["responses"]["200"]["content"]["application/json"]
    schema = {**content["schema"], "components": description["components"]}
    content["example"]["items"][0]["status"] = "done"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content["example"], schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize(("name", "query"), QUERIES.items())
def test_an_operation_names_the_parameters_that_its_query_reads(description, name, query):
    said = [each["name"] for each in operations(description)[name]["parameters"] if each["in"] == "query"]

    assert sorted(said) == sorted(query(QueryDict()).form.fields)


def texts(part, key=""):
    """Every text that people read."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name not in ("example", "examples", "properties"):
                yield from texts(value, name)
        for value in part.get("properties", {}).values():
            yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)
    elif key in ("description", "summary", "title") and isinstance(part, str):
        yield part


def test_every_text_is_there_in_both_languages(description):
    found = set(texts(description))

    assert [text for text in found if not re.search("[\u3400-\u9fff]", text) or not re.search("[A-Za-z]", text)] == []
    assert len(found) > 100


def test_in_one_language_it_says_the_same_without_the_other():
    with override("en"):
        english = set(texts(described(in_this_language)))
    with override("zh-hans"):
        chinese = set(texts(described(in_this_language)))
    both = set(texts(described(in_both_languages)))

    assert [text for text in english if re.search("[\u3400-\u9fff]", text)] == []
    assert [text for text in chinese if not re.search("[\u3400-\u9fff]", text)] == []
    assert {text.split(" / ")[0] for text in both if text.count(" / ") == 1} <= english
    assert len(english) > 100


def test_codes_of_the_vocabulary_are_listed_and_those_of_the_register_are_not(description):
    schemas = {each["name"]: each["schema"] for each in operations(description)["missions"]["parameters"]}

    assert schemas["status"]["items"]["enum"][0] == "unreported"
    assert schemas["theme"] == {"type": "array", "items": {"type": "string"}}
    assert schemas["per_page"] == {"type": "integer", "minimum": 1, "maximum": 1000}
    assert schemas["as_of"] == {"type": "string", "format": "date"}
    assert "-changed" in schemas["sort"]["enum"]
    assert description["components"]["schemas"]["Level"]["enum"] == Level.values


def test_describing_it_leaves_the_queries_as_they_are(client):
    build.mission("FP-001", areas=[build.area("A1")])

    described(in_both_languages)

    query = MissionFilter(QueryDict("area=A1&instrument=FP&owner=O1&theme=T1"), language="en")
    assert (query.is_valid(), query.errors) == (True, {})
