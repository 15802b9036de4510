"""Return forms as a browser handles them: downloaded, handed in, looked at, submitted."""

import re
from collections import Counter

from django.core.files.uploadedfile import SimpleUploadedFile

from missions.models import Import, StatusChange, Step, Submission, SubmittedEvidence
from tests.forms import Form
from tests.public.dom import parse

ADD = "/admin/missions/import/add/"
REPORTED = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}


def download(client):
    return client.get("/admin/missions/import/return.xlsx").getvalue()


class Preview:
    """What the page of a form that was handed in shows."""

    def __init__(self, answer):
        self.page = parse(answer)
        self.address = answer.request["PATH_INFO"]
        self.is_refused_whole = self.address == ADD
        self.problems = [row.text for section in self.sections("refused") for row in section.all("th", scope="row")]
        self.conflicts = [box["value"] for box in self.page.all("input", name="chosen")]
        rows = [row.text for section in self.sections("to-submit") for row in section.all("th", scope="row")]
        self.to_submit = [row.split()[0] for row in rows]
        self.can_submit = bool(self.page.all("input", name="_carry_out"))

    def sections(self, name):
        return self.page.all("section", aria_labelledby=name)

    @property
    def unread(self):
        """The addresses of cells that report nothing, wherever the page names them."""
        texts = [paragraph.text for details in self.page.all("details") for paragraph in details.all("p")]
        return [text for each in texts for text in each.split() if re.fullmatch(r"[A-Z]+\d+", text)]

    def submit(self, client, *chosen):
        fields = {field["name"]: field["value"] for field in self.page.all("input", type="hidden")}
        return client.post(self.address, {**fields, "_carry_out": "1", "chosen": chosen}, follow=True)


def hand_in(client, form, name="return.xlsx"):
    content = form.content if isinstance(form, Form) else form
    return Preview(client.post(ADD, {"file": SimpleUploadedFile(name, content)}, follow=True))


def written():
    """How many rows there are of all that submitting writes, and of imports by their states."""
    models = (Submission, SubmittedEvidence, Step, StatusChange)
    return [model.objects.count() for model in models], Counter(Import.objects.values_list("state", flat=True))
