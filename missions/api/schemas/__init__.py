"""The shapes of what the API takes and answers: types, and for each field what it holds and an example."""

from .common import Page, Problem
from .counts import Figure, Summary
from .missions import Change, Mission, MissionInFull
from .register import Area, Instrument, Organisation, Theme
from .reports import Report, Revision
from .submissions import Received, Submission

__all__ = [
    "Area",
    "Change",
    "Figure",
    "Instrument",
    "Mission",
    "MissionInFull",
    "Organisation",
    "Page",
    "Problem",
    "Received",
    "Report",
    "Revision",
    "Submission",
    "Summary",
    "Theme",
]
