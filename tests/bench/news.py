"""A status change while many read."""

import asyncio
from statistics import quantiles

from .lines import ROUNDS, Line, medians
from .pacer import paced
from .pages import first_row

RATE, SECONDS = 200, 10
LIST = "/en/missions/"
PATHS = (LIST, "/zh-hans/missions/", "/en/", "/en/missions/?status=in_progress", "/en/changes/")
# Chance says which of the two processes answers: all by the same one are rare.
LOOKS = 8


def news(sites):
    """What the slowest of a hundred readers waits, through a change and without one; and who sees the change."""
    with sites.programme.served(workers=2) as server, sites.programme.writer() as write:
        code, _status = first_row(server.url + LIST)
        seen = []

        def change():
            status = write(code)
            seen.append(all(first_row(server.url + LIST) == (code, status) for _look in range(LOOKS)))

        def read(in_between=None):
            return asyncio.run(slowest(server.url, in_between))

        read()  # both processes load what they load once
        changed, idle = medians(lambda: read(change), read)
    unit, note = "ms", f"{RATE} requests a second"
    yield Line("readers' p99 through a status change", changed, unit, "without one", idle, most=3, note=note)
    what = "status changes that the very next requests showed"
    yield Line(what, sum(seen), f"of {ROUNDS}", least=ROUNDS, note=f"{LOOKS} requests to two processes")


async def slowest(url, in_between):
    """The milliseconds that 99 of 100 readers wait at most, while a job, if there is one, is done in the middle."""
    readers = asyncio.create_task(paced(url, PATHS, rate=RATE, seconds=SECONDS))
    await asyncio.sleep(SECONDS / 2)
    if in_between:
        await asyncio.to_thread(in_between)
    return 1000 * quantiles(await readers, n=100)[-1]
