from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own, but for one check of the database: a missing trigger must not stop the command that makes it."""

    def check(self, *args, databases=None, **kwargs):
        super().check(*args, **kwargs)
