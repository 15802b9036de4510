"""The filters of the query language."""

import django_filters
from django.db.models import Q

from ..models import Mission
from ..parameters import NO_SUCH_CHOICE, DayField


class CodesFilter(django_filters.MultipleChoiceFilter):
    def __init__(self, **kwargs):
        super().__init__(distinct=False, error_messages=NO_SUCH_CHOICE, **kwargs)

    def filter(self, qs, value):
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class AreaFilter(CodesFilter):
    """Matches chosen areas and those below without a join, so that no row repeats."""

    def filter(self, qs, value):
        if not value:
            return qs
        below = self.parent.areas.with_those_below(value)
        return qs.filter(pk__in=Mission.objects.filter(areas__code__in=below).values("pk"))


class FlagFilter(CodesFilter):
    def __init__(self, *, condition, choice, **kwargs):
        super().__init__(choices=[("1", choice)], **kwargs)
        self.condition, self.choice = condition, choice

    def filter(self, qs, value):
        return qs.filter(self.condition) if value else qs


class OwnerFilter(CodesFilter):
    """Matches lead owners, or with `supporting` also supporting ones, and those below."""

    def __init__(self, *, supporting=False, **kwargs):
        super().__init__(**kwargs)
        self.supporting = supporting

    def filter(self, qs, value):
        if not value:
            return qs
        below = self.parent.organisations.with_those_below(value)
        owned = Q(lead_owner__code__in=below)
        if self.supporting:
            owned |= Q(pk__in=Mission.objects.filter(supporting_owners__code__in=below).values("pk"))
        return qs.filter(owned)


class DayFilter(django_filters.Filter):
    field_class = DayField

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        del self.extra["required"]
