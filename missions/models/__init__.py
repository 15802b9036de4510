from .door import Refused, record, record_many
from .figures import Measure, ReportedFigure, Source
from .ledger import EntryKind, Evidence, Head, StatusChange
from .mission import Kind, Mission, Provenance
from .people import Membership, Role, User
from .register import Area, Instrument, Level, Organisation, Theme, Zone

__all__ = [
    "Area",
    "EntryKind",
    "Evidence",
    "Head",
    "Instrument",
    "Kind",
    "Level",
    "Measure",
    "Membership",
    "Mission",
    "Organisation",
    "Provenance",
    "Refused",
    "ReportedFigure",
    "Role",
    "Source",
    "StatusChange",
    "Theme",
    "User",
    "Zone",
    "record",
    "record_many",
]
