"""The missions that have each value, from one scan: all counts beside filters come from it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Value, When

from ..models import Mission, MissionQuerySet
from ..register.models import Tree

# Name → value → primary keys of the missions that have it.
type Having = dict[str, defaultdict[str, set[int]]]

COLUMNS: dict[str, Any] = {
    "instrument": F("instrument__code"),
    "status": F("status_asof"),
    "deadline": F("deadline_asof"),
    "moved": Case(When(due_moves_asof__gt=0, then=Value("1")), default=Value("0")),
    "past_first": Case(When(is_past_first=True, then=Value("1")), default=Value("0")),
    "theme": F("theme__code"),
    "kind": F("kind"),
    "provenance": F("provenance"),
    "lead": F("lead_owner__code"),
}


def missions_having(missions: MissionQuerySet, organisations: Tree, areas: Tree) -> Having:
    """Return the values of missions `as_of` a date; of supporting owners and areas also for other missions.

    `owner`, `involves` and `area` include the records below; `lead`, `supporting` and `named` do not.
    """
    supporting = Mission.supporting_owners.through.objects.values_list("mission", "organisation__code")
    named = Mission.areas.through.objects.values_list("mission", "area__code")
    having = {
        **by_value(COLUMNS, missions.order_by().values_list("pk", *COLUMNS.values())),
        **by_value(["supporting"], supporting),
        **by_value(["named"], named),
    }
    having["owner"] = with_those_above(organisations, having["lead"])
    having["involves"] = with_those_above(organisations, having["lead"], having["supporting"])
    having["area"] = with_those_above(areas, having["named"])
    return having


def by_value(names: Iterable[str], rows) -> Having:
    having: Having = {name: defaultdict(set) for name in names}
    columns = list(having.values())
    for mission, *values in rows.iterator():
        for column, value in zip(columns, values, strict=True):
            column[value].add(mission)
    return having


def with_those_above(tree: Tree, *own: dict[str, set[int]]) -> defaultdict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for each in own:
        for code, missions in each.items():
            for above in tree.above[code]:
                found[above] |= missions
    return found
