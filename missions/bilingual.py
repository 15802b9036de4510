"""Text in both languages: a pair of fields, and a descriptor that reads the one the reader wants."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

OTHER = {"en": "zh", "zh": "en"}


def read_in() -> str:
    """Which of a pair the active language asks for: `en` or `zh`."""
    return "zh" if (get_language() or "en").startswith("zh") else "en"


class Bilingual:
    """Reads `name_en` or `name_zh`, whichever the active language asks for; `other` reads the one that it does not."""

    def __init__(self, name, *, other=False):
        self.name, self.other = name, other

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, f"{self.name}_{OTHER[read_in()] if self.other else read_in()}")


class Translated:
    """Reads `name_zh` in Chinese where it is filled, and `name` everywhere else."""

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        chinese = getattr(instance, f"{self.name}_zh") if read_in() == "zh" else ""
        return chinese or getattr(instance, self.name)


def both_languages(model, field):
    """The rule that `field_en` and `field_zh` are both filled."""
    return models.CheckConstraint(
        condition=~Q(**{f"{field}_en": ""}) & ~Q(**{f"{field}_zh": ""}),
        name=f"{model}_{field}_both_languages",
        violation_error_message=_("Both languages are needed."),
    )
