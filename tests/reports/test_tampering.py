"""Frozen reports that are altered past the site, or published while others write."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from missions.models import FrozenFile, FrozenReport, Head, Mission
from tests import factories
from tests.databases import in_place_of_the_default
from tests.ledger.raw_sql import sql
from tests.ledger.tampering import rules_disabled, tamper
from tests.ledger.tampering import verify as verify_ledger
from tests.reports.frozen import files
from tests.reports.test_frozen import freeze, verify

REPORT, FILE = "missions_frozenreport", "missions_frozenfile"
BYTES = r"'\x00'" if connection.vendor == "postgresql" else "X'00'"
DIGEST = hashlib.sha256(b"\0").hexdigest()
THE_FILE = "name = 'report.json' AND report_id = 'R-1'"
# Statement → what verify_ledger names besides the report.
TAMPERED = {
    f"UPDATE {FILE} SET sha256 = '{'f' * 64}' WHERE {THE_FILE}": ["report.json", "seal"],
    f"UPDATE {FILE} SET content = {BYTES} WHERE {THE_FILE}": ["report.json"],
    f"UPDATE {FILE} SET content = {BYTES}, sha256 = '{DIGEST}' WHERE {THE_FILE}": ["seal"],
    f"UPDATE {FILE} SET language = 'en' WHERE {THE_FILE}": ["seal"],
    f"UPDATE {FILE} SET media_type = 'text/plain' WHERE {THE_FILE}": ["seal"],
    f"DELETE FROM {FILE} WHERE {THE_FILE}": ["seal"],
    f"UPDATE {REPORT} SET title_zh = '另一份' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET query = '' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET count = 4 WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET as_of = '2024-06-29' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET published_at = '2024-06-29 00:00:00+00:00' WHERE slug = 'R-1'": ["seal"],
    f"UPDATE {REPORT} SET ledger_head = '{'f' * 64}' WHERE slug = 'R-1'": ["ledger head", "seal"],
}


@pytest.mark.both_databases
def test_the_database_refuses_alterations_and_verify_ledger_names_them(own_database, tmp_path):
    head = factories.mission("M-1").changes.last().hash
    factories.frozen_report("R-0", ledger_head=head)
    factories.frozen_report("R-1", ledger_head=head)
    factories.frozen_report("R-2", ledger_head=head, files={"two.json": b"{}"})
    assert verify_ledger()[1] == 0
    models = {REPORT: FrozenReport, FILE: FrozenFile}
    rows = {table: list(model.objects.values_list()) for table, model in models.items()}

    def restore(then=None):
        with rules_disabled():
            for table, model in models.items():
                names = [field.column for field in model._meta.concrete_fields]
                sql(f"DELETE FROM {table}")
                for row in rows[table]:
                    places = ", ".join(["%s"] * len(row))
                    sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", *row)
            if then:
                sql(then)

    for statement, names in TAMPERED.items():
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        restore(then=statement)
        lines, code = verify_ledger()
        assert (code, [name for name in [*names, "R-1"] if name not in "\n".join(lines)]) == (1, []), statement

        # A report that is gone is missed by the next one.
    restore()
    assert verify_ledger()[1] == 0
    tamper(f"DELETE FROM {FILE} WHERE report_id = 'R-0'")
    tamper(f"DELETE FROM {REPORT} WHERE slug = 'R-0'")
    lines, code = verify_ledger()
    assert (code, "R-1" in "\n".join(lines)) == (1, True)
    # A forged file that is on record with its digest is not confirmed.
    restore(then=f"UPDATE {FILE} SET content = {BYTES}, sha256 = '{DIGEST}' WHERE {THE_FILE}")
    (tmp_path / "report.json").write_bytes(b"\0")
    lines, code = verify(tmp_path / "report.json")
    assert (code, "verify_ledger" in lines[0]) == (1, True)


def test_what_is_written_while_the_files_are_made_is_in_none_of_them(own_database):
    factories.mission("M-1", title_en="Before", title_zh="此前")
    database, reads, revision = connection.settings_dict["NAME"], [], Head.objects.get().revision

    def rename():
        with in_place_of_the_default(database):
            Mission.objects.update(title_en="Renamed", title_zh="改名")

    def rename_after_a_read(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "missions_evidence" in sql and not reads:
            reads.append(sql)
            with ThreadPoolExecutor(1) as thread:
                thread.submit(rename).result()
        return result

    with connection.execute_wrapper(rename_after_a_read):
        freeze()

    report = FrozenReport.objects.get()
    texts = [content.decode() for name, content in files(report).items() if name.endswith((".html", ".csv", ".json"))]
    assert (len(reads), report.revision, Head.objects.get().revision > revision + 1) == (1, revision, True)
    found = [{word for word in ("Before", "此前", "Renamed", "改名") if word in text} for text in texts]
    assert (len(found), set().union(*found)) == (5, {"Before", "此前"})
    assert Mission.objects.get().title_en == "Renamed"
