"""`manage.py freeze_report`: publishes a completion report that is never altered."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils.translation import gettext as _

from missions.models import FrozenReport
from missions.reports.freezing import Edition, freeze
from missions.reports.report import TooLong
from missions.reports.words import Words


class Command(BaseCommand):
    help = "Publishes a frozen report: a query on a day, in every format and language, kept with its checksums."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", required=True, metavar="DAY", help="the day of the report, as YYYY-MM-DD")
        parser.add_argument("--query", default="", help="the query of a list, such as “status=completed&owner=SH”")
        parser.add_argument("--title-en", required=True, help="its title in English")
        parser.add_argument("--title-zh", required=True, help="its title in Chinese")
        parser.add_argument("--supersedes", metavar="SLUG", help="the report that this edition corrects")
        parser.add_argument("--reason-en", default="", help="why a new edition was needed, in English")
        parser.add_argument("--reason-zh", default="", help="why a new edition was needed, in Chinese")

    def handle(self, *, as_of, query, title_en, title_zh, supersedes, reason_en, reason_zh, **options):
        asked = QueryDict(query.removeprefix("?"), mutable=True)
        asked["as_of"] = as_of
        earlier = FrozenReport.objects.filter(slug=supersedes).first() if supersedes else None
        if supersedes and earlier is None:
            raise CommandError(_("There is no frozen report “%(slug)s”.") % {"slug": supersedes})
        edition = Edition(Words(title_en, title_zh), earlier, Words(reason_en, reason_zh))
        try:
            report = freeze(asked, edition, by=None)
        except ValidationError as refusal:
            lines = (f"{name}: {' '.join(said)}" for name, said in refusal.message_dict.items())
            raise CommandError(_("Nothing was published.") + "\n" + "\n".join(lines)) from None
        except TooLong as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_("Published: %(address)s") % {"address": settings.SITE_URL + report.get_absolute_url()})
        for file in report.files.defer("content"):
            self.stdout.write(f"{file.sha256}  {file.name}")
