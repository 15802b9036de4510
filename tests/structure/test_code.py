"""Rules of the code that no linter knows. Each finding is file:line."""

import ast
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
LEDGER = {"missions/ledger/recording.py", "missions/ledger/entries.py", "missions/ledger/periods.py"}
# What a load knows of its events is no record of the register, and has no history.
EVENTS = "missions/exchange/events.py"
REGISTER = "missions/register/mission.py"
LOG = "missions/reminders/models.py"
HISTORY = "missions/register/models.py"
BULK = {"bulk_create", "bulk_update", "abulk_create", "abulk_update"}
UPDATE = {"update", "aupdate"}


def modules(*folders):
    """Yield (path from the top, syntax tree)."""
    for folder in folders:
        for path in sorted((TOP / folder).rglob("*.py")):
            yield path.relative_to(TOP).as_posix(), ast.parse(path.read_text(), path)


def nodes_in_functions(tree, function=None):
    """Yields (node, name of the innermost function around it or None)."""
    for node in ast.iter_child_nodes(tree):
        yield node, function
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from nodes_in_functions(node, node.name if is_function else function)


def writes_past_save(node):
    """A call that writes rows without save() and hence without history.

    QuerySet.update() takes keywords only, dict.update() and set.update() a value: that tells them apart.
    """
    if isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return "use_bulk" in names and getattr(node.value, "value", None) is True
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in BULK or (node.func.attr in UPDATE and not node.args and bool(node.keywords))


def may_write_in_bulk(path, function):
    """The ledger and its projections, the log of a mail, and history."""
    written = {
        (EVENTS, "save"),
        (REGISTER, "project"),
        (LOG, "begin"),
        (HISTORY, "create_historical_record_m2ms"),
    }
    return path in LEDGER or (path, function) in written


def may_import_late(path, function):
    """Renderers load slow libraries when asked; AppConfig.ready() runs when models can first be imported."""
    is_renderer = path.startswith("missions/reports/") and not path.endswith("/completion.py")
    return is_renderer or (path.endswith("/apps.py") and function == "ready")


def test_rows_are_written_one_by_one_so_that_history_is_complete():
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules("missions")
        for node, function in nodes_in_functions(tree)
        if writes_past_save(node) and not may_write_in_bulk(path, function)
    ]

    assert not found, "no history is written by update(), bulk_create(), bulk_update():\n" + "\n".join(found)


def test_imports_stand_at_the_top_of_a_module():
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules("hubtracker", "missions")
        for node, function in nodes_in_functions(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and function and not may_import_late(path, function)
    ]

    assert not found, "an import inside a function hides who depends on whom:\n" + "\n".join(found)
