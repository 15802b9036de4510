"""`python -m tests.mutations [WORD…]`: breaks a copy of the code in 60 ways and expects the named test to fail.

With words, only the mutations whose name contains one of them. Exits with 1 if a test passes on broken code, if it
fails on the code as it is, or if a mutation no longer applies.
"""

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
COPIES = 2
SECONDS = 300


class Mutation(NamedTuple):
    name: str
    path: str  # the file that is broken
    before: str  # text that occurs once in it
    after: str
    test: str  # the nearest test: pytest's address of it


MUTATIONS = [
    Mutation(
        "ledger: no trigger keeps evidence from being deleted",
        "missions/ledger/constraints.py",
        '    Rule("evidence_no_delete", EVIDENCE, "DELETE", "1 = 1", "evidence is append-only"),\n',
        "",
        "tests/ledger/test_append_only.py::test_no_row_of_a_permanent_table_is_deleted",
    ),
    Mutation(
        "ledger: verify_ledger does not compare the hash",
        "missions/ledger/verification.py",
        "if entry.hash != computed_hash:",
        "if False:",
        "tests/ledger/test_verify_ledger.py::test_any_column_of_an_entry_or_its_evidence_that_is_changed_is_found",
    ),
    Mutation(
        "ledger: an entry counts from the day after",
        "missions/ledger/entries.py",
        "entries = self.known(known_at).filter(effective_on__lte=on or today())",
        "entries = self.known(known_at).filter(effective_on__lt=on or today())",
        "tests/ledger/test_as_of.py::test_as_of_and_projection_and_checks_agree_with_the_oracle[0]",
    ),
    Mutation(
        "ledger: known_at is ignored",
        "missions/ledger/entries.py",
        "return self.filter(recorded_at__lt=end_of(known_at)) if known_at else self.all()",
        "return self.all()",
        "tests/ledger/test_clocks.py::test_a_correction_and_a_late_report_count_from_the_day_on_which_they_are_known",
    ),
    Mutation(
        "ledger: writers begin without the lock",
        "hubtracker/environment.py",
        '"transaction_mode": "IMMEDIATE",',
        '"transaction_mode": "DEFERRED",',
        "tests/ledger/test_parallel_writers.py",
    ),
    Mutation(
        "ledger: a check constraint takes an unknown basis",
        "missions/migrations/0001_initial.py",
        "('basis__in', ['document', 'owner', 'collective'])",
        "('basis__in', ['document', 'owner', 'collective', 'hearsay'])",
        "tests/ledger/test_constraints.py",
    ),
    Mutation(
        "ledger: completed with a title as evidence",
        "missions/ledger/recording.py",
        "draft.status == Status.COMPLETED and not any(map(leads_somewhere, evidence)):",
        "draft.status == Status.COMPLETED and not evidence:",
        "tests/ledger/test_recording.py::test_an_entry_is_accepted_or_rejected_by_field",
    ),
    Mutation(
        "ledger: completed may be followed by paused",
        "missions/status.py",
        "frozenset({Status.COMPLETED, Status.IN_PROGRESS",
        "frozenset({Status.COMPLETED, Status.PAUSED, Status.IN_PROGRESS",
        "tests/ledger/test_recording.py::test_the_allowed_transitions_are_those_of_the_model",
    ),
    Mutation(
        "ledger: a completed mission is judged by the moved date",
        "missions/ledger/as_of.py",
        'since_asof__lte=F("due_first_asof")',
        'since_asof__lte=F("due_asof")',
        "tests/ledger/test_clocks.py::test_the_deadline_state_follows_from_dates_and_status",
    ),
    Mutation(
        "authors publish their own drafts",
        "missions/permissions.py",
        "return not is_wanted or submission.author_id != user.pk",
        "return True",
        "tests/workflow/test_steps.py::test_authors_do_not_publish_what_needs_a_second_person",
    ),
    Mutation(
        "a published submission can be taken back",
        "missions/workflow/models.py",
        "State.TAKEN_BACK: frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED}),",
        "State.TAKEN_BACK: frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.PUBLISHED}),",
        "tests/workflow/test_steps.py::test_each_account_takes_its_steps_from_the_states_where_they_start",
    ),
    Mutation(
        "the reason of a return is not stored",
        "missions/workflow/models.py",
        "self.steps.create(state=state, by=by, reason=reason)",
        'self.steps.create(state=state, by=by, reason=reason and "-")',
        "tests/workflow/test_steps.py::test_submission_is_returned_with_a_reason_that_stays",
    ),
    Mutation(
        "a step is taken from the state that was read",
        "missions/workflow/models.py",
        "present = Submission.objects.select_for_update().get(pk=self.pk)\n        if",
        "present = self\n        if",
        "tests/workflow/test_parallel.py::test_of_two_steps_at_once_one_is_taken",
    ),
    Mutation(
        "a token is accepted after its last day",
        "missions/accounts/tokens.py",
        "return self.filter(revoked_at=None, expires_on__gte=today(), membership__user__is_active=True)",
        "return self.filter(revoked_at=None, membership__user__is_active=True)",
        "tests/officials/test_tokens.py::test_token_expires_at_the_end_of_its_last_day_in_shanghai",
    ),
    Mutation(
        "erasure leaves the former names in the history",
        "missions/accounts/models.py",
        "overwrite_versions(self)\n",
        "pass\n",
        "tests/officials/test_erasure.py::test_nothing_is_left_of_a_person_and_the_ledger_is_unchanged[False]",
    ),
    Mutation(
        "a reminder is repeated",
        "missions/reminders/due_notices.py",
        "(user.pk, *notice.identity) not in sent",
        "(user.pk, *notice.identity) not in sent or notice.step",
        "tests/reminders/test_simulation.py::test_reminders_agree_with_the_oracle",
    ),
    Mutation(
        "a search word is a pattern",
        "missions/text.py",
        "class HasWord(Contains):",
        'class HasWord(Contains):\n    def process_rhs(self, compiler, connection):\n        return "%s", [f"%{self.rhs}%"]\n',
        "tests/register/test_search.py::test_search_finds_every_word_in_either_language_whatever_its_form",
    ),
    Mutation(
        "history can be deleted by SQL",
        "missions/ledger/constraints.py",
        '"DELETE", "1 = 1", "a version in the field history stays"',
        '"DELETE", "1 = 0", "a version in the field history stays"',
        "tests/audit/test_history_is_immutable.py::test_every_history_table_rejects_every_write",
    ),
    Mutation(
        "title in the list unescaped",
        "missions/query/highlight.py",
        "        return escape(text)\n    pieces",
        "        return SafeString(text)\n    pieces",
        "tests/public/test_mission.py::test_text_with_markup_is_text_on_every_page",
    ),
    Mutation(
        "search highlight one character short",
        "missions/query/highlight.py",
        "place_of[match.end(1) - 1] + 1",
        "place_of[match.end(1) - 1]",
        "tests/query/test_search.py::test_marks_show_the_text_as_written_whatever_folding_makes_of_it",
    ),
    Mutation(
        "facet counts ignore the theme",
        "missions/query/filters.py",
        "for other in self.FACETS if other != name)",
        'for other in self.FACETS if other not in (name, "theme"))',
        "tests/query/test_missions.py::test_random_combinations_find_sort_and_count",
    ),
    Mutation(
        "missions without a due date sorted first",
        "missions/query/filters.py",
        '{"nulls_last": True}',
        '{"nulls_first": True}',
        "tests/query/test_missions.py::test_each_parameter_alone_finds_sorts_and_counts[sort]",
    ),
    Mutation(
        "changes end the day before until",
        "missions/ledger/changes.py",
        "entries.filter(day__lte=until)",
        "entries.filter(day__lt=until)",
        "tests/query/test_changes.py::test_period_kinds_and_clocks",
    ),
    Mutation(
        "figure without its source",
        "templates/public/figures.html",
        '</time></td>\n<td role="cell" class="source">{% include "public/_source.html" with source=figure.source only %}',
        '</time></td>\n<td role="cell" class="source">',
        "tests/public/test_figures.py::test_figures_are_by_instrument_newest_first_with_value_day_and_source",
    ),
    Mutation(
        "wall ignores as_of",
        "missions/public/overview.py",
        'groups=wall("theme", *self.clocks)',
        'groups=wall("theme", self.form.on.today(), None)',
        "tests/public/test_counts.py::test_the_wall_has_each_mission_once_in_its_group_with_its_status_of_the_day",
    ),
    Mutation(
        "evidence that is not public in feeds and changes",
        "missions/ledger/changes.py",
        "evidence = Evidence.objects.filter(is_public=True)",
        "evidence = Evidence.objects.filter()",
        "tests/contract/test_contents.py::test_no_public_answer_has_anything_that_nobody_published",
    ),
    Mutation(
        "evidence that is not public in the data set",
        "missions/query/export_columns.py",
        "read(evidence) if evidence.is_public else None",
        "read(evidence)",
        "tests/contract/test_contents.py::test_no_public_answer_has_anything_that_nobody_published",
    ),
    Mutation(
        "instrument in preparation in the data set",
        "missions/opendata/rows.py",
        'Instrument.objects.filter(pk__in=public).order_by("position"',
        'Instrument.objects.order_by("position"',
        "tests/contract/test_contents.py::test_no_public_answer_has_anything_that_nobody_published",
    ),
    Mutation(
        "ETag without the revision",
        "missions/web/page_cache.py",
        "whole = repr((moment(), day,",
        "whole = repr((day,",
        "tests/web/test_never_stale.py::test_a_site_that_was_restored_counts_the_same_revisions_again_and_answers_again",
    ),
    Mutation(
        "cookie on public pages",
        "missions/web/page_cache.py",
        '    answer.headers.setdefault("ETag", etag)',
        '    answer.set_cookie("seen", "1")\n    answer.headers.setdefault("ETag", etag)',
        "tests/contract/test_contract.py::test_an_anonymous_reader_gets_no_cookie",
    ),
    Mutation(
        "static files without Content-Security-Policy",
        "missions/web/security_headers.py",
        "if answer.status_code != 304:",
        "if answer.status_code not in (200, 304):",
        "tests/security/test_headers.py::test_a_static_file_has_the_headers",
    ),
    Mutation(
        "API list that ignores a filter",
        "missions/api/missions.py",
        "answer = paginate(request, response, query, query.qs.values(*ROW_FIELDS))",
        'answer = paginate(request, response, query, query._narrowed(["q"]).order_by(*query.order()).values(*ROW_FIELDS))',
        "tests/contract/test_agreement.py::test_page_api_csv_and_json_agree_on_any_query_and_day",
    ),
    Mutation(
        "headline unescaped in feeds",
        "missions/public/feeds.py",
        "        entry.headline,\n",
        '        format_html(entry.headline.replace("{", "{{").replace("}", "}}"), ""),\n',
        "tests/contract/test_contents.py::test_no_text_becomes_markup_or_a_program",
    ),
    Mutation(
        "scope of a token not checked",
        "missions/api/submissions.py",
        " or (sent.submit and token.scope != Scope.SUBMIT):",
        ":",
        "tests/api/test_submissions.py::test_a_draft_may_be_unfinished_and_a_token_for_drafts_submits_nothing",
    ),
    Mutation(
        "load: a changed event becomes a second report",
        "missions/exchange/programme_events.py",
        "StatusChange(**carried, kind=EntryKind.CORRECTION, corrects=entry)",
        "StatusChange(**carried, kind=EntryKind.REPORT)",
        "tests/exchange/test_load_again.py::test_a_changed_row_becomes_one_correction_of_its_entry",
    ),
    Mutation(
        "load: a conflict is overwritten without --force",
        "missions/exchange/programme.py",
        "if was_edited and not self.force:",
        "if was_edited and self.force:",
        "tests/exchange/test_load_again.py::test_an_edit_here_is_a_conflict_that_only_force_overwrites",
    ),
    Mutation(
        "load: an error does not name its column",
        "missions/exchange/sheets.py",
        "row.sheet.problems += [row.problem(message, column.name) for message in error.messages]",
        "row.sheet.problems += [row.problem(message) for message in error.messages]",
        "tests/exchange/test_load_errors.py::test_bad_cells_are_refused_at_their_places",
    ),
    Mutation(
        "register: an import that fails keeps what it wrote before",
        "missions/exchange/register_import.py",
        "        with transaction.atomic():",
        "        if True:",
        "tests/exchange/test_register.py::test_nothing_is_written_where_the_database_refuses_the_last_row",
    ),
    Mutation(
        "register: a formula is exported unescaped as CSV",
        "missions/exchange/register_files.py",
        'rows.writerows([f"\'{cell}" if RISKY.match(cell) else cell for cell in row] for row in missions)',
        "rows.writerows(list(row) for row in missions)",
        "tests/exchange/test_register_export.py::test_no_cell_of_the_csv_file_runs_as_a_formula",
    ),
    Mutation(
        "return form: a mission of another organisation is revealed",
        "missions/exchange/returns.py",
        "Mission.objects.visible_to(by).filter(code__in=",
        "Mission.objects.filter(code__in=",
        "tests/exchange/test_returns.py::test_a_mission_of_another_organisation_is_refused_like_one_that_does_not_exist",
    ),
    Mutation(
        "workbook: a document type with entities is read",
        "missions/exchange/read_workbook_subprocess.py",
        'raise ValueError("a document type")',
        "return",
        "tests/exchange/test_hostile_workbooks.py::test_a_harmful_file_is_refused_within_little_memory_and_time",
    ),
    Mutation(
        "an editor sees the drafts of another office",
        "missions/workflow/admin.py",
        "return Submission.objects.visible_to(request.user)",
        "return Submission.objects.all()",
        "tests/permissions/test_role_matrix.py::test_lists_and_files_hold_the_rows_that_the_role_may_see",
    ),
    Mutation(
        "an evidence file opens to officials of another office",
        "missions/workflow/evidence_views.py",
        "EvidenceFile.objects.visible_to(request.user)",
        "EvidenceFile.objects.all()",
        "tests/permissions/test_role_matrix.py::test_lists_and_files_hold_the_rows_that_the_role_may_see",
    ),
    Mutation(
        "publishing several leaves out silently what cannot be published",
        "missions/workflow/admin.py",
        "publish_all(submissions, by=request.user)",
        "publish_all([each for each in submissions if each.headline_en], by=request.user)",
        "tests/admin/test_review.py::test_the_selected_are_published_all_or_none_and_each_error_names_its_mission",
    ),
    Mutation(
        "the second to save overwrites what another saved",
        "missions/register/conflicts.py",
        "By.YOU if was == now else By.THEM if was == mine else By.BOTH",
        "By.YOU",
        "tests/admin/test_conflicts.py::test_a_field_that_both_changed_is_shown_three_ways_and_nothing_is_saved",
    ),
    Mutation(
        "a submission is returned without a reason",
        "missions/workflow/models.py",
        "if not reason.strip():",
        "if reason is None:",
        "tests/admin/test_review.py::test_a_return_needs_a_reason_and_keeps_what_was_typed",
    ),
    Mutation(
        "an import is carried out on data that changed since its preview",
        "missions/exchange/register_admin.py",
        'if str(found.revision) != request.POST.get("revision"):',
        "if not found.revision:",
        "tests/admin/test_imports.py::test_any_change_since_the_preview_must_be_looked_at_first",
    ),
    Mutation(
        "accounts: wrong passwords do not lock out",
        "hubtracker/settings.py",
        "AXES_FAILURE_LIMIT = 5",
        "AXES_FAILURE_LIMIT = 50",
        "tests/accounts/test_lock_out.py::test_fifth_wrong_password_closes_the_sign_in_for_15_minutes",
    ),
    Mutation(
        "accounts: a link opens an inactive account",
        "missions/accounts/invitations.py",
        " and user.is_active",
        "",
        "tests/accounts/test_invitation.py::test_link_ends_with_the_account_and_with_its_email",
    ),
    Mutation(
        "accounts: administrators need no second factor",
        "missions/permissions.py",
        "settings.HUB_REQUIRE_MFA and (is_coordinator | is_administrator)(user)",
        "settings.HUB_REQUIRE_MFA and is_coordinator(user)",
        "tests/accounts/test_second_factor.py::test_coordinators_and_administrators_need_a_second_factor",
    ),
    Mutation(
        "accounts: the language switch redirects anywhere",
        "missions/accounts/views.py",
        "    return set_language(request)",
        "    set_language(request)\n    from django.http import HttpResponseRedirect\n    return HttpResponseRedirect(request.POST.get('next', '/').strip())",
        "tests/accounts/test_sign_in.py::test_no_form_redirects_to_another_site",
    ),
    Mutation(
        "accounts: the log names who fails to sign in",
        "missions/web/request_log.py",
        '    return "anonymous"',
        "    return str(_client)",
        "tests/operations/test_logs.py::test_lock_out_is_logged_without_the_typed_name",
    ),
    Mutation(
        "accounts: restore takes an unsealed archive",
        "missions/ops/backup.py",
        "        if not unsealed:\n",
        "        if unsealed:\n",
        "tests/ops/test_backup.py::test_damaged_foreign_and_unsealed_backups_are_refused_and_nothing_changes",
    ),
    Mutation(
        "accounts: macros are accepted",
        "missions/workflow/file_types.py",
        "    if MACRO.search(contents):",
        "    if False:",
        "tests/files/test_uploads.py::test_file_is_refused_by_its_content_and_name",
    ),
    Mutation(
        "report: the rate counts withdrawn missions",
        "missions/reports/totals.py",
        "return self.records - self.statuses[Status.WITHDRAWN]",
        "return self.records",
        "tests/reports/test_numbers.py::test_totals_are_those_of_the_records",
    ),
    Mutation(
        "report: evidence ignores known_at",
        "missions/reports/completion.py",
        "uncorrected(query.form.on, query.form.known)",
        "uncorrected(query.form.on)",
        "tests/reports/test_reproducible.py::test_known_at_decides_which_entries_and_evidence_are_in_a_report",
    ),
    Mutation(
        "report: the last row of a sheet is missing",
        "missions/reports/xlsx.py",
        "    for row in sheet:\n        page.line(*cells(row))",
        "    for row in sheet.first(len(sheet) - 1):\n        page.line(*cells(row))",
        "tests/reports/test_formats.py::test_a_workbook_has_every_row_with_dates_as_dates_and_numbers_as_numbers",
    ),
    Mutation(
        "frozen: a file is sent with another byte",
        "missions/public/reports.py",
        "BytesIO(file.data)",
        'BytesIO(file.data + b"\\n")',
        "tests/reports/test_frozen.py::test_files_and_page_stay_when_every_record_changes",
    ),
    Mutation(
        "report: no limit on the number of PDF files",
        "missions/reports/pdf_slots.py",
        'partial(slot, "pdf", most=2',
        'partial(slot, "pdf", most=20',
        "tests/reports/test_limits.py::test_a_third_pdf_is_put_off_while_other_formats_and_finished_ones_are_sent",
    ),
    Mutation(
        "data set: verify.py accepts a changed status",
        "missions/opendata/verify.py",
        "        if cells[0] != cells[1]:",
        '        if cells[0] != cells[1] and column != "status":',
        "tests/opendata/test_verify.py::test_a_tampered_data_set_is_named_though_its_sums_were_written_again",
    ),
]


def copy_tree(folder):
    """Copy what git tracks and what `make` built; the environment is shared."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    made = ["missions/static/missions/site.css", "missions/static/missions/site.js"]
    made += [str(path.relative_to(TOP)) for path in TOP.glob("*/locale/*/LC_MESSAGES/*.mo")]
    for name in [*filter(None, tracked.split("\0")), *made]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, target)
    shutil.copytree(TOP / "var" / "static", folder / "var" / "static")
    (folder / ".venv").symlink_to(TOP / ".venv")


def run(folder, tests):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    return done.returncode, done.stdout + done.stderr


def check(mutation, folder):
    path = folder / mutation.path
    original = path.read_text()
    if original.count(mutation.before) != 1:
        return f"{mutation.name}: {mutation.path} has the text {original.count(mutation.before)} times"
    path.write_text(original.replace(mutation.before, mutation.after))
    try:
        code, output = run(folder, [mutation.test])
    finally:
        path.write_text(original)
    return None if code == 1 else f"{mutation.name}: {mutation.test} ended with {code}\n{output[-2000:]}"


def main(words):
    chosen = [each for each in MUTATIONS if not words or any(word in each.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="hubtracker-mutations-") as top:
        folders: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            folder = Path(top) / str(number)
            copy_tree(folder)
            folders.put(folder)

        def in_a_copy(job):
            folder = folders.get()
            try:
                return job(folder)
            finally:
                folders.put(folder)

        code, output = in_a_copy(lambda folder: run(folder, sorted({each.test for each in chosen})))
        if code:
            sys.exit(f"The tests fail on the code as it is:\n{output[-4000:]}")
        with ThreadPoolExecutor(COPIES) as threads:
            jobs = [threads.submit(in_a_copy, lambda folder, each=each: check(each, folder)) for each in chosen]
            wrong = [problem for job in jobs if (problem := job.result())]
    sys.stdout.write("".join(f"{problem}\n" for problem in wrong))
    sys.stdout.write(f"{len(chosen) - len(wrong)} of {len(chosen)} mutations were found\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
