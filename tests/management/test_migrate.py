import pytest
from django.core.management import call_command
from django.db import connection

from tests.models.forging import sql


@pytest.mark.both_databases
def test_to_say_what_would_be_done_makes_no_table(own_database, capsys):
    sql("DROP TABLE cache")
    for question in ("plan", "check_unapplied"):
        call_command("migrate", verbosity=0, **{question: True})
        assert "cache" not in connection.introspection.table_names()

    call_command("migrate", verbosity=0)
    assert "cache" in connection.introspection.table_names()
