"""nginx: TLS, static files, limits, client addresses, the monitor's port and its log."""

import json
import re
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest

from hubtracker import wsgi
from tests.deployment.servers import DEPLOY, TOP
from tests.deployment.site import LOGIN, METRICS_TOKEN

pytestmark = pytest.mark.long

# Debian's nginx adds or changes these.
SERVER_HEADERS = {"accept-ranges", "connection", "content-length", "date", "etag", "server", "x-request-id"}
THREE_MEGABYTES = b"x" * 3 * 1024 * 1024


def test_plain_http_redirects_to_https(site):
    response = site.request_plain("http", "/en/missions/?q=rail")

    assert (response.status, response.headers["location"]) == (308, "https://localhost/en/missions/?q=rail")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_1_2_and_1_3_only(site):
    new, old, obsolete = site.tls(), site.tls(), site.tls()
    new.set_alpn_protocols(["h2", "http/1.1"])
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    obsolete.set_ciphers("ALL:@SECLEVEL=0")
    obsolete.minimum_version = obsolete.maximum_version = ssl.TLSVersion.TLSv1_1
    agreed = []
    for context in (new, old):
        connection = site.connect(context=context)
        connection.connect()
        agreed.append((connection.sock.version(), connection.sock.selected_alpn_protocol()))
        connection.close()

    assert agreed[0] == ("TLSv1.3", "h2")
    assert agreed[1][0] == "TLSv1.2"
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        site.connect(context=obsolete).connect()


@pytest.mark.parametrize("path", ["/en/", LOGIN])
def test_hsts_for_a_year(site, path):
    expected = "max-age=31536000; includeSubDomains; preload"
    assert site.request(path).headers["strict-transport-security"] == expected


def headers_of(response):
    headers = {name: value.replace('"utf-8"', "utf-8") for name, value in response.headers.items()}
    return {name: value for name, value in headers.items() if name not in SERVER_HEADERS}


@pytest.mark.parametrize("pattern", ["site.????????????.css", "mark.????????????.svg"])
def test_static_files_are_the_same_from_nginx_and_gunicorn(site, pattern):
    name = next((TOP / "var/static/missions").glob(pattern)).name
    path, headers = f"/static/missions/{name}", {"Accept-Encoding": "gzip"}
    by_nginx = site.request(path, headers=headers)
    by_gunicorn = site.request_directly(path, headers=headers)

    assert (headers_of(by_nginx), by_nginx.body) == (headers_of(by_gunicorn), by_gunicorn.body)
    assert by_nginx.headers["cache-control"] == "max-age=315360000, public, immutable"


def test_static_files_of_the_previous_release_are_served(site):
    folder = site.folder / "previous/var/static/missions"
    folder.mkdir(parents=True)
    (folder / "site.0123456789ab.css").write_text("/* previous */")

    assert site.request("/static/missions/site.0123456789ab.css").text == "/* previous */"
    assert site.request("/static/missions/site.ba9876543210.css").status == 404


def test_nginx_accepts_the_longest_query_that_gunicorn_does(site):
    query = "&".join(["instrument=FP"] * 580)
    redirect = site.request(f"/en/missions?{query}")

    assert len(query) > 8000
    assert (redirect.status, redirect.headers["location"]) == (301, f"/en/missions/?{query}")
    assert site.request(f"/en/missions/?{query}{query}").status == 414


def test_metrics_are_for_this_machine_only(site):
    allowed = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    response = site.request("/metrics", headers=allowed)

    assert (response.status, response.headers["x-content-type-options"]) == (404, "nosniff")
    monitor = [site.request_plain("monitor", path, allowed).status for path in ("/metrics", "/readyz", "/en/")]
    assert monitor == [200, 200, 404]


def test_metrics_count_the_requests_of_all_instances(site):
    def count():
        text = site.request_plain("monitor", "/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}"}).text
        return sum(float(number) for number in re.findall(r"^hub_requests_total\{.*\} (\S+)$", text, re.MULTILINE))

    before = count()
    for _number in range(40):
        site.request(LOGIN)

    assert count() == before + 40 + 1  # the first call of count() too


def test_the_log_has_no_keys(site):
    status = site.request("/accounts/password/reset/key/1-secret-of-mine/?code=mine").status
    line = json.loads((site.folder / "access.log").read_text().splitlines()[-1])

    assert status == 200
    assert line["asked"] == "/accounts/password/reset/key/…"
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"])
    assert "mine" not in str(line)


@pytest.fixture
def stopped_gunicorn(site):
    """Without the socket, as if gunicorn were stopped."""
    (site.folder / "socket").rename(site.folder / "moved")
    yield
    (site.folder / "moved").rename(site.folder / "socket")


def test_nginx_explains_that_gunicorn_does_not_answer(site, stopped_gunicorn):
    page, problem = site.request("/en/"), site.request("/api/v1/missions")

    assert (page.status, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert (problem.status, problem.headers["content-type"]) == (502, "application/problem+json")
    for response in (page, problem):
        headers = [response.headers[name] for name in ("retry-after", "cache-control", "x-frame-options")]
        assert headers == ["30", "no-store", "DENY"]


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("peer", "expected"), [("", "192.0.2.1"), ("192.0.2.9", "192.0.2.9")])
def test_x_real_ip_is_trusted_from_the_socket_only(monkeypatch, peer, expected):
    seen = {}
    monkeypatch.setattr(wsgi, "site", lambda environ, start_response: seen.update(environ))
    wsgi.application({"REMOTE_ADDR": peer, "HTTP_X_REAL_IP": "192.0.2.1"}, None)

    assert seen["REMOTE_ADDR"] == expected


def test_lock_out_is_by_the_real_address_whatever_headers_claim(site):
    claims = [dict.fromkeys(("X-Real-IP", "X-Forwarded-For", "Forwarded"), f"192.0.2.{n}") for n in range(6)]
    statuses = [site.sign_in("guessed", "wrong", address="127.0.3.1", headers=headers).status for headers in claims]
    other = site.sign_in("guessed", "wrong", address="127.0.3.2").status
    addresses = "AccessAttempt.objects.filter(username='guessed').values_list('ip_address', flat=True)"
    recorded = site.run_code(f"from axes.models import AccessAttempt; print(*sorted({addresses}))")

    assert (statuses, other) == ([200] * 4 + [429] * 2, 200)
    assert recorded.split() == ["127.0.3.1", "127.0.3.2"]


# --- limits ----------------------------------------------------------------------------------------------------------


def flood(site, path, address, method="GET", count=90):
    with ThreadPoolExecutor(count) as threads:
        return [*threads.map(lambda _number: site.request(path, method, address=address), range(count))]


def test_fifty_people_at_one_address_sign_in_and_search_at_once(site):
    site.run_code("""
from django.contrib.auth.hashers import make_password
from missions.models import User
password = make_password("a long enough password")
for number in range(50):
    User.objects.create(username=f"person{number}", password=password, must_change_password=False)
""")
    address = "127.0.4.1"
    with ThreadPoolExecutor(50) as threads:
        names = [f"person{number}" for number in range(50)]
        signed_in = [*threads.map(lambda name: site.sign_in(name, "a long enough password", address=address), names)]
        searches = flood(site, "/en/missions/?q=rail", address, count=20)

    assert [response.status for response in signed_in + searches] == [302] * 50 + [200] * 20


@pytest.mark.parametrize(
    ("method", "path", "status", "content_type"),
    [
        ("POST", LOGIN, 403, "text/html; charset=utf-8"),  # 403: no token
        ("POST", "/accounts/password/reset/", 403, "text/html; charset=utf-8"),
        ("GET", "/api/v1/missions?q=rail", 200, "application/problem+json"),
    ],
)
def test_a_flood_is_limited_and_other_clients_are_not(site, method, path, status, content_type):
    responses = flood(site, path, "127.0.4.2", method)
    rejection = next(response for response in responses if response.status == 429)

    assert {response.status for response in responses} == {status, 429}
    assert (rejection.headers["retry-after"], rejection.headers["content-type"]) == ("10", content_type)
    assert site.request(path, method, address="127.0.4.3").status == status
    assert site.request("/en/", address="127.0.4.2").status == 200


def test_an_office_can_use_password_links_as_often_as_it_signs_in(site):
    responses = flood(site, "/accounts/password/reset/key/1-abc/", "127.0.4.6", "POST", count=50)

    assert {response.status for response in responses} == {403}


def test_every_location_that_leads_to_gunicorn_is_limited():
    public = (DEPLOY / "nginx/hubtracker.conf").read_text().partition("# For a monitor on this machine.")[0]
    locations = re.findall(r"location [^{]+ \{[^}]*proxy_pass[^}]*\}", public)

    assert len(locations) == 8
    assert [text for text in locations if not re.search(r"limit_req zone=hub_(pages|programs|files) ", text)] == []


def test_only_the_back_office_takes_large_bodies(site):
    paths = (LOGIN, "/api/v1/submissions", "/admin/")
    page, problem, admin = (site.request(path, "POST", THREE_MEGABYTES) for path in paths)

    assert (page.status, page.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert (problem.status, problem.headers["content-type"]) == (413, "application/problem+json")
    assert admin.status == 403  # no token


def test_problem_files_state_their_status():
    problems = [json.loads(path.read_text()) for path in sorted((DEPLOY / "nginx/refused").glob("*.json"))]

    assert [problem["status"] for problem in problems] == [413, 429, 502, 504]
    assert [set(problem) for problem in problems] == [{"type", "status", "title", "detail", "errors"}] * 4
