"""Who may do what: the table in `docs/permissions.md`, as predicates. Nothing else decides it."""

import rules

from .models import Role


def holds(*roles):
    return rules.predicate(lambda user: not user.roles.isdisjoint(roles), name=f"holds {'/'.join(roles)}")


is_coordinator = holds(Role.COORDINATOR)
is_administrator = holds(Role.ADMINISTRATOR)
is_official = holds(*Role)

REGISTER = ("instrument", "theme", "area", "organisation", "mission", "source", "reportedfigure")

for model in REGISTER:
    rules.add_perm(f"missions.view_{model}", is_official)
    rules.add_perm(f"missions.add_{model}", is_coordinator)
    rules.add_perm(f"missions.change_{model}", is_coordinator)

rules.add_perm("missions.view_statuschange", is_official)
rules.add_perm("missions.record_statuschange", is_coordinator)

for model in ("user", "membership"):
    rules.add_perm(f"missions.view_{model}", is_administrator)
    rules.add_perm(f"missions.add_{model}", is_administrator)
    rules.add_perm(f"missions.change_{model}", is_administrator)
rules.add_perm("missions.delete_membership", is_administrator)
