import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from missions.management.console import file_errors
from missions.models import FrozenFile


class Command(BaseCommand):
    help = "Says whether a file is one of our frozen reports, unaltered; exits with 1 where it is not."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        with file_errors(file), file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        published = FrozenFile.objects.select_related("report__superseded_by")
        # The same bytes can belong to several editions.
        copies = published.filter(sha256=digest)
        if not copies:
            raise CommandError(explain_unknown(published.filter(name=file.name).first(), digest))
        for copy in copies:
            report, words = copy.report, {"file": copy.name, "report": copy.report.title}
            if any(report.findings()):
                message = _("What this site has on record of %(file)s is damaged: run “manage.py verify_ledger”.")
                raise CommandError(message % words)
            words["day"] = localdate(report.published_at).isoformat()
            self.stdout.write(_("Unaltered: %(file)s of “%(report)s”, published on %(day)s.") % words)
            self.stdout.write(settings.SITE_URL + report.get_absolute_url())
            if successor := report.successor():
                address = {"address": settings.SITE_URL + successor.get_absolute_url()}
                self.stdout.write(_("A corrected edition has superseded it: %(address)s") % address)


def explain_unknown(namesake, digest):
    if namesake is None:
        return _("This is no file of a frozen report. Its SHA-256 is %(digest)s.") % {"digest": digest}
    message = _(
        "This is not %(file)s of “%(report)s” as it was published, though it has that name: it was altered, or "
        "taken from the site as a report of the same query that was not published. "
        "SHA-256 of this file: %(digest)s; of the one published: %(published)s."
    )
    words = {"file": namesake.name, "report": namesake.report.title, "published": namesake.sha256}
    return message % {**words, "digest": digest}
