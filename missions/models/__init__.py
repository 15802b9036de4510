from .content import MediaType
from .door import Refused, examine, moves, record, record_many
from .figures import Form, Measure, ReportedFigure, Source
from .files import EvidenceFile
from .imports import Content, Import, ImportState
from .ledger import EntryKind, Evidence, Head, StatusChange
from .mission import Kind, Mission, MissionQuerySet, Provenance
from .people import Membership, Role, User
from .programme import Contradiction, LoadedEvent, Programme, ProgrammeDay
from .register import Area, Instrument, Level, Organisation, SecondPerson, Theme, Zone
from .reminders import Notice, Reminder, Topic
from .reports import FrozenFile, FrozenReport
from .stretches import Stretch
from .tokens import Delivery, Scope, Token, TokenState
from .workflow import State, Step, Submission, SubmittedEvidence, publish_all

__all__ = [
    "Area",
    "Content",
    "Contradiction",
    "Delivery",
    "EntryKind",
    "Evidence",
    "EvidenceFile",
    "Form",
    "FrozenFile",
    "FrozenReport",
    "Head",
    "Import",
    "ImportState",
    "Instrument",
    "Kind",
    "Level",
    "LoadedEvent",
    "Measure",
    "MediaType",
    "Membership",
    "Mission",
    "MissionQuerySet",
    "Notice",
    "Organisation",
    "Programme",
    "ProgrammeDay",
    "Provenance",
    "Refused",
    "Reminder",
    "ReportedFigure",
    "Role",
    "Scope",
    "SecondPerson",
    "Source",
    "State",
    "StatusChange",
    "Step",
    "Stretch",
    "Submission",
    "SubmittedEvidence",
    "Theme",
    "Token",
    "TokenState",
    "Topic",
    "User",
    "Zone",
    "examine",
    "moves",
    "publish_all",
    "record",
    "record_many",
]
