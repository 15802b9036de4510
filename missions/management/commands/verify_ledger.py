from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.ledger.verification import orphans, problems
from missions.models import Head


class Command(BaseCommand):
    help = (
        "Checks the ledger: chain, evidence, files, projections, triggers. Prints what is wrong, then exits with 1. "
        "Files that nobody needs are listed, and are no error."
    )

    def add_arguments(self, parser):
        saved = "a head that was saved earlier: reports an error if it is not on the chain"
        parser.add_argument("--against", metavar="ENTRY:HASH", type=read_head, help=saved)

    def handle(self, *, against, **options):
        sound = True
        for problem in problems(against):
            sound = False
            self.stdout.write(str(problem))
        for orphan in orphans():
            self.stdout.write(orphan)
        if not sound:
            message = _("The ledger is not sound: the lines above list the errors, the first broken entry first.")
            raise CommandError(message)
        head = Head.objects.values("entry", "hash", "revision").get()
        self.stdout.write(_("The ledger is sound: %(entry)d entries, head %(hash)s, revision %(revision)d.") % head)


def read_head(text):
    entry, _colon, digest = text.partition(":")
    return int(entry), digest
