"""What a register takes on its way out, and in again with a change in each row."""

import resource
import time
from io import BytesIO

from missions.exchange.register_files import WRITERS
from missions.exchange.register_import import RegisterImport
from missions.exchange.workbooks import read_workbook
from missions.models import Mission

from ..lines import Line
from . import peak

MOST_MEGABYTES = 500


def register():
    """The seconds of each step; then memory, and how many missions have a new version in their history."""
    steps = []

    def step(name, job):
        start = time.perf_counter()
        result = job()
        steps.append(Line(f"register as a workbook: {name}", time.perf_counter() - start, "s"))
        return result

    file, before = BytesIO(), Mission.history.count()
    step("export", lambda: WRITERS["xlsx"](file))
    grids = step("read", lambda: read_workbook("register.xlsx", file.getvalue()))
    (missions,) = [grid for grid in grids if grid.name == "missions"]
    title = missions.rows[0].index("title_en")
    for row in missions.rows[1:]:
        row[title] = f"{row[title]} (changed)"
    found = RegisterImport(grids, reason="bench")
    step("compare", lambda: list(found.look()))
    step("write", lambda: list(found.write()))
    yield from steps
    versions, missions = Mission.history.count() - before, Mission.objects.count()
    yield Line("register: versions that it wrote", versions, "versions", least=missions, most=missions)
    yield Line("register: most memory", peak(), "MB", most=MOST_MEGABYTES)
    # It began as a copy of this process, which may be the larger one of the two.
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Line("register: most memory of the reader of the file", reader, "MB", most=MOST_MEGABYTES)
