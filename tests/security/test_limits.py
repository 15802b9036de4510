"""What the site accepts at once. Limits on files are in tests/files."""

import pytest

from tests import factories
from tests.accounts.signing import LOGIN

FORM = "application/x-www-form-urlencoded"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def world(module_db):
    return factories.token()[1]


def multipart(number):
    part = '--x\r\nContent-Disposition: form-data; name="f"; filename="{}"\r\n\r\na\r\n'
    return ("".join(part.format(each) for each in range(number)) + "--x--\r\n").encode()


BODIES = {
    "1 MB": (b"x=" + b"x" * (MEGABYTE - 2), FORM, 200),
    "more than 1 MB": (b"x=" + b"x" * MEGABYTE, FORM, 413),
    "1000 fields": (b"&".join([b"x=1"] * 1000), FORM, 200),
    "1001 fields": (b"&".join([b"x=1"] * 1001), FORM, 400),
    "10 files": (multipart(10), "multipart/form-data; boundary=x", 200),
    "11 files": (multipart(11), "multipart/form-data; boundary=x", 413),
}


@pytest.mark.parametrize(
    "path", ["/en/missions/", "/zh-hans/missions/", "/api/v1/missions", "/en/report/completion.csv"]
)
def test_address_has_at_most_1000_parameters(client, world, db, path):
    statuses = [client.get(path + "?" + "&".join(["nothing=1"] * number)).status_code for number in (1000, 1001)]

    assert statuses == [200, 400]


@pytest.mark.parametrize("kind", BODIES)
def test_form_has_limits(client, world, db, kind):
    body, content_type, status = BODIES[kind]

    assert client.post(LOGIN, body, content_type).status_code == status


@pytest.mark.parametrize(
    ("content_type", "length"), [("multipart/form-data; boundary=x", 110 * MEGABYTE + 1), (FORM, MEGABYTE + 1)]
)
def test_far_too_large_request_is_refused_before_it_is_read(client, world, db, content_type, length):
    answer = client.generic("POST", LOGIN, b"x", content_type, CONTENT_LENGTH=str(length))

    assert (answer.status_code, "每次最多上传 10 个文件" in answer.content.decode()) == (413, True)


@pytest.mark.parametrize(("body", "status"), [(b'"' + b"x" * MEGABYTE + b'"', 413), (b"[" * 500_000, 400)])
def test_submission_of_a_program_has_limits(client, world, db, body, status):
    headers = {"Authorization": f"Bearer {world}", "Idempotency-Key": "1"}
    answer = client.post("/api/v1/submissions", body, "application/json", headers=headers)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
