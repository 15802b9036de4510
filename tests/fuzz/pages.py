"""Every route of the site, asked by everybody in every way; what is wrong is shown as the shortest request that is."""

import http.client
import tempfile
import zlib
from collections import Counter
from typing import NamedTuple

import hypothesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from tests.exchange.broken import twenty
from tests.filling import codes, fill_in

from .addresses import NEEDED, known_values, targets, whole
from .asking import Request, ask, faults
from .bodies import MULTIPART, bodies, fields_of, part
from .headers import headers, of_a_browser
from .site import ANONYMOUS, EDITOR, HEAD, running

EVERYBODY = (ANONYMOUS, EDITOR, HEAD)
READING = ["GET"] * 5 + ["HEAD", "HEAD", "OPTIONS", "TRACE"]
WRITING = ["POST"] * 5 + ["PUT", "PATCH", "DELETE", "PROPFIND"]
PATIENCE = 5  # seconds
ADD = b"/admin/missions/import/add/"
EXPORTED = [b"return.xlsx", b"register.xlsx", b"register.ods", b"register.csv"]


class Fault(AssertionError):
    """An answer that no site should give."""


class Fuzzer:
    """Asks one site; keeps what is wrong, and how the rest was answered."""

    def __init__(self, site, seed, patience=PATIENCE):
        self.site, self.seed, self.patience = site, seed, patience
        self.answered, self.wrong, self.slowest, self.failing = Counter(), [], 0.0, None
        exported = {name: self.plainly(HEAD, "GET", b"/admin/missions/import/" + name).content for name in EXPORTED}
        form, said = exported[b"return.xlsx"], [row.said for row in twenty(1).values()]
        exported[b"return.xlsx"] = fill_in(form, dict(zip(codes(form), said, strict=False)))
        self.files = list(exported.values())
        # So that there are two imports that can be carried out, or not.
        for who, name in ((EDITOR, b"return.xlsx"), (HEAD, b"register.xlsx")):
            sent = part(b'name="file"; filename="%s"' % name, exported[name]) + b"--b--\r\n"
            assert self.plainly(who, "POST", ADD, MULTIPART + b"b", sent).status == 302, name
        site.keep()

    def plainly(self, who, method, target, kind=None, body=b""):
        """The answer to what a browser would send."""
        sent = of_a_browser(self.site, who, kind, len(body))
        return ask(self.site.port, Request(method, target, tuple(sent.items()), body), patience=60)

    def fuzz(self, route, examples):
        """Asks the route so many times for each person, half of them to read."""
        known = known_values(self.site, route)
        for who in EVERYBODY:
            self.batch(route, who, reading(self.site, who, route, known), examples // 2, may_write=False)
            asked = writing(self.site, who, route, known, self.forms(who, route, known), self.files)
            # Whoever is not signed in changes nothing either: no route takes anything from a stranger.
            self.batch(route, who, asked, examples - examples // 2, may_write=who != ANONYMOUS)

    def forms(self, who, route, known):
        """The fields of each form on the route's own pages, as this person sees them."""
        found = []
        for place in (0, -1):
            asked = b"?" + NEEDED[route][place] if route in NEEDED else b""
            answer = self.plainly(who, "GET", whole(route, [values[place].encode() for values in known]) + asked)
            if answer.status == 200 and answer.headers.get_content_type() == "text/html":
                found += [fields_of(form) for form in answer.page.all("form", method="post")]
        return found

    def batch(self, route, who, requests, examples, may_write):
        """Asks so many of these requests; of those that are answered wrongly, the shortest is kept."""
        self.failing = None

        @hypothesis.seed(zlib.crc32(f"{self.seed} {route} {who} {may_write}".encode()))
        @hypothesis.settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(requests)
        def each_is_answered(request):
            if wrong := self.asked(request, may_write):
                self.failing = request, wrong
                raise Fault(wrong)

        try:
            each_is_answered()
        except (Fault, hypothesis.errors.Flaky):
            request, wrong = self.failing
            self.wrong.append(f"{route} as {who} {wrong}\n    {request.curl(self.site.url)}")
            print(self.wrong[-1], flush=True)

    def asked(self, request, may_write):
        """What is wrong with the answer to this request, in words; the site is then again what it was."""
        try:
            answer = ask(self.site.port, request, patience=self.patience)
            if answer.seconds > self.patience:  # the machine may have been busy with something else
                answer = ask(self.site.port, request, patience=self.patience)
        except TimeoutError:
            return f"is not answered within {self.patience} s"
        except (http.client.HTTPException, ConnectionError) as error:
            return f"is not answered: {error!r}"
        self.answered[answer.status] += 1
        self.slowest = max(self.slowest, answer.seconds)
        wrong = list(faults(request, answer, self.site.url))
        if answer.seconds > self.patience:
            wrong.append(f"takes {answer.seconds:.1f} s")
        if self.site.has_written():
            if not may_write and (changed := self.site.changed()):
                wrong.append(f"changes {', '.join(changed)}")
            self.site.set_back()
        return "; ".join(wrong)


@st.composite
def reading(draw, site, who, route, known):
    return Request(draw(st.sampled_from(READING)), draw(targets(route, known)), draw(headers(site, who)))


@st.composite
def writing(draw, site, who, route, known, forms, files):
    kind, body = draw(bodies(forms, files))
    sent = draw(headers(site, who, kind, len(body)))
    return Request(draw(st.sampled_from(WRITING)), draw(targets(route, known)), sent, body)


class Result(NamedTuple):
    answered: Counter
    wrong: list[str]
    slowest: float


def run(seed, examples, share=slice(None), patience=PATIENCE):
    """What came of asking this share of all routes of a site of its own, each so many times for each person."""
    with tempfile.TemporaryDirectory() as folder, running(folder) as site:
        fuzzer = Fuzzer(site, seed, patience)
        for route in sorted(set(site.routes))[share]:
            fuzzer.fuzz(route, examples)
        return Result(fuzzer.answered, fuzzer.wrong, fuzzer.slowest)
