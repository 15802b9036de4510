"""What this site takes in at once: each limit, and what whoever goes beyond it is told."""

import pytest
from django.test import Client
from django.utils.http import urlencode

from missions.files import LARGEST_READ, LARGEST_REQUEST
from missions.models.content import LARGEST
from tests import build
from tests.accounts.signing import LOGIN, sign_in
from tests.browser.conftest import Site
from tests.public.dom import parse
from tests.security.asking import asked, sent

LIST = {"en": "/en/missions/", "zh-hans": "/zh-hans/missions/"}
PROGRAM, FILE = "/api/v1/missions", "/en/report/completion.csv"
FORM = "application/x-www-form-urlencoded"
MEGABYTE = 1024 * 1024


@pytest.fixture
def mission(db):
    return build.mission("FP-001")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server with the command line of `make run`."""
    made = Site(tmp_path_factory.mktemp("site"))
    made.start()
    yield made
    made.stop()


def problem(answer):
    """What a program is told: status, title, and what is wrong with which parameter, in English and in Chinese."""
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    errors = {error["parameter"]: (error["en"], error["zh"]) for error in said["errors"]}
    return (answer.status_code, said["title"], *errors.items())


def heading(answer):
    return answer.status_code, parse(answer).one("h1").text


# --- what an address may be -------------------------------------------------------------------------------------------


@pytest.mark.no_cover
def test_a_request_has_a_first_line_of_8190_bytes_at_most(site):
    start, end = "GET /en/missions/?nothing=", " HTTP/1.1"
    fits = "x" * (8190 - len(start) - len(end) - len("\r\n"))
    rest = "\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    assert status(sent(site.port, f"{start}{fits}{end}{rest}".encode())) == "200 OK"
    assert status(sent(site.port, f"{start}{fits}xxx{end}{rest}".encode())) == "414 URI Too Long"


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"A": "x" * 8000}, "200 OK"),
        ({"A": "x" * 8200}, "431 Request Header Fields Too Large"),
        ({f"A{number}": "x" for number in range(98)}, "200 OK"),
        ({f"A{number}": "x" for number in range(99)}, "431 Request Header Fields Too Large"),
    ],
)
def test_a_header_has_8190_bytes_at_most_and_there_are_a_hundred_of_them(site, headers, says):
    written = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{written}\r\n"

    assert status(sent(site.port, request.encode())) == says


def status(answer):
    return answer.partition("\r\n")[0].removeprefix("HTTP/1.1 ")


def test_an_address_has_1000_parameters_at_most(client, mission):
    def many(number):
        return "?" + "&".join(["nothing=1"] * number)

    assert client.get(f"/en/missions/{many(1000)}").status_code == 200
    for path in LIST.values():
        page = client.get(f"{path}{many(1001)}")
        assert heading(page) == (400, "This request cannot be read")
        assert parse(page).one(class_="other-language").one("h2").text == "请求无法识别"
    for path in (PROGRAM, FILE):
        assert problem(client.get(f"{path}{many(1001)}")) == (400, "Bad request / 请求有误")


def test_a_search_has_200_characters_at_most(client, mission):
    said = "Write 200 characters at most: these are 201.", "最多 200 个字符，现为 201 个。"
    words = {"q": "桥" * 200}, {"q": "桥" * 201}

    for (language, path), sentence in zip(LIST.items(), said, strict=True):
        fits, refused = (client.get(path, query_params=each) for each in words)
        assert (fits.status_code, refused.status_code) == (200, 400), language
        assert sentence in parse(refused).one("form", class_="bad-query").text
    for path in (PROGRAM, FILE):
        assert problem(client.get(path, query_params=words[1])) == (400, "Bad query / 查询参数有误", ("q", said))


PER_PAGE = ("Ensure this value is less than or equal to {}.", "请输入不大于 {} 的值。")


def test_a_page_has_100_rows_at_most_and_1000_for_a_program(client, mission):
    said = [sentence.format(100) for sentence in PER_PAGE]

    for path, sentence in zip(LIST.values(), said, strict=True):
        fits, refused = (client.get(path, query_params={"per_page": number}) for number in (100, 101))
        assert (fits.status_code, refused.status_code) == (200, 400)
        assert sentence in parse(refused).one("form", class_="bad-query").text
    assert client.get(PROGRAM, query_params={"per_page": 1000}).status_code == 200
    assert problem(client.get(PROGRAM, query_params={"per_page": 1001})) == (
        400, "Bad query / 查询参数有误", ("per_page", tuple(sentence.format(1000) for sentence in PER_PAGE))
    )  # fmt: skip


@pytest.mark.parametrize("page", [2, 10**9, 10**30])
def test_there_are_as_many_pages_as_the_list_has(client, mission, page):
    english, chinese = (client.get(path, query_params={"page": page}) for path in LIST.values())

    assert (heading(english), heading(chinese)) == ((404, "This list has fewer pages"), (404, "本列表没有这么多页"))
    assert problem(client.get(PROGRAM, query_params={"page": page})) == (404, "Not found / 未找到")


# --- what may be sent -------------------------------------------------------------------------------------------------


def test_a_form_has_a_megabyte_at_most(client, db):
    fits, refused = (client.post(LOGIN, b"x=" + b"x" * size, FORM) for size in (MEGABYTE - 2, MEGABYTE))

    assert fits.status_code == 200
    assert heading(refused) == (413, "Too much at once")
    assert "每次最多上传 10 个文件" in parse(refused).one(class_="other-language").text


def test_a_form_has_1000_fields_at_most(client, db):
    fits, refused = (client.post(LOGIN, b"&".join([b"x=1"] * number), FORM) for number in (1000, 1001))

    assert fits.status_code == 200
    assert heading(refused) == (400, "This request cannot be read")


def test_a_system_of_an_office_sends_a_megabyte_at_most(client, db):
    _token, secret = build.token()
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "1"}

    def send(body):
        return client.post("/api/v1/submissions", body, "application/json", headers=headers)

    assert problem(send(b'"' + b"x" * MEGABYTE + b'"'))[:2] == (413, "Too large / 过大")
    assert problem(send(b"[" * 500_000))[:2] == (400, "Bad request / 请求有误")


def test_ten_files_are_sent_at_once_at_most(client, db):
    def send(number):
        part = '--x\r\nContent-Disposition: form-data; name="f"; filename="{}"\r\n\r\na\r\n'
        body = "".join(part.format(each) for each in range(number)) + "--x--\r\n"
        return client.post(LOGIN, body.encode(), "multipart/form-data; boundary=x")

    assert send(10).status_code == 200
    assert heading(send(11)) == (413, "Too much at once")


def test_a_file_has_20_megabytes_at_most_and_all_of_a_request_100():
    """What comes back is in tests/files: the field says how large it is, or a page says 413."""
    assert (LARGEST, LARGEST_REQUEST, LARGEST_READ) == (20 * MEGABYTE, 100 * MEGABYTE, 110 * MEGABYTE)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("kind", "size"), [("multipart/form-data; boundary=x", 110 * MEGABYTE + 1), (FORM, MEGABYTE + 1)]
)
def test_what_is_far_too_large_is_refused_before_it_comes(site, kind, size):
    """Nothing of it is sent: who waited for it would not answer."""
    head = (
        f"POST {LOGIN} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: csrftoken={'a' * 32}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {size}\r\n\r\n"
    )
    answer = sent(site.port, head.encode())

    assert status(answer) == "413 Content Too Large"
    assert "Too much at once" in answer
    assert "每次最多上传 10 个文件" in answer


# --- how often --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Too many attempts", "Sign-in is closed to you for 15 minutes.")),
        ("zh-hans", ("尝试次数过多", "15 分钟")),
    ],
)
def test_five_wrong_passwords_close_the_sign_in_for_a_quarter_of_an_hour(db, language, said):
    client = Client(headers={"Accept-Language": language})
    answers = [sign_in(client, "somebody", f"guess {number}") for number in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert heading(answers[-1]) == (429, said[0])
    assert said[1] in parse(answers[-1]).text


@pytest.mark.no_cover
def test_the_server_of_the_two_tests_above_answers_all_the_same(site):
    assert asked(f"{site.url}/en/missions/?{urlencode({'q': 'bridge'})}").status == 200
