from datetime import date
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from missions.models import Submission, SubmittedEvidence, Role
from tests import build
from tests.admin.pages import errors, filled_in, messages

BEGUN = {"status": "completed", "effective_on": "2024-03-01", "basis": "owner", "headline_en": "Work began", "headline_zh": "工程开工"}

def test_resend(client, coordinator):
    m = build.mission(status="not_started")
    page = f"/admin/missions/mission/{m.pk}/report/"
    typed = {**filled_in(client.get(page)), **BEGUN, "basis": "", "evidence-0-title": "Notice", "evidence-0-published_on": "2024-03-01",
      "evidence-0-upload": SimpleUploadedFile("a.pdf", build.PDF)}
    a = client.post(page, {**typed, "_submit": "1"})
    print(a.status_code, errors(a), a.context["form"].evidence.errors)
    print(list(SubmittedEvidence.objects.values()))
    again = filled_in(a)
    print(again)
    again["basis"] = "owner"
    b = client.post(page, {**again, "_submit": "1"})
    print(b.status_code)
    if b.context: print(errors(b), b.context["form"].evidence.errors)
    print(list(SubmittedEvidence.objects.values()))
    print(Submission.objects.values())
    assert 0

def test_bad_version(client, coordinator):
    s = build.submission(by=coordinator)
    page = f"/admin/missions/submission/{s.pk}/change/"
    typed = filled_in(client.get(page))
    for v in ("x", "9"*30, ""):
        print(client.post(page, {**typed, "version": v, "headline_en": "y", "_save": "1"}).status_code)
    assert 0

def test_bad_file(client, coordinator):
    s = build.submission(by=coordinator)
    page = f"/admin/missions/submission/{s.pk}/change/"
    typed = filled_in(client.get(page))
    print(client.post(page, {**typed, "evidence-0-file": "x", "evidence-0-source": "x", "_save": "1"}).status_code)
    assert 0

def test_theirs(client, coordinator):
    s = build.submission(by=coordinator)
    page = f"/admin/missions/submission/{s.pk}/change/"
    typed = filled_in(client.get(page))
    s.save()
    s.cite([build.submitted_evidence(published_on=date(2024,1,1)) for _ in range(10)])
    a = client.post(page, {**typed, "headline_en": "y", "_save": "1"})
    print(a.status_code, a.context and errors(a))
    print(filled_in(a))
    assert 0

def test_bulk_ids(client, coordinator):
    build.mission()
    for ids in ("9"*20, "9"*5000, "1,x"):
        try: print(client.get("/admin/missions/mission/report-many/", {"mission": ids}).status_code)
        except Exception as e: print(type(e), str(e)[:100])
    assert 0
