"""Builds records for tests, each with what the test names and something plain for the rest."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from itertools import count
from unittest import mock

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction

from missions.days import today
from missions.models import (
    Area,
    Contradiction,
    EntryKind,
    Evidence,
    EvidenceFile,
    FrozenFile,
    FrozenReport,
    Import,
    ImportKind,
    Instrument,
    Membership,
    Mission,
    Organisation,
    Programme,
    ProgrammeDay,
    ReportedFigure,
    Role,
    Scope,
    Source,
    StatusChange,
    Submission,
    SubmittedEvidence,
    Theme,
    Token,
    User,
    record,
)
from missions.status import Basis, Status
from missions.text import ValidatedText

ISSUED = date(2021, 2, 24)
PASSWORD = "a long enough password"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

_numbers = count(1)


def any_character():
    """Accept all characters, as an older release may have stored them."""
    return mock.patch.object(ValidatedText, "clean_fields", models.Model.clean_fields)


def instrument(code="FP", issued_on=ISSUED, **fields):
    names = {"title_en": f"Instrument {code}", "title_zh": f"文件{code}", "issuer_en": "Issuer", "issuer_zh": "单位"}
    return Instrument.objects.get_or_create(code=code, defaults={**names, "issued_on": issued_on, **fields})[0]


def theme(code="T1", **fields):
    names = {"name_en": f"Theme {code}", "name_zh": f"主题{code}"}
    return Theme.objects.get_or_create(code=code, defaults={**names, **fields})[0]


def area(code="A1", **fields):
    names = {"name_en": f"Area {code}", "name_zh": f"区域{code}", "zone": "core"}
    return Area.objects.get_or_create(code=code, defaults={**names, **fields})[0]


def organisation(code="O1", **fields):
    names = {"name_en": f"Organisation {code}", "name_zh": f"单位{code}", "level": "agency"}
    return Organisation.objects.get_or_create(code=code, defaults={**names, **fields})[0]


def source(key="s1", **fields):
    names = {"title": f"Source {key}", "publisher": "Publisher", "url": f"https://example.org/{key}", "language": "en"}
    return Source.objects.get_or_create(key=key, defaults={**names, **fields})[0]


def figure(**fields):
    plain = {
        "as_of": date(2024, 3, 2),
        "indicator_en": "Missions completed",
        "indicator_zh": "完成任务",
        "value": 100,
        "unit": "missions",
        "instrument": instrument(),
        "source": source(),
    }
    return ReportedFigure.objects.create(**{**plain, **fields})


def programme(**fields):
    texts = ("name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh")
    return Programme.objects.get_or_create(key="hub", defaults={**dict.fromkeys(texts, "Hub"), **fields})[0]


def programme_day(**fields):
    texts = {"label_en": "Plan published", "label_zh": "方案公布"}
    key = {"date": date(2021, 2, 24), "source": source()}
    return ProgrammeDay.objects.get_or_create(**key, defaults={**texts, **fields})[0]


def contradiction(**fields):
    texts = {"text_en": "One against two.", "text_zh": "一与二不一致。"}
    return Contradiction.objects.get_or_create(key="one", defaults={**texts, **fields})[0]


def mission(code=None, *, opened=True, due=None, status=None, on=date(2024, 1, 1), areas=(), supporting=(), **fields):
    """Create a mission with its opening entry, and a report if `status` is set."""
    number = next(_numbers)
    plain = {
        "code": code or f"M-{number:03}",
        "number": number,
        "kind": "policy",
        "provenance": "editorial-split",
        "title_en": f"Mission {number}",
        "title_zh": f"任务{number}",
    }
    linked = {"instrument": instrument, "theme": theme, "lead_owner": organisation}
    linked = {name: fields.pop(name, None) or build() for name, build in linked.items()}
    record = Mission.objects.create(**{**plain, **linked, **fields})
    record.areas.set(areas)
    record.supporting_owners.set(supporting)
    if opened:
        opening(record, due=due)
    if status:
        report(record, status, on=on)
    record.refresh_from_db()
    return record


def opening(mission, *, due=None, on=None):
    draft = StatusChange(
        mission=mission,
        kind=EntryKind.OPENING,
        status=Status.UNREPORTED,
        due=due,
        effective_on=on or mission.instrument.issued_on,
        basis=Basis.DOCUMENT,
    )
    return record(draft, by=None)


def evidence(**fields):
    return Evidence(**{"title": "Evidence", "publisher": "Publisher", "url": "https://example.org/evidence", **fields})


def report(mission, status, *, on=date(2024, 1, 1), by=None, basis=Basis.DOCUMENT, evidence=None, **fields):
    """Record a report, by default with one public piece of evidence."""
    draft = StatusChange(
        mission=mission,
        status=status,
        effective_on=on,
        basis=basis,
        **{"headline_en": f"Now {status}", "headline_zh": f"现为{status}", **fields},
    )
    return record(draft, [globals()["evidence"]()] if evidence is None else evidence, by=by)


def deadline(mission, due, *, on, by=None, **fields):
    draft = StatusChange(
        mission=mission,
        kind=EntryKind.DEADLINE,
        due=due,
        effective_on=on,
        basis=Basis.DOCUMENT,
        **{"decided_by": "Municipal Government", "headline_en": "New due date", "headline_zh": "期限调整", **fields},
    )
    return record(draft, by=by)


def correct(entry, *, by=None, evidence=None, **changes):
    """Record a correction of `entry`; `changes` replaces its values."""
    same = {field: getattr(entry, field) for field in ("status", "due", "decided_by", "effective_on", "basis")}
    if entry.sets_due and not {"due", "effective_on"}.isdisjoint(changes):
        same["decided_by"] = "Municipal Government"
    draft = StatusChange(
        mission=entry.mission,
        kind=EntryKind.CORRECTION,
        corrects=entry,
        **{"headline_en": "Corrected", "headline_zh": "更正", **same, **changes},
    )
    return record(draft, [globals()["evidence"]()] if evidence is None else evidence, by=by)


def user(username="official", *roles, organisation=None, **fields):
    """Create an account with PASSWORD: a coordinator, unless `roles` are given."""
    plain = {"language": "en", "must_change_password": False, "password": make_password(PASSWORD)}
    account = User.objects.create(username=username, **{**plain, **fields})
    for role in roles or [Role.COORDINATOR]:
        Membership.objects.create(user=account, role=role, organisation=organisation if role == Role.EDITOR else None)
    return account


def nameless():
    """Create a coordinator without a password, because hashing is slow."""
    account = User.objects.create(username=f"official-{next(_numbers)}")
    Membership.objects.create(user=account, role=Role.COORDINATOR)
    return account


def membership(role=Role.EDITOR, *, user=None, organisation=None):
    """Create a role; an editor's is for `organisation`."""
    user = user or User.objects.create(username=f"official-{next(_numbers)}")
    held_for = (organisation or globals()["organisation"]()) if role == Role.EDITOR else None
    return Membership.objects.create(user=user, role=role, organisation=held_for)


def token(held=None, name="Office system", scope=Scope.SUBMIT, days=90, by=None):
    expires_on = today() + timedelta(days=days)
    by = by or membership(Role.ADMINISTRATOR).user
    return Token.objects.issue(membership=held or membership(), name=name, scope=scope, expires_on=expires_on, by=by)


def evidence_file(name="letter.pdf", content=PDF, by=None):
    return EvidenceFile.objects.take(SimpleUploadedFile(name, content), by=by or nameless())


def submission(mission=None, by=None, kind=EntryKind.REPORT, evidence=(), **fields):
    """Create a complete draft; `evidence` is unsaved SubmittedEvidence."""
    defaults = {
        "mission": mission or globals()["mission"](),
        "author": by or nameless(),
        "status": "" if kind == EntryKind.DEADLINE else Status.IN_PROGRESS,
        "effective_on": date(2024, 1, 1),
        "basis": Basis.DOCUMENT,
        "decided_by": "Municipal Government" if kind == EntryKind.DEADLINE else "",
        "headline_en": "Work has begun",
        "headline_zh": "已开工",
    }
    submission = Submission.objects.create(kind=kind, **{**defaults, **fields})
    for item in evidence:
        item.submission = submission
        item.save()
    return submission


def submitted_evidence(**fields):
    names = {"title": "Evidence", "publisher": "Publisher", "url": "https://example.org/evidence"}
    return SubmittedEvidence(**{**names, **fields})


def imported(by=None, kind=ImportKind.REGISTER, name="register.csv", content=b"code,title_en\r\n"):
    return Import.objects.take(name, content, kind, by=by or nameless())


REPORT_JSON = {"whole": {"completed": 1, "counted": 3, "documented": 1}, "rule": {"en": "Rule", "zh": "规则"}}
FILES = {"report.json": json.dumps(REPORT_JSON).encode(), "report.html": b"<style>p{}</style><p>Frozen"}


def frozen_report(slug="2024-06-30-report", files=FILES, **fields):
    plain = {
        "title_en": f"Report {slug}",
        "title_zh": f"报告{slug}",
        "query": "as_of=2024-06-30&lang=both",
        "as_of": date(2024, 6, 30),
        "count": 3,
        "revision": 7,
        "advanced_at": datetime(2024, 6, 30, 4, tzinfo=UTC),
        "ledger_head": "0" * 64,
    }
    if fields.get("supersedes"):
        plain |= {"reason_en": "A sum was wrong", "reason_zh": "合计有误"}
    report = FrozenReport(slug=slug, **{**plain, **fields})
    files = [frozen_file(slug, name, content) for name, content in files.items()]
    report.seal = fields.get("seal") or report.computed_seal(files)
    with transaction.atomic():
        for file in files:
            file.save()
        report.save(force_insert=True)
    return report


def frozen_file(slug, name="more.json", content=b"{}"):
    digest = hashlib.sha256(content).hexdigest()
    media_type = "text/html; charset=utf-8" if name.endswith(".html") else "application/json"
    fields = {"language": "both", "media_type": media_type, "size": len(content), "sha256": digest}
    return FrozenFile(report_id=slug, name=name, content=content, **fields)
