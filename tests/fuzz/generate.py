"""Draws requests: real addresses and values, and what becomes of them when they are spoilt."""

import random
from typing import NamedTuple
from urllib.parse import quote_from_bytes, unquote

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
FIELDS = [
    "mission", "status", "effective_on", "due", "headline_en", "action", "_save", "code", "username", "login",
    "password", "role", "evidence-TOTAL_FORMS", "_selected_action", "next", "language",
]  # fmt: skip
OTHERS = ["o", "p", "e", "_popup", "_to_field", "term", "next", "mission", "id__exact", "password__startswith", "lang"]
PARAMETERS = {name: ["1"] for name in OTHERS}
for values in (GOOD_IN_REPORT, BAD_IN_REPORT, GOOD_IN_CHANGES, BAD_IN_CHANGES):
    PARAMETERS |= {name: [*PARAMETERS.get(name, []), *map(str, some)] for name, some in values.items()}
FORM = b"application/x-www-form-urlencoded"


class Request(NamedTuple):
    method: str
    target: bytes
    headers: dict[bytes, bytes]
    body: bytes = b""

    @property
    def written(self):
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.target)]
        lines += [b"%s: %s" % header for header in self.headers.items()]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


class Generator:
    def __init__(self, site, seed):
        self.site, self.random = site, random.Random(seed)

    def value(self, known):
        value = str(self.random.choice(known)).encode(errors="surrogateescape")
        nasty, place = self.random.choice(NASTY), self.random.randint(0, len(value))
        spoilt = [value + nasty, nasty, value[:place] + nasty + value[place:], value * 2, value.swapcase()]
        return self.random.choice([value] * 4 + spoilt)

    def form(self, names):
        values = [self.value(PARAMETERS.get(name) or self.random.choice([*PARAMETERS.values()])) for name in names]
        pairs = [(str(name).encode(), quote_from_bytes(v)) for name, v in zip(names, values, strict=True)]
        return b"&".join(b"%s=%s" % (name, value.encode()) for name, value in pairs)

    def target(self, address):
        path, _question, query = address.partition("?")
        if self.random.random() < 0.3:
            parts = path.split("/")
            place = self.random.randrange(1, len(parts))
            parts[place] = quote_from_bytes(self.value([unquote(parts[place])]))
            path = "/".join(parts)
        path = path.encode()
        spoilt = [path.rstrip(b"/"), path.replace(b"/", b"//"), path + b"%2e%2e/", path.upper(), path + b"%0d%0ax:%201",
                  path + b"\xff"]  # fmt: skip
        path = self.random.choice([path] * 3 * len(spoilt) + spoilt)
        names = self.random.choices(list(PARAMETERS), k=self.random.choice([0, 0, 1, 2, 3]))
        query = b"&".join(filter(None, [query.encode(), self.form(names)]))
        return (path + (b"?" + query if query else b""))[:8000]

    def request(self, address, who, *, reads):
        cookies = b"csrftoken=" + TOKEN
        if who in self.site.sessions:
            cookies += b"; sessionid=" + self.site.sessions[who].encode()
        headers = {b"Host": b"localhost:%d" % self.site.port, b"Connection": b"close", b"Cookie": cookies}
        for name in self.random.sample(list(HEADERS), self.random.choice([0, 0, 0, 1, 2])):
            headers[name] = self.random.choice(HEADERS[name])
        if reads:
            method = self.random.choice(["GET"] * 6 + ["HEAD", "OPTIONS"])
            return Request(method, self.target(address), headers)
        body = b"csrfmiddlewaretoken=%s&" % TOKEN + self.form(self.random.choices(FIELDS, k=4))
        kind = self.random.choice([FORM] * 4 + [b"application/json", b"multipart/form-data; boundary="])
        headers |= {b"Content-Type": kind, b"Content-Length": b"%d" % len(body), b"X-CSRFToken": TOKEN}
        method = self.random.choice(["POST"] * 6 + ["PUT", "PATCH", "DELETE"])
        return Request(method, self.target(address), headers, body)
