"""What nginx does itself: TLS, the way to it, static files, and what is for this machine alone."""

import contextlib
import http.client
import re
import ssl

import pytest

from tests.deployment.files import TOP
from tests.deployment.site import METRICS_TOKEN, ThroughTheSocket, answer_to, json_of

pytestmark = pytest.mark.long


def plainly(site, port, path, headers=()):
    """The answer over plain http."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.ports[port], timeout=60)) as asking:
        return answer_to(asking, "GET", path, headers=headers)


def greeted(site, context):
    """The version of TLS and the protocol that nginx agrees to."""
    with contextlib.closing(site.connection()) as asking:
        asking._context = context
        asking.connect()
        return asking.sock.version(), asking.sock.selected_alpn_protocol()


def test_plain_http_leads_to_https(site):
    answer = plainly(site, "http", "/en/missions/?q=rail")

    assert (answer.status, answer.headers["location"]) == (308, "https://localhost/en/missions/?q=rail")


def test_tls_is_of_today(site):
    newest = site.tls()
    newest.set_alpn_protocols(["h2", "http/1.1"])
    older = site.tls()
    older.maximum_version = ssl.TLSVersion.TLSv1_2

    assert greeted(site, newest) == ("TLSv1.3", "h2")
    assert greeted(site, older) == ("TLSv1.2", None)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_of_yesterday_is_refused(site):
    oldest = site.tls()
    oldest.set_ciphers("ALL:@SECLEVEL=0")
    oldest.minimum_version = oldest.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        greeted(site, oldest)


def test_https_is_demanded_from_then_on(site):
    demanded = "max-age=31536000; includeSubDomains; preload"

    assert site.ask("/en/").headers["strict-transport-security"] == demanded
    assert site.ask("/accounts/login/").headers["strict-transport-security"] == demanded


OF_THE_SERVER = {"accept-ranges", "connection", "content-length", "date", "etag", "server", "x-request-id"}


def said(answer):
    headers = {name: value.replace('"utf-8"', "utf-8") for name, value in answer.headers.items()}
    return {name: value for name, value in headers.items() if name not in OF_THE_SERVER}


@pytest.mark.parametrize("pattern", ["site.????????????.css", "mark.????????????.svg"])
def test_static_files_come_as_the_program_serves_them(site, pattern):
    name = next((TOP / "var/static/missions").glob(pattern)).name
    headers = {"Host": site.url.removeprefix("https://"), "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
    by_nginx = site.ask(f"/static/missions/{name}", headers={"Accept-Encoding": "gzip"})
    with contextlib.closing(ThroughTheSocket(site.folder / "socket")) as asking:
        by_the_program = answer_to(asking, "GET", f"/static/missions/{name}", headers=headers)

    assert said(by_nginx) == said(by_the_program)
    assert by_nginx.body == by_the_program.body
    assert by_nginx.headers["cache-control"] == "max-age=315360000, public, immutable"


def test_static_files_of_the_release_before_are_still_there(site):
    old = site.folder / "previous/var/static/missions"
    old.mkdir(parents=True)
    (old / "site.0123456789ab.css").write_text("/* of yesterday */")

    assert site.ask("/static/missions/site.0123456789ab.css").text == "/* of yesterday */"
    assert site.ask("/static/missions/site.ba9876543210.css").status == 404


def test_a_query_may_be_as_long_as_the_program_takes(site):
    query = "&".join(["instrument=FP"] * 580)
    redirect = site.ask(f"/en/missions?{query}")

    assert len(query) > 8000
    assert (redirect.status, redirect.headers["location"]) == (301, f"/en/missions/?{query}")
    assert site.ask(f"/en/report/completion.csv?{query}").status == 200
    assert site.ask(f"/en/missions/?{query}{query}").status == 414


def test_metrics_are_for_this_machine_alone(site):
    allowed = {"Authorization": f"Bearer {METRICS_TOKEN}"}

    refused = site.ask("/metrics", headers=allowed)
    assert (refused.status, refused.headers["x-content-type-options"]) == (404, "nosniff")
    assert plainly(site, "monitor", "/metrics", allowed).status == 200
    assert plainly(site, "monitor", "/readyz").status == 200
    assert plainly(site, "monitor", "/en/").status == 404


@pytest.fixture
def nobody_there(site):
    """nginx finds no socket of the program."""
    socket = site.folder / "socket"
    socket.rename(site.folder / "moved")
    yield
    (site.folder / "moved").rename(socket)


def test_where_the_program_is_away_a_reader_gets_a_page_and_a_program_a_problem(site, nobody_there):
    page, problem = site.ask("/en/"), site.ask("/api/v1/missions")

    assert (page.status, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<h1>暂时无法提供服务</h1>" in page.text
    assert (problem.status, problem.headers["content-type"]) == (502, "application/problem+json")
    assert json_of(problem)["title"] == "Not available now / 暂时无法提供服务"
    for answer in (page, problem):
        assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("30", "no-store")
        assert answer.headers["x-frame-options"] == "DENY"


def counted(site):
    """How many requests the site has answered, by what whichever process is asked says."""
    said = plainly(site, "monitor", "/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}"}).text
    return sum(float(count) for count in re.findall(r"^hub_requests_total\{.*\} (\S+)$", said, re.MULTILINE))


def test_metrics_count_the_requests_of_all_instances(site):
    before = counted(site)
    for _number in range(40):
        site.ask("/accounts/login/")

    assert counted(site) == before + 40 + 1  # and the question before


def test_the_log_of_nginx_names_requests_and_no_keys(site):
    answer = site.ask("/accounts/password/reset/key/1-secret-of-mine/?code=mine")
    logged = (site.folder / "access.log").read_text().splitlines()

    assert answer.status == 200
    assert '"asked":"/accounts/password/reset/key/…"' in logged[-1]
    assert "mine" not in logged[-1]
    assert re.search(r'"request_id":"[0-9a-f]{32}"', logged[-1])
