from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hubtracker.environment import is_of_this_machine
from missions.bilingual import Words
from missions.models import FrozenReport
from missions.reports.freezing import Edition, freeze, read_query
from missions.reports.report import ReportTooLong


class Command(BaseCommand):
    help = "Publishes a frozen report: a query on a day, in every format and language, kept with its checksums."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", required=True, metavar="DAY", help="the day of the report, as YYYY-MM-DD")
        parser.add_argument("--query", default="", help="the address of a list, or its query")
        parser.add_argument("--title-en", required=True, help="its title in English")
        parser.add_argument("--title-zh", required=True, help="its title in Chinese")
        parser.add_argument("--supersedes", metavar="SLUG", help="the report that this edition corrects")
        parser.add_argument("--reason-en", default="", help="why a new edition was needed, in English")
        parser.add_argument("--reason-zh", default="", help="why a new edition was needed, in Chinese")
        parser.add_argument("--local", action="store_true", help="accept an address that works on this machine only")

    def handle(self, *, as_of, query, title_en, title_zh, supersedes, reason_en, reason_zh, local, **options):
        # Links in the files cannot be corrected later.
        site = {"address": settings.SITE_URL}
        self.stdout.write(_("Site address in the files: %(address)s") % site)
        if is_of_this_machine(urlsplit(settings.SITE_URL)) and not local:
            message = _(
                "Nothing was published: %(address)s works on this machine only. Set "
                "HUB_SITE_URL to the site's address, or use --local."
            )
            raise CommandError(message % site)
        earlier = FrozenReport.objects.filter(slug=supersedes).first() if supersedes else None
        if supersedes and earlier is None:
            raise CommandError(_("There is no frozen report “%(slug)s”.") % {"slug": supersedes})
        edition = Edition(Words(title_en, title_zh), earlier, Words(reason_en, reason_zh))
        try:
            params = read_query(query)
            if not as_of:
                raise ValidationError({"as_of": _("Write a date as YYYY-MM-DD, such as 2024-03-02.")})
            params["as_of"] = as_of
            report = freeze(params, edition, by=None)
        except ValidationError as error:
            fields = error.message_dict if hasattr(error, "error_dict") else {}
            lines = [f"{name}: {' '.join(messages)}" for name, messages in fields.items()] or error.messages
            raise CommandError("\n".join([_("Nothing was published."), *lines])) from None
        except ReportTooLong as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_("Published: %(address)s") % {"address": settings.SITE_URL + report.get_absolute_url()})
        self.stdout.write(_("Records: %(count)d. Query: %(query)s") % {"count": report.count, "query": report.query})
        for file in report.files.defer("content"):
            self.stdout.write(f"{file.sha256}  {file.name}")
