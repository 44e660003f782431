"""Facts: what has happened in a hall, frozen, in the order of the journal.

A fact is enough to change a hall (`Hall.apply`) and to tell a device about it; it never refers to a clock or a setting.
Every fact has its moment `at_ms`, whole milliseconds since 1970 in UTC. Fields after it were added later and have
defaults.
"""

from engine.core.events.appointments import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentKept,
    AppointmentMissed,
)
from engine.core.events.base import HoldKind, Millis, Place
from engine.core.events.cases import (
    CaseCalledBack,
    CaseClosed,
    CaseEscalated,
    CaseInformed,
    CaseOpened,
    CaseTaskFinished,
    CaseTaskGiven,
)
from engine.core.events.catalogue import (
    CatalogueRevised,
)
from engine.core.events.days import (
    DayClosed,
    DayOpened,
    HallConfigured,
    IssuingEnded,
)
from engine.core.events.people import (
    ClerkSignedIn,
    ClerkSignedOut,
    OwnerNamed,
    SubstitutionBegan,
    SubstitutionEnded,
    WindowMoved,
    WindowReassigned,
)
from engine.core.events.ratings import (
    FollowUpCalledBack,
    FollowUpClosed,
    FollowUpOpened,
    TicketRated,
)
from engine.core.events.tickets import (
    CallReason,
    RuleKind,
    ServiceBegan,
    ServiceFinished,
    TicketCalled,
    TicketCancelled,
    TicketHeld,
    TicketIssued,
    TicketMissed,
    TicketRecalled,
    TicketReinstated,
    TicketResumed,
    TicketTransferred,
    VisitItem,
    WalkInBegan,
)
from engine.core.events.visits import (
    FormFilled,
    FormPending,
    HomeVisitAssigned,
    HomeVisitFinished,
    HomeVisitRequested,
    ItemBegan,
    ItemFinished,
    ReturnGranted,
    SelfServiceCounted,
    StageFinished,
    StageKind,
    StageOpened,
    TicketNotPrinted,
    TicketPrinted,
    TicketReprinted,
    VisitorTurnedAway,
)
from engine.core.events.warnings import (
    WarningCleared,
    WarningKind,
    WarningRaised,
)
from engine.core.events.windows import (
    WindowClosed,
    WindowOpened,
    WindowPaused,
    WindowResumed,
)

Event = (
    HallConfigured
    | DayOpened
    | IssuingEnded
    | DayClosed
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | ServiceBegan
    | ServiceFinished
    | TicketMissed
    | TicketReinstated
    | TicketHeld
    | TicketResumed
    | TicketTransferred
    | TicketCancelled
    | WalkInBegan
    | WindowOpened
    | WindowClosed
    | WindowPaused
    | WindowResumed
    | FormPending
    | FormFilled
    | TicketPrinted
    | TicketNotPrinted
    | TicketReprinted
    | ItemFinished
    | ItemBegan
    | ReturnGranted
    | StageOpened
    | StageFinished
    | VisitorTurnedAway
    | SelfServiceCounted
    | HomeVisitRequested
    | HomeVisitAssigned
    | HomeVisitFinished
    | AppointmentBooked
    | AppointmentCancelled
    | AppointmentKept
    | AppointmentMissed
    | ClerkSignedIn
    | ClerkSignedOut
    | SubstitutionBegan
    | SubstitutionEnded
    | OwnerNamed
    | WindowMoved
    | WindowReassigned
    | CaseOpened
    | CaseInformed
    | CaseTaskGiven
    | CaseTaskFinished
    | CaseEscalated
    | CaseCalledBack
    | CaseClosed
    | TicketRated
    | FollowUpOpened
    | FollowUpCalledBack
    | FollowUpClosed
    | WarningRaised
    | WarningCleared
    | CatalogueRevised
)

__all__ = [
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentKept",
    "AppointmentMissed",
    "CallReason",
    "CaseCalledBack",
    "CaseClosed",
    "CaseEscalated",
    "CaseInformed",
    "CaseOpened",
    "CaseTaskFinished",
    "CaseTaskGiven",
    "CatalogueRevised",
    "ClerkSignedIn",
    "ClerkSignedOut",
    "DayClosed",
    "DayOpened",
    "Event",
    "FollowUpCalledBack",
    "FollowUpClosed",
    "FollowUpOpened",
    "FormFilled",
    "FormPending",
    "HallConfigured",
    "HoldKind",
    "HomeVisitAssigned",
    "HomeVisitFinished",
    "HomeVisitRequested",
    "IssuingEnded",
    "ItemBegan",
    "ItemFinished",
    "Millis",
    "OwnerNamed",
    "Place",
    "ReturnGranted",
    "RuleKind",
    "SelfServiceCounted",
    "ServiceBegan",
    "ServiceFinished",
    "StageFinished",
    "StageKind",
    "StageOpened",
    "SubstitutionBegan",
    "SubstitutionEnded",
    "TicketCalled",
    "TicketCancelled",
    "TicketHeld",
    "TicketIssued",
    "TicketMissed",
    "TicketNotPrinted",
    "TicketPrinted",
    "TicketRated",
    "TicketRecalled",
    "TicketReinstated",
    "TicketReprinted",
    "TicketResumed",
    "TicketTransferred",
    "VisitItem",
    "VisitorTurnedAway",
    "WalkInBegan",
    "WarningCleared",
    "WarningKind",
    "WarningRaised",
    "WindowClosed",
    "WindowMoved",
    "WindowOpened",
    "WindowPaused",
    "WindowReassigned",
    "WindowResumed",
]
