"""Rules of the code that no linter knows. Each finding is file:line."""

import ast
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
BULK = {"bulk_create", "bulk_update", "abulk_create", "abulk_update"}
# The ledger and its projections, the log of a mail, what a load knows of its events, and history itself.
MAY_WRITE_IN_BULK = {
    "missions/ledger/recording.py", "missions/ledger/entries.py", "missions/ledger/periods.py",
    "missions/exchange/events.py:save", "missions/register/mission.py:project", "missions/reminders/models.py:begin",
    "missions/register/models.py:create_historical_record_m2ms",
}  # fmt: skip


def nodes_in_functions(tree, function=None):
    """Yields (node, name of the innermost function around it or None)."""
    for node in ast.iter_child_nodes(tree):
        yield node, function
        yield from nodes_in_functions(node, node.name if isinstance(node, ast.FunctionDef) else function)


def writes_past_save(node):
    """A call that writes rows without save() and hence without history.

    QuerySet.update() takes keywords only, dict.update() and set.update() a value: that tells them apart.
    """
    if isinstance(node, ast.keyword):
        return node.arg == "use_bulk"
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in BULK or (node.func.attr in ("update", "aupdate") and not node.args and node.keywords)


def test_rows_are_written_one_by_one_so_that_history_is_complete():
    found = [
        f"{path}:{node.lineno}"
        for file in sorted((TOP / "missions").rglob("*.py"))
        for node, function in nodes_in_functions(ast.parse(file.read_text()))
        if (path := file.relative_to(TOP).as_posix()) not in MAY_WRITE_IN_BULK
        if f"{path}:{function}" not in MAY_WRITE_IN_BULK and writes_past_save(node)
    ]

    assert not found, "no history is written by update(), bulk_create(), bulk_update():\n" + "\n".join(found)
