"""What comes with a request besides its address and body: what a browser sends, and what else can stand there."""

from hypothesis import strategies as st

from .asking import HOST
from .bodies import TOKEN
from .words import NASTY

ELSEWHERE = HOST.encode()
STRANGE = {
    b"Host": [ELSEWHERE, b"localhost:99999999", b"localhost:a", b"", b"[::1", b"a..b", b"\xff", b"localhost." * 30],
    b"Accept-Language": [b"zh", b"*", b"zh-Hans-CN;q=nan", b"a," * 2000, b"en;q=1e9", b";q=", b"x" * 3000, b"\xff"],
    b"Accept-Encoding": [b"br;q=a", b"gzip;q=1.5", b"*;q=0", b"identity;q=0", b"br", b"gzip, br", b"," * 500],
    b"Accept": [b"text/html;level=1;q=1.0.0", b"application/json", b"*/*" * 500, b"\xff", b"a"],
    b"If-None-Match": [b"*", b'W/"a"', b'"', b'"' * 3000, b"W/" * 500, b'"a", ' * 300, b"\xff"],
    b"If-Match": [b"*", b'"a"', b'"' * 300, b"\xff"],
    b"If-Modified-Since": [b"Thu, 99 Foo 2024 00:00:00 GMT", b"Fri, 31 Dec 9999 23:59:59 GMT", b"0", b"\xff"],
    b"If-Unmodified-Since": [b"Mon, 01 Jan 0001 00:00:00 GMT", b"a"],
    b"Range": [b"bytes=0-", b"bytes=-1", b"bytes=9-1", b"bytes=" + b"0-1," * 500, b"bytes=0-" + b"9" * 300, b"a"],
    b"Cookie": [b"sessionid=a", b"sessionid=" + b"a" * 5000, b"csrftoken=\xff", b"=;;=", b"django_language=\xff"],
    b"X-Forwarded-Host": [ELSEWHERE, b"\xff"],
    b"X-Forwarded-Proto": [b"https", b"javascript", b"https,http"],
    b"X-Forwarded-For": [b"10.0.0.1", b"' OR 1=1", b"a" * 500, b"::1, 1", b"\xff"],
    b"X-Real-IP": [b"999.1.1.1"],
    b"X-Forwarded-Prefix": [b"/" + ELSEWHERE],
    b"X-Script-Name": [b"/en"],
    b"Forwarded": [b"host=" + ELSEWHERE + b";proto=https"],
    b"X-Original-URL": [b"/admin/"],
    b"X-HTTP-Method-Override": [b"DELETE"],
    b"Origin": [b"null", b"https://" + ELSEWHERE, b"http://[", b"\xff"],
    b"Referer": [b"https://" + ELSEWHERE + b"/a", b"http://[", b"\xff", b"a" * 4000],
    b"Authorization": [b"Bearer a", b"Basic \xff", b"Bearer", b"Bearer " + b"a" * 4000, b"Digest a=b", b"\xff"],
    b"Content-Length": [b"0", b"1", b"99999", b"-1", b"a", b"1" * 60, b"5, 6", b"+5"],
    b"Transfer-Encoding": [b"chunked", b"identity, chunked", b"chunked, chunked", b"gzip", b"x"],
    b"Content-Encoding": [b"gzip", b"x"],
    b"Expect": [b"100-continue", b"200-ok"],
    b"Upgrade": [b"websocket", b"h2c"],
    b"HX-Request": [b"true", b"\xff"],
    b"User-Agent": [b"", b"'", b"<hub-fuzz>", b"a" * 4000, b"\xff"],
    b"Content_Type": [b"text/html"],
    b"X-A": [b"a" * 8000],
    b"X-CSRFToken": [b"", b"b" * 32, b"\xff"],
}  # fmt: skip


def of_a_browser(site, who, kind=None, length=0):
    """Those that a browser sends in which this person is signed in; `kind` and `length` are those of a body."""
    cookies = [b"csrftoken=" + TOKEN]
    if who in site.sessions:
        cookies.append(b"sessionid=" + site.sessions[who].encode())
    sent = {b"Host": f"localhost:{site.port}".encode(), b"Connection": b"close", b"Cookie": b"; ".join(cookies)}
    if kind is not None:
        sent |= {b"Content-Type": kind, b"Content-Length": b"%d" % length, b"X-CSRFToken": TOKEN}
    return sent


@st.composite
def headers(draw, *of):
    """Those of a browser, and in one request of three up to two that are hardly one's."""
    sent = of_a_browser(*of)
    names = st.lists(st.sampled_from(list(STRANGE)), max_size=2)
    for name in draw(st.one_of(st.just([]), st.just([]), names)):
        value = draw(st.sampled_from(STRANGE[name]) | st.sampled_from(NASTY).filter(is_one_line))
        sent[name] = sent[name] + b"; " + value if name == b"Cookie" and draw(st.booleans()) else value
    return tuple(sent.items())


def is_one_line(value):
    """What has a line break would be other headers."""
    return not set(value) & set(b"\r\n\0")
