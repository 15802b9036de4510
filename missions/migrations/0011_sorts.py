"""Indexes for the lists that are sorted by days, on PostgreSQL: SQLite sorts 100,000 missions in a tenth of a second."""

from django.db import migrations

from missions.concurrently import made


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("missions", "0010_head_register")]

    operations = [
        made("missions_by_due", "missions_mission (due)"),
        made("missions_by_due_last_first", "missions_mission (due DESC NULLS LAST)"),
        made("missions_by_change", "missions_mission (status_since)"),
    ]
