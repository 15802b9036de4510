from .accounts.models import Membership, Role, User
from .accounts.tokens import Delivery, Scope, Token, TokenState
from .exchange.models import Import, ImportKind, ImportState
from .figures.models import Form, Measure, ReportedFigure, Source
from .ledger.entries import EntryKind, Evidence, Head, StatusChange
from .ledger.periods import StatusPeriod
from .ledger.recording import EntryRejected, allowed_transitions, record, record_many, validate
from .register.mission import Kind, Mission, MissionQuerySet, Provenance
from .register.models import Area, Instrument, Level, Organisation, SecondPerson, Theme, Zone
from .register.programme import Contradiction, LoadedEvent, Programme, ProgrammeDay
from .reminders.models import Notice, Reminder, Topic
from .reports.models import FrozenFile, FrozenReport
from .workflow.evidence_files import EvidenceFile
from .workflow.models import State, Step, Submission, SubmittedEvidence, publish_all
from .workflow.upload_limits import MediaType
