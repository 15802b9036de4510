from datetime import date
from itertools import batched, groupby
from operator import attrgetter

import django.db.models.deletion
from django.db import migrations, models


END = date(2101, 1, 1)
MISSIONS_AT_ONCE = 500


def fill(apps, schema_editor):
    """Projects the ledger that is there, as the door will from now on."""
    StatusChange, Stretch = (apps.get_model("missions", name) for name in ("StatusChange", "Stretch"))
    missions = StatusChange.objects.order_by("mission_id").values_list("mission_id", flat=True).distinct()
    for some in batched(list(missions), MISSIONS_AT_ONCE):
        entries = StatusChange.objects.filter(mission__in=some, correction=None)
        entries = entries.order_by("mission_id", "effective_on", "id")
        for_each = groupby(entries, attrgetter("mission_id"))
        Stretch.objects.bulk_create(
            [Stretch(mission_id=mission, **stood) for mission, standing in for_each for stood in stretches(standing)]
        )


def stretches(standing):
    status = since = due = None
    days = [(day, list(entries)) for day, entries in groupby(standing, attrgetter("effective_on"))]
    ends = [*(day for day, _entries in days[1:]), END]
    for (day, entries), until in zip(days, ends, strict=True):
        for entry in entries:
            if entry.sets_status and entry.status != status:
                status, since = entry.status, day
            if entry.sets_due:
                due = entry.due
        yield {"first_day": day, "until": until, "status": status, "since": since, "due": due}


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0008_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stretch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('until', models.DateField()),
                ('status', models.CharField(choices=[('unreported', 'Not individually reported'), ('not_started', 'Not started'), ('in_progress', 'In progress'), ('paused', 'Paused'), ('completed', 'Completed'), ('withdrawn', 'Withdrawn')], max_length=20)),
                ('since', models.DateField()),
                ('due', models.DateField(null=True)),
                ('mission', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stretches', to='missions.mission')),
            ],
            options={
                'verbose_name': 'stretch of days',
                'verbose_name_plural': 'stretches of days',
                'constraints': [models.UniqueConstraint(fields=('mission', 'first_day'), name='stretch_once_from_a_day'), models.CheckConstraint(condition=models.Q(('first_day__lt', models.F('until'))), name='stretch_has_days'), models.CheckConstraint(condition=models.Q(('status__in', ['unreported', 'not_started', 'in_progress', 'paused', 'completed', 'withdrawn'])), name='stretch_status_known')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
