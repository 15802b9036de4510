"""Draws requests: real addresses and values, and what becomes of them when they are spoilt."""

import random
import re
import uuid
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from tests.public.parameters import BAD_IN_CHANGES, BAD_IN_REPORT, GOOD_IN_CHANGES, GOOD_IN_REPORT

ELEMENT, HOST, HEADER = "hub-fuzz", "elsewhere.example", "x-hub-fuzz"
TOKEN = b"a" * 32  # any cookie may hold a token: what stands behind a form's token is to be reached
NASTY = [
    b"", b"\0", b"%zz", b"%00", b"../../etc/passwd", b"'", b'"', b"\r\n%s: 1" % HEADER.encode(), b"\xed\xa0\x80",
    b"\xf0\x9f", b"\xc0\xaf", b"\xff\xfe", "虹桥".encode("gbk"), "虹桥".encode(), "１２".encode(),
    "²".encode(), "e\u0301".encode() * 50, b"-1", b"1e999", b"NaN", b"0x10", b"9223372036854775808", b"9" * 5000,
    b"9999-12-31", b"0000-00-00", b"2024-02-30", b"2024-W01-1", b"true", b"null", b"[]", b"[" * 900, b"' OR 1=1 --",
    b"%(x)s", b"{0.__class__}", b"{{ 7|add:7 }}", b"=1+1", b"a" * 7000, b"a," * 2000, b"*", b"javascript:alert(1)",
    b"//%s/" % HOST.encode(), b"https://%s/" % HOST.encode(), b"/\\%s" % HOST.encode(),
    b'"><%s>' % ELEMENT.encode(), b"</script><%s>" % ELEMENT.encode(), b"]]><%s>" % ELEMENT.encode(),
]  # fmt: skip
HEADERS = {
    b"Host": [HOST.encode(), b"localhost:99999999", b"[::1", b"\xff"],
    b"Accept-Language": [b"zh", b"*", b"zh-Hans-CN;q=nan", b"a," * 2000, b"\xff"],
    b"Accept-Encoding": [b"br;q=a", b"*;q=0", b"," * 500],
    b"Accept": [b"application/json", b"*/*" * 500, b"\xff"],
    b"If-None-Match": [b"*", b'W/"a"', b'"' * 3000, b"\xff"],
    b"If-Modified-Since": [b"Fri, 31 Dec 9999 23:59:59 GMT", b"0", b"\xff"],
    b"Range": [b"bytes=0-", b"bytes=9-1", b"bytes=" + b"0-1," * 500],
    b"X-Forwarded-Host": [HOST.encode()],
    b"X-Forwarded-For": [b"' OR 1=1", b"a" * 500],
    b"Origin": [b"null", b"https://" + HOST.encode(), b"http://["],
    b"Referer": [b"https://" + HOST.encode() + b"/a", b"http://[", b"\xff"],
    b"Authorization": [b"Bearer a", b"Basic \xff", b"Bearer " + b"a" * 4000],
    b"HX-Request": [b"true", b"\xff"],
    b"X-HTTP-Method-Override": [b"DELETE"],
    b"User-Agent": [b"", b"<hub-fuzz>", b"\xff"],
}
FIELDS = (
    b"mission status effective_on due headline_en action _save code username login password role evidence-TOTAL_FORMS"
    b" _selected_action next language"
).split()
OTHERS = ["o", "p", "e", "_popup", "_to_field", "term", "next", "mission", "id__exact", "password__startswith", "lang"]
PARAMETERS = {
    name: [str(value) for kind in (GOOD_IN_REPORT, GOOD_IN_CHANGES, BAD_IN_REPORT, BAD_IN_CHANGES)
           for value in kind.get(name, [])] or ["1"]
    for name in {**GOOD_IN_REPORT, **GOOD_IN_CHANGES, **dict.fromkeys(OTHERS)}
}  # fmt: skip
PLACE = re.compile(r"(<[^>]*>|\(\?P<url>\.\*\)\$|\^[^/]*\(\?P.*?\$|\^(?:password/reset/key|confirm-email)/.*/\$)")
CODES = {"missions": "mission", "instruments": "instrument", "badge": "instrument", "embed": "instrument",
         "owners": "organisation", "themes": "theme", "areas": "area"}  # fmt: skip

FIXED = {
    "<uuidstr:key>": [uuid.UUID(int=7)],
    "<str:ending>": ["csv", "json", "html", "pdf", "docx", "xlsx", "xml"],
    "<provider_id>": ["oidc"],
    "<slug:slug>": ["2024-03-02-completion"],
    "<str:name>": ["report.csv"],
}


class Request(NamedTuple):
    method: str
    target: bytes
    headers: dict[bytes, bytes]
    body: bytes = b""

    @property
    def written(self):
        lines = [
            b"%s %s HTTP/1.1" % (self.method.encode(), self.target),
            *(b"%s: %s" % h for h in self.headers.items()),
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def known_values(site, route, place):
    """Return existing values for a placeholder of a route, or raise LookupError."""
    if place == "<code:code>":
        model = CODES[re.search(r"(\w+)/<code:code>", route)[1]]
        return site.column(f"SELECT code FROM missions_{model} ORDER BY id DESC LIMIT 20")
    if place in ("<int:pk>", "<path:object_id>"):
        model = re.match("admin/missions/([a-z]+)/", route)
        table = f"missions_{model[1]}" if model else "mfa_authenticator"
        key = site.column("SELECT name FROM pragma_table_info(?) WHERE pk = 1", table)[0]
        return site.column(f"SELECT {key} FROM {table} ORDER BY 1 DESC LIMIT 5") or [1]
    if place == "<uuid:pk>":
        return [uuid.UUID(key) for key in site.column("SELECT id FROM missions_evidencefile")]
    if place in FIXED:
        return FIXED[place]
    if place.startswith(("^", "(?P<url>")):
        return ["nothing/", "missions/"]
    raise LookupError(f"{route}: say in {__name__} what {place} is")


class Generator:
    def __init__(self, site, seed):
        self.site, self.random = site, random.Random(seed)

    def value(self, known):
        value = str(self.random.choice(known)).encode(errors="surrogateescape")
        nasty, place = self.random.choice(NASTY), self.random.randint(0, len(value))
        spoilt = [
            value + nasty,
            nasty,
            value[:place] + nasty + value[place:],
            value * 2,
            value.swapcase(),
            b" %s " % value,
        ]
        return self.random.choice([value] * 4 + spoilt)

    def target(self, route):
        parts = [
            quote_from_bytes(self.value(known_values(self.site, route, part))).encode() if PLACE.fullmatch(part)
            else part.encode()
            for part in PLACE.split(route)
        ]  # fmt: skip
        path = b"/" + b"".join(parts)
        spoils = [path.rstrip(b"/"), path.replace(b"/", b"//"), path + b"%2e%2e/", path.upper(), path + b"%0d%0ax:%201",
                  b"/zh-hans" + path[3:] if path.startswith(b"/en/") else path, path + b"\xff"]  # fmt: skip
        path = self.random.choice([path] * 3 * len(spoils) + spoils)
        names = self.random.choices(list(PARAMETERS), k=self.random.choice([0, 0, 1, 2, 3]))
        query = b"&".join(
            b"%s=%s" % (name.encode(), quote_from_bytes(self.value(PARAMETERS[name])).encode()) for name in names
        )
        return (path + (b"?" + query if query else b""))[:8000]

    def request(self, route, who, *, reads):
        headers = {b"Host": b"localhost:%d" % self.site.port, b"Connection": b"close"}
        cookies = [b"csrftoken=" + TOKEN]
        if who in self.site.sessions:
            cookies.append(b"sessionid=" + self.site.sessions[who].encode())
        headers[b"Cookie"] = b"; ".join(cookies)
        for name in self.random.sample(list(HEADERS), self.random.choice([0, 0, 0, 1, 2])):
            headers[name] = self.random.choice(HEADERS[name])
        if reads:
            method = self.random.choice(["GET"] * 6 + ["HEAD", "OPTIONS"])
            return Request(method, self.target(route), headers)
        names = [b"csrfmiddlewaretoken", *self.random.choices(FIELDS, k=4)]
        values = [TOKEN, *(self.value(self.random.choice(list(PARAMETERS.values()))) for _name in names[1:])]
        body = b"&".join(b"%s=%s" % (n, quote_from_bytes(v).encode()) for n, v in zip(names, values, strict=True))
        kind = self.random.choice(
            [b"application/x-www-form-urlencoded"] * 4 + [b"application/json", b"multipart/form-data; boundary="]
        )
        headers |= {b"Content-Type": kind, b"Content-Length": b"%d" % len(body), b"X-CSRFToken": TOKEN}
        return Request(self.random.choice(["POST"] * 6 + ["PUT", "PATCH", "DELETE"]), self.target(route), headers, body)
