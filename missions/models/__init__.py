from .content import MediaType
from .door import Refused, examine, moves, record, record_many
from .figures import Measure, ReportedFigure, Source
from .files import EvidenceFile
from .ledger import EntryKind, Evidence, Head, StatusChange
from .mission import Kind, Mission, MissionQuerySet, Provenance
from .people import Membership, Role, User
from .register import Area, Instrument, Level, Organisation, Theme, Zone
from .reports import FrozenFile, FrozenReport
from .workflow import State, Step, Submission, SubmittedEvidence, publish_all

__all__ = [
    "Area",
    "EntryKind",
    "Evidence",
    "EvidenceFile",
    "FrozenFile",
    "FrozenReport",
    "Head",
    "Instrument",
    "Kind",
    "Level",
    "Measure",
    "MediaType",
    "Membership",
    "Mission",
    "MissionQuerySet",
    "Organisation",
    "Provenance",
    "Refused",
    "ReportedFigure",
    "Role",
    "Source",
    "State",
    "StatusChange",
    "Step",
    "Submission",
    "SubmittedEvidence",
    "Theme",
    "User",
    "Zone",
    "examine",
    "moves",
    "publish_all",
    "record",
    "record_many",
]
