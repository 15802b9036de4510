"""What is sent: real values and what becomes of them, and what no reader would type."""

from hypothesis import strategies as st

from tests.fuzz.asking import ELEMENT, HEADER, HOST
from tests.public.parameters import BAD_IN_CHANGES, BAD_IN_REPORT, GOOD_IN_CHANGES, GOOD_IN_REPORT

NASTY = [
    b"", b" ", b"\0", b"a\0b", b"%", b"%zz", b"%00", b"..", b"../../etc/passwd", b"\\..\\", b"'", b'"', b"\\", b"\r\n",
    b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf0\x9f", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf8\x88\x80\x80\x80", b"\xff\xfe",
    "虹桥".encode("gbk"), "虹橋".encode("big5"), "虹桥".encode("utf-16"), "虹桥".encode(), "\ufeff虹".encode(),
    "\u202egnp.exe".encode(), "a\u200bb".encode(), "\u2028".encode(), "１２".encode(), "²".encode(), "٣".encode(),
    "\U0001f600".encode(), "e\u0301".encode() * 50, "ﷺ".encode() * 300, "İ".encode(), b"\x1b[2J", b"\x7f",
    b"0", b"-1", b"1e999", b"NaN", b"Infinity", b"0x10", b"1_0", b"+1", b"2147483648", b"9223372036854775807",
    b"9223372036854775808", b"-9223372036854775809", b"9" * 400, b"9" * 5000, b"1.5", b"1,2", b"1 2",
    b"9999-12-31", b"0000-00-00", b"0001-01-01", b"10000-01-01", b"-001-01-01", b"2024-02-30", b"2024-W01-1",
    b"9999-12-31T23:59:60Z", b"2024-03-02T00:00:00+99:99", b"24:61", b"true", b"null", b"None", b"undefined", b"[]",
    b"{}", b'{"__proto__": 1}', b"[" * 900, b"' OR 1=1 --", b"1; DROP TABLE missions_user", b"%(x)s", b"{0.__class__}",
    b"{{ 7|add:7 }}", b"{% load %}", b"${jndi:x}", b"=1+1", b"@SUM(1)", b"a" * 200, b"a" * 7000, b"a," * 2000,
    b"(" * 500 + b"a" * 500, b"*", b"-" * 300, b"/" * 50, b"javascript:alert(1)", b"//%s/" % HOST.encode(),
    b"https://%s/" % HOST.encode(), b"/\\%s" % HOST.encode(), b"\r\n%s: 1\r\n\r\n" % HEADER.encode(),
    b'"><%s>' % ELEMENT.encode(), b"'><%s/>" % ELEMENT.encode(), b"</script><%s>" % ELEMENT.encode(),
    b"]]><%s>" % ELEMENT.encode(), b"&lt;%s&gt;" % ELEMENT.encode(),
]  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
STRANGE_NAMES = [
    b"a[]", b"q[]", b"as_of[]", b"q[$ne]", b"__proto__", b"constructor[prototype]", b"", b"\0", b"page\0", b"\xff",
    b"q" * 5000, b"csrfmiddlewaretoken", b"utf8", b"format", b"callback", b"_method", b"as_of ", b"__debug__",
]  # fmt: skip
# What the officials' pages read besides: the lists of the admin and its windows, the forms and their buttons.
OF_OFFICIALS = {
    "next": ["/admin/", "/accounts/sessions/"],
    "o": ["1", "-2.1"], "p": ["1", "0"], "all": [""], "e": ["1"], "_popup": ["1"], "_to_field": ["id", "username"],
    "_changelist_filters": ["q=a"], "action": ["delete_selected"], "_selected_action": ["1"], "select_across": ["1"],
    "term": ["a"], "app_label": ["missions"], "model_name": ["mission"], "field_name": ["areas", "lead_owner"],
    "mission": ["1", "1,2"], "id__exact": ["1"], "password__startswith": ["a"], "lead_owner__parent__code": ["SH"],
    "history__id": ["1"], "is_active": ["1", "on"], "is_public__exact": ["0"], "state": ["draft"], "user": ["1"],
    "role": ["administrator"], "since": ["2024-01-01"], "lang": ["zh"], "language": ["zh-hans"],
}  # fmt: skip


def encoded(values):
    return [value.encode(errors="surrogateescape") for value in values]


PARAMETERS = {
    name.encode(): encoded({str(v): 1 for kind in (GOOD_IN_REPORT, GOOD_IN_CHANGES, BAD_IN_REPORT, BAD_IN_CHANGES)
                            for v in kind.get(name, [])} | dict.fromkeys(OF_OFFICIALS.get(name, []), 1))
    for name in {**GOOD_IN_REPORT, **GOOD_IN_CHANGES, **OF_OFFICIALS}
}  # fmt: skip


@st.composite
def mutated(draw, known):
    """One of these values with something done to it."""
    value, other = draw(st.sampled_from(known)), draw(st.sampled_from(NASTY))
    place = draw(st.integers(0, len(value)))
    return draw(
        st.sampled_from(
            [
                value * 2,
                value * 400,
                value + other,
                other + value,
                value[:place] + other + value[place:],
                value[:place],
                value.swapcase(),
                value.decode(errors="replace").translate(FULL_WIDTH).encode(),
                b"%s,%s" % (value, value),
                b" %s " % value,
            ]
        )
    )


def values(known):
    """Bytes to be sent as a value: often one of those that are known to be good, and else anything at all."""
    known = known or [b"1"]
    good, bad = st.sampled_from(known), st.sampled_from(NASTY)
    return st.one_of(
        good, good, good, mutated(known), bad, bad, st.binary(max_size=40), st.text(max_size=40).map(as_bytes)
    )


def as_bytes(text):
    return text.encode(errors="replace")
