from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import connections

from missions.ops.releases import explain_unsupported_database


class Command(migrate.Command):
    def check(self, *args, databases=None, **kwargs):
        # Without the database: a missing trigger must not stop the command that creates it.
        super().check(*args, **kwargs)

    def handle(self, *args, **options):
        # Django would find no migration to apply, and then create this release's triggers in another's database.
        if explanation := explain_unsupported_database(connections[options["database"]]):
            raise CommandError(explanation)
        super().handle(*args, **options)
        # No migration creates the table of the cache.
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", database=options["database"], verbosity=0)
