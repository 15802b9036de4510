"""`manage.py verify_report FILE`"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from missions.models import FrozenFile


class Command(BaseCommand):
    help = "Says whether a file is one of our frozen reports, unaltered; exits with 1 where it is not."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        try:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        published = FrozenFile.objects.select_related("report__superseded_by")
        # The same bytes can belong to several editions.
        found = published.filter(sha256=digest)
        if not found:
            raise CommandError(self.unknown(published.filter(name=file.name).first(), digest))
        for copy in found:
            if any(copy.report.findings()):
                raise CommandError(
                    _("What this site has on record of %(file)s is damaged itself: run “manage.py verify_ledger”.")
                    % {"file": copy.name}
                )
            for line in self.known(copy):
                self.stdout.write(line)

    def unknown(self, namesake, digest):
        words = {"digest": digest}
        if namesake is None:
            return _("This is no file of a frozen report. Its SHA-256 is %(digest)s.") % words
        words |= {"file": namesake.name, "report": namesake.report.title, "published": namesake.sha256}
        return (
            _(
                "This is not %(file)s of “%(report)s” as it was published, though it has that name: it was altered, or "
                "taken from the site as a report of the same query that was not published. "
                "SHA-256 of this file: %(digest)s; of the one published: %(published)s."
            )
            % words
        )

    def known(self, found):
        report = found.report
        words = {"file": found.name, "report": report.title, "day": localdate(report.published_at).isoformat()}
        yield _("Unaltered: %(file)s of “%(report)s”, published on %(day)s.") % words
        yield settings.SITE_URL + report.get_absolute_url()
        if successor := report.successor():
            address = settings.SITE_URL + successor.get_absolute_url()
            yield _("A corrected edition has superseded it: %(address)s") % {"address": address}
