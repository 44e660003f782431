"""Orders: what somebody, or a deadline, asks of a hall. `engine.core.decide` answers each with facts or a refusal."""

from engine.core.commands.appointments import (
    BookAppointment,
    CancelAppointment,
    CheckIn,
    LapseAppointments,
)
from engine.core.commands.cases import (
    CallBackCase,
    CloseCase,
    EscalateCases,
    FinishCaseTask,
    GiveCaseTask,
    InformCase,
    OpenCase,
)
from engine.core.commands.catalogue import (
    ReviseCatalogue,
)
from engine.core.commands.days import (
    CloseDay,
    ConfigureHall,
    EndIssuing,
    OpenDay,
)
from engine.core.commands.people import (
    BeginSubstitution,
    EndSubstitution,
    MoveWindow,
    ReassignWindow,
    SignIn,
    SignOut,
)
from engine.core.commands.ratings import (
    CallBackFollowUp,
    CloseFollowUp,
    RateTicket,
)
from engine.core.commands.tickets import (
    BeginService,
    CallNext,
    CallTicket,
    CancelTicket,
    ExpireCalls,
    FinishService,
    HoldTicket,
    IssueTicket,
    RecallTicket,
    RecordNoShow,
    ReinstateTicket,
    ResumeTicket,
    TransferTicket,
    WalkDirect,
)
from engine.core.commands.visits import (
    AssignHomeVisit,
    CountSelfService,
    FinishHomeVisit,
    FinishStage,
    RecordForm,
    RecordPrint,
    ReprintTicket,
    RequestHomeVisit,
    TurnAway,
)
from engine.core.commands.warnings import (
    KeepWatch,
    ReportDevice,
)
from engine.core.commands.windows import (
    CloseWindow,
    OpenWindow,
    PauseWindow,
    ResumeWindow,
)

Command = (
    ConfigureHall
    | OpenDay
    | EndIssuing
    | CloseDay
    | IssueTicket
    | CallNext
    | CallTicket
    | RecallTicket
    | BeginService
    | FinishService
    | RecordNoShow
    | ReinstateTicket
    | HoldTicket
    | ResumeTicket
    | TransferTicket
    | CancelTicket
    | WalkDirect
    | ExpireCalls
    | OpenWindow
    | CloseWindow
    | PauseWindow
    | ResumeWindow
    | RecordForm
    | RecordPrint
    | ReprintTicket
    | FinishStage
    | TurnAway
    | CountSelfService
    | RequestHomeVisit
    | AssignHomeVisit
    | FinishHomeVisit
    | BookAppointment
    | CancelAppointment
    | CheckIn
    | LapseAppointments
    | SignIn
    | SignOut
    | BeginSubstitution
    | EndSubstitution
    | MoveWindow
    | ReassignWindow
    | OpenCase
    | InformCase
    | GiveCaseTask
    | FinishCaseTask
    | CallBackCase
    | CloseCase
    | EscalateCases
    | RateTicket
    | CallBackFollowUp
    | CloseFollowUp
    | KeepWatch
    | ReportDevice
    | ReviseCatalogue
)

__all__ = [
    "AssignHomeVisit",
    "BeginService",
    "BeginSubstitution",
    "BookAppointment",
    "CallBackCase",
    "CallBackFollowUp",
    "CallNext",
    "CallTicket",
    "CancelAppointment",
    "CancelTicket",
    "CheckIn",
    "CloseCase",
    "CloseDay",
    "CloseFollowUp",
    "CloseWindow",
    "Command",
    "ConfigureHall",
    "CountSelfService",
    "EndIssuing",
    "EndSubstitution",
    "EscalateCases",
    "ExpireCalls",
    "FinishCaseTask",
    "FinishHomeVisit",
    "FinishService",
    "FinishStage",
    "GiveCaseTask",
    "HoldTicket",
    "InformCase",
    "IssueTicket",
    "KeepWatch",
    "LapseAppointments",
    "MoveWindow",
    "OpenCase",
    "OpenDay",
    "OpenWindow",
    "PauseWindow",
    "RateTicket",
    "ReassignWindow",
    "RecallTicket",
    "RecordForm",
    "RecordNoShow",
    "RecordPrint",
    "ReinstateTicket",
    "ReportDevice",
    "ReprintTicket",
    "RequestHomeVisit",
    "ResumeTicket",
    "ResumeWindow",
    "ReviseCatalogue",
    "SignIn",
    "SignOut",
    "TransferTicket",
    "TurnAway",
    "WalkDirect",
]
