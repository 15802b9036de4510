"""The list page, today's: warm, not modified, and cold with few rows and with many."""

import contextlib
import re

from . import rivals
from .lines import Line, medians
from .servers import asked
from .wrk import CODINGS, drive

# As many rows as the other lists show.
LIST = "/en/missions/?per_page=50"
ROW = re.compile(r'data-code="([^"]+)" data-status="(?!withdrawn)([^"]+)"')
UNIT = "requests/s"


def warm(sites):
    """The list of the programme as most readers get it: somebody has asked for it before."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(sites.programme.served()).url + LIST
        constant = stack.enter_context(rivals.constant()).url
        datasette = stack.enter_context(rivals.datasette(sites.programme)).url + rivals.TABLE
        page, least, facets = medians(*(lambda url=url: drive(url).rate for url in (ours, constant, datasette)))
    yield Line("list, 145 rows, warm", page, UNIT, "constant view", least, least=0.5)
    yield Line("list, 145 rows, warm", page, UNIT, "Datasette, three facets", facets, least=40)


def unchanged(sites):
    """The same as those get it who have it already."""
    with sites.programme.served() as server, rivals.constant() as other:
        etag = etag_of(server.url + LIST)
        page, least = medians(
            lambda: drive(server.url + LIST, headers=[("If-None-Match", etag)]).rate, lambda: drive(other.url).rate
        )
    yield Line("list, 145 rows, conditional request (304)", page, UNIT, "constant view", least, least=0.7)


def etag_of(url):
    """The ETag of an answer; raises RuntimeError where the server does not say 304 to whoever has it."""
    etag = asked(url, Accept_Encoding=CODINGS)[1].get("ETag", "none")
    status, _headers, _body = asked(url, Accept_Encoding=CODINGS, If_None_Match=etag)
    if status != 304:
        raise RuntimeError(f"{url} answers {status} to whoever has it")
    return etag


def cold(sites):
    """The list of the programme, with the counts of all filters, made anew for each request."""
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(sites.programme.served()).url + LIST
        datasette = stack.enter_context(rivals.datasette(sites.programme)).url + rivals.TABLE
        tutorial = stack.enter_context(rivals.tutorial(sites.programme)).url + "/"
        jobs = (lambda url=url: made_anew(url, seconds=3) for url in (ours, datasette, tutorial))
        page, facets, taught = medians(*jobs)
    yield Line("list, 145 rows, cold", page, UNIT, "Datasette, three facets", facets, least=2)
    yield Line("list, 145 rows, cold", page, UNIT, "tutorial of django-tables2", taught, least=3)


def cold_and_large(sites):
    """The same with 100,000 rows."""
    with sites.large.served() as server, rivals.datasette(sites.large) as other:
        jobs = (lambda url=url: made_anew(url, seconds=6) for url in (server.url + LIST, other.url + rivals.TABLE))
        page, facets = medians(*jobs)
    yield Line("list, 100,000 rows, cold", page, UNIT, "Datasette, three facets", facets, least=5)


def made_anew(url, *, seconds):
    """Requests a second where each has an address of its own, and nothing is compressed: the others never do."""
    return drive(url, fresh=1, seconds=seconds, codings="identity").rate


def first_row(url):
    """(code, status) of the first mission on the page that can be moved: a withdrawn one stays so."""
    return ROW.search(asked(url)[2].decode()).groups()
