"""Takes nothing, gives the protocols behind which clocks, files, sockets, models and databases stand.

Services know these and nothing else of floor 3b; `wiring.py` plugs the adapters in; `tests/fakes.py` has one honest
fake for each, held to the same contract tests as the real one.

Next: briefing/ports/world.py.
"""

from briefing.ports.backups import Backups, HeldRows
from briefing.ports.checkup import DatabaseInspector, Premises, Probe, Resolver
from briefing.ports.config_file import ConfigFile
from briefing.ports.doors import AnnouncementQueue, Directory, Messenger, RequestNotes
from briefing.ports.jobs import Dispatcher, Gatherings, RateBook, Workforce
from briefing.ports.letters import BounceBook, History, Mailbox, ReturnPath
from briefing.ports.mail import Books, Crew, MessageSigner, Transport
from briefing.ports.readers import KeyStore, Ledger, LinkSigner, RequestLog, SubscriberStore
from briefing.ports.sources import ArticleStore, Scout, VisitBook
from briefing.ports.watch import AlarmLog, Gauges, Pinger, RunLog
from briefing.ports.world import (
    Archive,
    Clock,
    Collector,
    DocumentReader,
    EditionMaker,
    EditionMemory,
    Encoder,
    GeneratedTexts,
    LanguageDetector,
    LookLog,
    PictureDesk,
    PreparedEditions,
    Shelf,
    SourceLog,
    Stopwatch,
    VectorCache,
    Writer,
)

__all__ = [
    "AlarmLog",
    "AnnouncementQueue",
    "Archive",
    "ArticleStore",
    "Backups",
    "Books",
    "BounceBook",
    "Clock",
    "Collector",
    "ConfigFile",
    "Crew",
    "DatabaseInspector",
    "Directory",
    "Dispatcher",
    "DocumentReader",
    "EditionMaker",
    "EditionMemory",
    "Encoder",
    "Gatherings",
    "Gauges",
    "GeneratedTexts",
    "HeldRows",
    "History",
    "KeyStore",
    "LanguageDetector",
    "Ledger",
    "LinkSigner",
    "LookLog",
    "Mailbox",
    "MessageSigner",
    "Messenger",
    "PictureDesk",
    "Pinger",
    "Premises",
    "PreparedEditions",
    "Probe",
    "RateBook",
    "RequestLog",
    "RequestNotes",
    "Resolver",
    "ReturnPath",
    "RunLog",
    "Scout",
    "Shelf",
    "SourceLog",
    "Stopwatch",
    "SubscriberStore",
    "Transport",
    "VectorCache",
    "VisitBook",
    "Workforce",
    "Writer",
]
