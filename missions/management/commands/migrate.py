from django.core.management import call_command
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own, but for one check of the database, and for the cache's table, which no migration makes."""

    def check(self, *args, databases=None, **kwargs):
        """Leaves the database out: a missing trigger must not stop the command that makes it."""
        super().check(*args, **kwargs)

    def handle(self, *args, **options):
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", database=options["database"], verbosity=0)
