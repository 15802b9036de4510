"""Routes filled in: with what is there, and with what is not."""

import re
import uuid
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from .words import PARAMETERS, STRANGE_NAMES, values

PLACE = re.compile(r"(<[^>]*>|\^\(\?P<app_label>missions\)/\$|\(\?P<url>\.\*\)\$|\^password/reset/key/.*/\$)")
ENDINGS = ["csv", "json", "html", "pdf", "docx", "xlsx", "ods", "xls", "zip", "xml"]
OF_CODES = {
    "missions": "mission", "instruments": "instrument", "badge": "instrument", "embed": "instrument",
    "owners": "organisation", "themes": "theme", "areas": "area",
}  # fmt: skip
LANGUAGES = [b"en", b"zh-hans", b"zh-hans", b"zh", b"EN"]
LONGEST = 8100  # of an address: what is longer is refused by the server in front of the site
# What a page cannot do without.
NEEDED = {"admin/missions/mission/report-many/": [b"mission=1,2", b"mission=3"]}


class Unknown(LookupError):
    """A route with a place that nothing here knows how to fill."""


def known_values(site, route):
    """What is there, for each place in the route; raises Unknown."""
    return [known(site, route, place) for place in PLACE.findall(route)]


def known(site, route, place):
    if place == "<code:code>":
        model = OF_CODES[re.search(r"(\w+)/<code:code>", route)[1]]
        return codes(site, model)
    if place in ("<int:pk>", "<path:object_id>"):
        model = re.match("admin/missions/([a-z]+)/", route)
        return some_keys(site, f"missions_{model[1]}" if model else "mfa_authenticator")
    fixed = {
        "<uuid:pk>": [str(uuid.UUID(key)) for key in site.column("SELECT id FROM missions_evidencefile")],
        "<uuidstr:key>": [str(uuid.UUID(int=7)), *site.column("SELECT key FROM missions_import")],
        "<slug:slug>": site.column("SELECT slug FROM missions_frozenreport"),
        "<str:name>": site.column("SELECT DISTINCT name FROM missions_frozenfile"),
        "<str:ending>": ENDINGS,
        "<provider_id>": ["nothing", "oidc"],
        "^(?P<app_label>missions)/$": ["missions/", "auth/"],
        "(?P<url>.*)$": ["nothing/", "missions", "r/1/1/", "doc/", "auth/user/"],
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": [
            "password/reset/key/1-nothing/", "password/reset/key/1-set-password/", "password/reset/key/zzzzzzzzzz-a-b/",
        ],
    }  # fmt: skip
    if place not in fixed:
        raise Unknown(f"{route}: say in tests/fuzz/addresses.py what {place} is")
    return fixed[place]


def codes(site, model):
    return site.column(f"SELECT code FROM missions_{model} ORDER BY id DESC LIMIT 40")


def some_keys(site, table):
    """The newest keys, which are those of the site's people, and the oldest; at least one that leads nowhere."""
    (key,) = site.column("SELECT name FROM pragma_table_info(?) WHERE pk = 1", table)
    found = site.column(f"SELECT {key} FROM {table} ORDER BY 1 DESC")
    return [str(each) for each in dict.fromkeys([*found[:5], *found[-3:]])] or ["1"]


def whole(route, found):
    """The path with these values in its places, as bytes."""
    parts = PLACE.split(route)
    for number, value in enumerate(found):
        parts[2 * number + 1] = value
    return b"/" + b"".join(part.encode() if isinstance(part, str) else part for part in parts)


@st.composite
def targets(draw, route, known):
    """Path and query of a request: as they should be, or nearly so."""
    found = [draw(filled(place)) for place in known]
    path = whole(route, found)
    if path.startswith(b"/en/"):
        path = b"/" + draw(st.sampled_from(LANGUAGES)) + path[3:]
    spoil = draw(st.sampled_from([bytes] * 3 * len(SPOILT) + SPOILT))
    needed, asked = draw(st.sampled_from(NEEDED.get(route, [b""]))), draw(st.just(b"") | queries())
    query = b"&".join(filter(None, [needed, asked]))
    return (spoil(path) + (b"?" + query if query else b""))[:LONGEST]


def filled(known):
    real = st.sampled_from([value.encode() for value in known])
    return st.one_of(real, real, real, values([value.encode() for value in known]).map(quoted))


def quoted(value):
    return quote_from_bytes(value).encode()


SPOILT = [
    lambda path: path.rstrip(b"/"),
    lambda path: path + b"/",
    lambda path: path.replace(b"/", b"//"),
    lambda path: path + b"%2e%2e/",
    lambda path: path + b"../../",
    lambda path: path.upper(),
    lambda path: path + b"%00",
    lambda path: path + b"%0d%0ax-hub-fuzz:%201",
    lambda path: path + b";a=b",
    lambda path: b"/" + path,
    lambda path: b"http://elsewhere.example" + path,
    lambda path: path + b"\xff",
]


@st.composite
def parameters(draw):
    name = draw(st.sampled_from([*PARAMETERS, *PARAMETERS, *STRANGE_NAMES]))
    return name, draw(values(PARAMETERS.get(name)))


@st.composite
def queries(draw):
    """No query, one of the site's own parameters, or something that is hardly one."""
    pairs = draw(st.lists(parameters(), max_size=4))
    if draw(st.booleans()) and pairs:
        pairs.append((pairs[0][0], draw(values(PARAMETERS.get(pairs[0][0])))))  # one parameter twice
    quote = draw(st.sampled_from([quoted, quoted, quoted, quoted, lambda value: value.replace(b" ", b"+")]))
    separator = draw(st.sampled_from([b"&", b"&", b"&", b"&&", b";"]))
    return separator.join(quote(name) + b"=" + quote(value) for name, value in pairs)
