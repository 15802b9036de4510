"""nginx: TLS, static files, limits, client addresses, the monitor's port and its log."""

import json
import re
import ssl
from concurrent.futures import ThreadPoolExecutor

import pytest

from hubtracker import wsgi
from tests.contract.test_contract import SECURITY
from tests.deployment.site import LOGIN, METRICS_TOKEN
from tests.sites import TOP

pytestmark = pytest.mark.long

HSTS = "max-age=31536000; includeSubDomains; preload"
HTML, PROBLEM = "text/html; charset=utf-8", "application/problem+json"
THREE_MEGABYTES = b"x" * 3 * 1024 * 1024
BEARER = f"Bearer {METRICS_TOKEN}"


def test_plain_http_redirects_to_https(site):
    response = site.request_plain("http", "/en/missions/?q=rail")

    assert (response.status_code, response.headers["Location"]) == (308, "https://localhost/en/missions/?q=rail")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_1_2_and_1_3_only(site):
    new, old, obsolete = site.tls(), site.tls(), site.tls()
    new.set_alpn_protocols(["h2", "http/1.1"])
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    obsolete.set_ciphers("ALL:@SECLEVEL=0")
    obsolete.minimum_version = obsolete.maximum_version = ssl.TLSVersion.TLSv1_1

    with site.connect(context=new) as connection:
        assert (connection.sock.version(), connection.sock.selected_alpn_protocol()) == ("TLSv1.3", "h2")
    with site.connect(context=old) as connection:
        assert connection.sock.version() == "TLSv1.2"
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        site.connect(context=obsolete)


@pytest.mark.parametrize("path", ["/en/", LOGIN])
def test_hsts_for_a_year(site, path):
    assert site.request(path).headers["Strict-Transport-Security"] == HSTS


def test_static_files_of_this_release_and_the_previous_are_served_with_all_headers(site):
    style = next((TOP / "var/static/missions").glob("site.????????????.css"))
    folder = site.folder / "previous/var/static/missions"
    folder.mkdir(parents=True)
    (folder / "site.0123456789ab.css").write_text("/* previous */")
    response = site.request(f"/static/missions/{style.name}")

    expected = SECURITY | {"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": HSTS}
    assert {name: response.headers.get(name) for name in expected} == expected
    assert (response.content, response.headers["Content-Encoding"]) == (style.read_bytes(), "gzip")
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert site.request("/static/missions/site.0123456789ab.css").text == "/* previous */"
    assert site.request("/static/missions/site.ba9876543210.css").status_code == 404


def test_nginx_accepts_the_longest_query_that_gunicorn_does(site):
    query = "&".join(["instrument=FP"] * 580)
    redirect = site.request(f"/en/missions?{query}")

    assert len(query) > 8000
    assert (redirect.status_code, redirect.headers["Location"]) == (301, f"/en/missions/?{query}")
    assert site.request(f"/en/missions/?{query}{query}").status_code == 414


def test_metrics_of_all_instances_are_for_this_machine_only(site):
    def count():
        text = site.request_plain("monitor", "/metrics", Authorization=BEARER).text
        return sum(float(number) for number in re.findall(r"^hub_requests_total\{.*\} (\S+)$", text, re.MULTILINE))

    before = count()
    for _number in range(40):
        site.request(LOGIN)
    assert count() == before + 40 + 1  # the first call of count() too
    assert [site.request_plain("monitor", path).status_code for path in ("/readyz", "/en/")] == [200, 404]
    response = site.request("/metrics", headers={"Authorization": BEARER})
    assert (response.status_code, response.headers["X-Content-Type-Options"]) == (404, "nosniff")


def test_the_log_has_no_keys(site):
    status = site.request("/accounts/password/reset/key/1-secret-of-mine/?code=mine").status_code
    line = json.loads((site.folder / "access.log").read_text().splitlines()[-1])

    assert (status, line["asked"]) == (200, "/accounts/password/reset/key/…")
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"])
    assert "mine" not in str(line)


def test_nginx_explains_that_gunicorn_does_not_answer(site):
    (site.folder / "socket").rename(site.folder / "moved")
    try:
        responses = site.request("/en/"), site.request("/api/v1/missions")
    finally:
        (site.folder / "moved").rename(site.folder / "socket")

    assert [(each.status_code, each.headers["Content-Type"]) for each in responses] == [(502, HTML), (502, PROBLEM)]
    for response in responses:
        headers = [response.headers[name] for name in ("Retry-After", "Cache-Control", "X-Frame-Options")]
        assert headers == ["30", "no-store", "DENY"]


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("peer", "expected"), [("", "192.0.2.1"), ("192.0.2.9", "192.0.2.9")])
def test_x_real_ip_is_trusted_from_the_socket_only(monkeypatch, peer, expected):
    seen = {}
    monkeypatch.setattr(wsgi, "site", lambda environ, start_response: seen.update(environ))
    wsgi.application({"REMOTE_ADDR": peer, "HTTP_X_REAL_IP": "192.0.2.1"}, None)

    assert seen["REMOTE_ADDR"] == expected


def test_lock_out_is_by_the_real_address_whatever_headers_claim(site):
    def guess(address, claimed=()):
        return site.sign_in("guessed", "wrong", address=address, headers=claimed).status_code

    claims = [dict.fromkeys(("X-Real-IP", "X-Forwarded-For", "Forwarded"), f"192.0.2.{n}") for n in range(6)]
    statuses = [guess("127.0.3.1", headers) for headers in claims]

    assert (statuses, guess("127.0.3.2")) == ([200] * 4 + [429] * 2, 200)


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
    address, names = "127.0.4.1", [f"person{number}" for number in range(50)]
    with ThreadPoolExecutor(50) as threads:
        signed_in = [*threads.map(lambda name: site.sign_in(name, "a long enough password", address=address), names)]
    searches = flood(site, "/en/missions/?q=rail", address, count=20)
    links = flood(site, "/accounts/password/reset/key/1-abc/", "127.0.4.6", "POST", count=50)

    statuses = [response.status_code for response in signed_in + searches + links]
    assert statuses == [302] * 50 + [200] * 20 + [403] * 50  # 403: no token


@pytest.mark.parametrize(
    ("method", "path", "status", "content_type"),
    [
        ("POST", LOGIN, 403, HTML),
        ("POST", "/accounts/password/reset/", 403, HTML),
        ("GET", "/api/v1/missions?q=rail", 200, PROBLEM),
    ],
)
def test_a_flood_is_limited_and_other_clients_are_not(site, method, path, status, content_type):
    responses = flood(site, path, "127.0.4.2", method)
    rejection = next(response for response in responses if response.status_code == 429)

    assert {response.status_code for response in responses} == {status, 429}
    assert (rejection.headers["Retry-After"], rejection.headers["Content-Type"]) == ("10", content_type)
    assert site.request(path, method, address="127.0.4.3").status_code == status
    assert site.request("/en/", address="127.0.4.2").status_code == 200


def test_only_the_back_office_takes_large_bodies(site):
    paths = {LOGIN: (413, HTML), "/api/v1/submissions": (413, PROBLEM), "/admin/": (403, HTML)}
    responses = {path: site.request(path, "POST", THREE_MEGABYTES) for path in paths}

    assert {path: (r.status_code, r.headers["Content-Type"]) for path, r in responses.items()} == paths
    problem = responses["/api/v1/submissions"].json()
    assert (problem["status"], set(problem)) == (413, {"type", "status", "title", "detail", "errors"})
