"""Fixtures that several folders of tests share."""

import contextlib
import sqlite3

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections, transaction
from django.test import override_settings
from django.utils import translation
from xdist.scheduler import LoadFileScheduling

from tests import factories
from tests.cache import forget
from tests.databases import copy_database, create_database, evidence_in, in_place_of_the_default, on_postgresql
from tests.log_capture import KNOWN, lines, no_secret_is_logged  # noqa: F401 (fixtures)
from tests.public.world import NOW

KNOWN.add(factories.PASSWORD)


def pytest_collection_modifyitems(items):
    """Begin with the browser: its tests take one worker minutes, and pytest-django would leave them for the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/browser/"))


def pytest_xdist_make_scheduler(config, log):
    return FilesTogether(config, log)


class FilesTogether(LoadFileScheduling):
    """The browser's files stay on one worker: to set up its site takes 20 seconds."""

    def _split_scope(self, nodeid):
        return "tests/browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


@pytest.fixture(scope="session", autouse=True)
def quick_sign_in():
    """Fast password hashes, and no second factor except where a test demands it."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, HUB_REQUIRE_MFA=False):
        yield


@pytest.fixture(scope="session")
def migrated_database(django_db_blocker, tmp_path_factory):
    """Yield the name of a migrated, empty database, the template of all others."""
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            name = stack.enter_context(create_database(tmp_path_factory.mktemp("template")))
            with in_place_of_the_default(name):
                call_command("migrate", verbosity=0)
        yield name


@pytest.fixture(scope="session")
def django_db_setup(migrated_database, django_db_blocker, tmp_path_factory):
    """Use a copy of the template as the database of `db`."""
    default = connections["default"].settings_dict
    present = default["NAME"]
    with contextlib.ExitStack() as stack:
        if on_postgresql():
            default["NAME"], _environment = stack.enter_context(copy_database(migrated_database, None))
        else:
            default["NAME"] = "file:tests?mode=memory&cache=shared"
            with django_db_blocker.unblock(), contextlib.closing(sqlite3.connect(migrated_database)) as template:
                connections["default"].ensure_connection()
                template.backup(connections["default"].connection)
        yield
        default["NAME"] = present
        connections["default"].close()


@pytest.fixture
def own_database(migrated_database, django_db_blocker, tmp_path):
    """A migrated database in which commits are real; yields the environment in which another process finds it.

    Not to be used together with `db`, whose transaction stands in the shared database.
    """
    copy = copy_database(migrated_database, tmp_path)
    with django_db_blocker.unblock(), copy as (name, environment), in_place_of_the_default(name), evidence_in(tmp_path):
        yield environment


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker):
    """Database access for a module's own fixtures; what they write is rolled back after its last test.

    A test's `db` is a savepoint within. Not for modules that use `own_database`.
    """
    block = transaction.atomic()
    block._from_testcase = True  # as TestCase does: durable blocks are allowed within
    with django_db_blocker.unblock(), translation.override("en"), block:
        yield
        transaction.set_rollback(True)


@pytest.fixture
def noon(db):
    """Noon in Shanghai on 30 June 2024; the clock does not move."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def module_noon(module_db):
    """The same for a whole module, whose fixtures write at that time."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def empty_page_cache():
    """A test's writes are rolled back, and its revisions are counted again by the next one."""
    forget()


@pytest.fixture
def any_character():
    with factories.any_character():
        yield


@pytest.fixture(autouse=True)
def in_english():
    """A request changes the thread's language; start each test in English."""
    with translation.override("en"):
        yield
