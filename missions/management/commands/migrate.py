from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import connections

from missions.ops.releases import explain_unsupported_database


class Command(migrate.Command):
    """Django's own, but for what is checked of the database, and for the cache's table, which no migration makes."""

    def check(self, *args, databases=None, **kwargs):
        """Leaves the database out: a missing trigger must not stop the command that makes it."""
        super().check(*args, **kwargs)

    def handle(self, *args, **options):
        # It would find nothing to do, and then make the triggers of this release in a database of another one.
        if explanation := explain_unsupported_database(connections[options["database"]]):
            raise CommandError(explanation)
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", database=options["database"], verbosity=0)
