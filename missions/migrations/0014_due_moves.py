from collections import defaultdict
from graphlib import TopologicalSorter

from django.db import migrations


def fill(apps, schema_editor):
    """Reads first due dates and moves from the ledger that is there, as the door will from now on."""
    StatusChange, Stretch, Mission = (
        apps.get_model("missions", name) for name in ("StatusChange", "Stretch", "Mission")
    )
    replaced = defaultdict(set)
    for new, old in Mission.replaces.through.objects.values_list("from_mission", "to_mission"):
        replaced[new].add(old)
    dated = StatusChange.objects.filter(sets_due=True, correction=None).exclude(due=None).values("mission")
    missions = set(Mission.objects.filter(pk__in=dated).values_list("pk", flat=True)) | set(replaced)
    order = TopologicalSorter({mission: replaced.get(mission, ()) for mission in missions})
    with unguarded(schema_editor.connection):
        for mission in order.static_order():
            stretches = list(Stretch.objects.filter(mission=mission).order_by("first_day"))
            if not stretches:
                continue
            day = stretches[0].first_day
            inherited = Stretch.objects.filter(mission__in=replaced.get(mission, ()), first_day__lte=day, until__gt=day)
            entries = StatusChange.objects.filter(mission=mission, sets_due=True, correction=None)
            fill_mission(stretches, list(entries.order_by("effective_on", "id")), list(inherited))
            last = stretches[-1]
            Mission.objects.filter(pk=mission).update(due_first=last.due_first, due_moves=last.due_moves)


def fill_mission(stretches, entries, inherited):
    first = due = None
    moves = 0
    earliest = min((old.due_first for old in inherited if old.due_first), default=None)
    for stretch in stretches:
        while entries and entries[0].effective_on <= stretch.first_day:
            entry = entries.pop(0)
            moves += bool(first) and entry.due != due
            due, first = entry.due, first or entry.due
        later = [old.due_moves + bool(first and old.due and first > old.due) for old in inherited]
        stretch.due_first, stretch.due_moves = earliest or first, moves + max(later, default=0)
        stretch.save(update_fields=["due_first", "due_moves"])


class unguarded:
    """The stretches are written past their triggers, which PostgreSQL keeps while it migrates."""

    def __init__(self, connection):
        self.connection = connection

    def __enter__(self):
        self._guard("DISABLE")

    def __exit__(self, *error):
        if error[0] is None:
            self._guard("ENABLE")

    def _guard(self, word):
        if self.connection.vendor == "postgresql":
            with self.connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE missions_stretch {word} TRIGGER USER")


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0013_second_edition'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
