"""The completion report: a query of the list on a day, frozen into what every format draws."""

from ..filters import ReportFilter
from .report import Report, report_of


def completion_report(query: ReportFilter) -> Report:
    """The report that a valid query asks for."""
    return report_of(query, query.qs.prefetch_related("supporting_owners", "areas"))
