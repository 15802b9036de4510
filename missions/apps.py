from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

ADMINS = (
    "accounts.admin", "accounts.token_admin", "exchange.admin", "ledger.admin", "register.admin", "reminders.admin",
    "reports.admin", "workflow.admin",
)  # fmt: skip


class MissionsConfig(AppConfig):
    name = "missions"
    default = True
    verbose_name = _("Missions")

    def ready(self):
        from . import permissions  # noqa: F401  (registers the permissions)
        from .accounts import sessions  # noqa: F401  (connects the receivers)
        from .ledger import triggers
        from .ops.releases import check_release

        # SQLite silently drops triggers when a migration recreates a table, and cannot recreate a table that another
        # trigger names. So they are dropped before migrate and created after it.
        pre_migrate.connect(triggers.before_migrate, sender=self)
        post_migrate.connect(triggers.after_migrate, sender=self)
        register(check_release, Tags.database)
        register(triggers.check_triggers, Tags.database)


class HubAdminConfig(admin_apps.SimpleAdminConfig):
    """SimpleAdminConfig: other apps' admins have their own pages here, or none."""

    default = False
    default_site = "missions.admin.site.HubAdminSite"

    def ready(self):
        super().ready()
        # Not in the package's __init__: the site's class is in that package, and registrations during its import would
        # be lost.
        for name in ADMINS:
            import_module(f"missions.{name}")
