"""What is sent with a request: the page's own form with something done to it, or something that is no form."""

from typing import NamedTuple
from urllib.parse import quote_plus

from hypothesis import strategies as st

from .uploads import NAMES, TYPES, contents
from .words import PARAMETERS, STRANGE_NAMES, values

TOKEN = b"a" * 32  # a secret that any cookie may hold: what is behind a form's token is to be reached
URLENCODED, MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary="
# What a form that nobody filled in lacks, by the type of its field.
PLAUSIBLE = {
    "date": ["2024-03-02"], "url": ["https://example.org/notice"], "email": ["a@example.org"], "number": ["1"],
    "text": ["2024-03-02", "Word", "completed"], "password": ["a long enough password"],
    "textarea": ["Words\r\nand more"],
}  # fmt: skip
NOT_ASKED = [
    b"is_active", b"is_superuser", b"is_staff", b"id", b"pk", b"hash", b"author", b"by", b"role", b"organisation",
    b"password", b"form-TOTAL_FORMS", b"evidence-TOTAL_FORMS", b"evidence-INITIAL_FORMS", b"evidence-0-id",
    b"memberships-TOTAL_FORMS", b"memberships-0-DELETE", b"_popup", b"_to_field", b"_save", b"_continue", b"_saveasnew",
]  # fmt: skip
OTHER_TYPES = [
    b"application/json", b"text/plain", b"application/x-www-form-urlencoded; charset=gbk", b"multipart/form-data",
    b"application/x-www-form-urlencoded; charset=utf-16", b"application/x-www-form-urlencoded; charset=nothing",
    b"application/x-www-form-urlencoded; charset=utf-7", b"multipart/form-data; boundary=", b"application/xml",
    b"multipart/form-data; boundary=" + b"b" * 300, b"multipart/form-data; boundary=\xff",
    b"multipart/mixed; boundary=b", b"", b"\xff", b"a", b"application/x-www-form-urlencoded;" * 50,
    b"application/json; charset=utf-32", b"text/html;=",
]  # fmt: skip
NO_JSON = [b"{", b"[]", b'{"a": 1e999}', b'{"a": NaN}', b"[" * 5000, b'"\\ud800"', b"\xff", b"\xef\xbb\xbf{}", b"null"]


class Field(NamedTuple):
    name: bytes
    kind: str
    values: list[bytes]


def fields_of(form):
    """What a browser could send of this form: each field with the values that it has or offers."""
    found = {}
    for element in form.walk():
        name, kind = element.get("name"), element.get("type") or element.tag
        if not name or name == "csrfmiddlewaretoken" or element.tag not in ("input", "select", "textarea", "button"):
            continue
        if element.tag == "select":
            offered = [option.get("value") or "" for option in element.all("option")]
        else:
            offered = [element.get("value") or ("on" if kind == "checkbox" else element.text)]
        field = found.setdefault(name, Field(name.encode(), kind, []))
        field.values.extend(value.encode() for value in offered)
    return list(found.values())


@st.composite
def entries(draw, fields):
    """(field, value) of a form that is filled in plausibly, but for a few."""
    sent = []
    buttons = [field for field in fields if field.kind == "submit"]
    for field in fields:
        if field.kind == "file" or (field.kind == "submit" and field != buttons[0] and draw(st.integers(0, 3))):
            continue
        offered = [value for value in field.values if value] or [
            value.encode() for value in PLAUSIBLE.get(field.kind, ["1"])
        ]
        what = draw(
            st.sampled_from(["as it is", "as it is", "as it is", "filled in", "filled in", "spoilt", "left out"])
        )
        if what == "as it is":
            sent.append((field.name, (field.values or [b""])[0]))
        elif what != "left out":
            sent.append((field.name, draw(st.sampled_from(offered) if what == "filled in" else values(offered))))
    names = st.sampled_from([*NOT_ASKED, *PARAMETERS, *STRANGE_NAMES, *(field.name for field in fields)])
    for name in draw(st.lists(names, max_size=2)):
        sent.append((name, draw(values(PARAMETERS.get(name)))))
    return [(b"csrfmiddlewaretoken", TOKEN), *sent]


@st.composite
def bodies(draw, forms, files):
    """(content type, body)."""
    fields = draw(st.sampled_from(forms)) if forms else []
    sent = draw(entries(fields))
    uploads = [field.name for field in fields if field.kind == "file"]
    kind = draw(st.sampled_from(["multipart"] * 5 if uploads else ["form", "form", "form", "multipart", "other"]))
    if kind == "form":
        return URLENCODED, urlencoded(sent)
    if kind == "other":
        lying = st.sampled_from([urlencoded(sent), *NO_JSON])
        return draw(st.sampled_from(OTHER_TYPES)), draw(st.one_of(lying, st.binary(max_size=200)))
    parts = [part(b'name="%s"' % name.replace(b'"', b"%22"), value) for name, value in sent]
    for name in uploads or draw(st.lists(st.sampled_from([b"file", b"evidence-0-upload"]), max_size=1)):
        parts.append(draw(file_parts(name, files)))
    end = draw(
        st.sampled_from([b"--b--\r\n", b"--b--\r\n", b"--b--\r\n", b"--b", b"", b"--c--\r\n", b"--b\r\n\r\n--b--"])
    )
    return draw(st.sampled_from([MULTIPART + b"b"] * 9 + OTHER_TYPES)), b"".join(parts) + end


def urlencoded(sent):
    return b"&".join(b"%s=%s" % (quote_plus(name).encode(), quote_plus(value).encode()) for name, value in sent)


def part(said, content, headers=b""):
    return b"--b\r\nContent-Disposition: form-data; %s\r\n%s\r\n%s\r\n" % (said, headers, content)


@st.composite
def file_parts(draw, name, files):
    content, called, kind = draw(contents(files)), draw(st.sampled_from(NAMES)), draw(st.sampled_from(TYPES))
    said = draw(
        st.sampled_from(
            [
                b'name="%s"; filename="%s"' % (name, called),
                b'name="%s"; filename="%s"' % (name, called),
                b"name=%s; filename*=UTF-8''%s" % (name, quote_plus(called).encode()),
                b"name=%s; filename*=nothing'x'%%ff" % name,
                b'name="%s"; filename=""' % name,
                b'name="%s"; filename="%s"; filename="b.csv"' % (name, called),
            ]
        )
    )
    more = draw(
        st.sampled_from([b"", b"", b"", b"Content-Transfer-Encoding: base64\r\n", b"Content-Length: 9\r\n", b"x\r\n"])
    )
    return part(said, content, b"Content-Type: %s\r\n%s" % (kind, more))
