"""Answers as models. They describe the views of `engine.core.views` in OpenAPI; tests hold real answers to them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.core.events import RuleKind
from engine.http.credentials import Role

WindowState = Literal["closed", "idle", "called", "serving", "paused"]
TicketState = Literal["preparing", "waiting", "called", "serving", "held", "missed", "finished", "cancelled"]


class Answer(BaseModel):
    # A running hall never validates its own answers: they are built when somebody asks for the OpenAPI document.
    model_config = ConfigDict(extra="forbid", defer_build=True)


class Name(Answer):
    """One name in both languages."""

    zh: str
    en: str


class WaitS(Answer):
    """Half of the visitors in this place wait at most `p50` seconds, nine in ten at most `p90`."""

    p50: int
    p90: int


class IssuedTicket(Answer):
    ticket_id: str
    number: str
    token: str = Field(description="打开 /t/{token}，当日有效 · Opens /t/{token}; valid for the service day")
    ahead: int
    wait_s: WaitS
    position: int
    service: str
    lane: str
    state: TicketState = Field(description="preparing：先填表，再等候 · A form comes first; waiting otherwise")
    is_late: bool | None = Field(None, description="预约迟到，只在预约报到时有 · Only for an appointment: it came late")
    issued_at: datetime


class NamedService(Answer):
    id: str
    name: Name | None


class NamedLane(Answer):
    id: str
    name: Name | None
    mark: Name | None


class WindowPlace(Answer):
    id: str
    number: int
    name: Name
    zone: str


class VisitItem(Answer):
    """One of the things a visit is for."""

    service: str
    item: str | None
    name: Name | None
    state: Literal["done", "now", "next"]


class VisitStage(Answer):
    """A part of a visit that goes on without the visitor."""

    id: str
    kind: Literal["back-office", "papers"]
    state: Literal["open", "finished"]
    due_at: datetime
    is_overdue: bool
    finished_at: datetime | None
    result: str | None
    collect_at: NamedService | None
    collect_number: str | None


class Ticket(Answer):
    """One visit."""

    ticket_id: str
    number: str
    service: NamedService
    lane: NamedLane
    state: TicketState
    ahead: int
    wait_s: WaitS | None
    window: WindowPlace | None
    issued_at: datetime
    called_at: datetime | None
    began_at: datetime | None
    finished_at: datetime | None
    recalls: int
    outcome: str | None
    form_filled: bool
    printed: bool | None = Field(description="null：打印机尚未回报 · null until a printer said whether it came out")
    copies: int = Field(description="补打次数 · How often it was printed again")
    mode: Literal["instant", "promised", "appointment", "extended", "self-service"]
    items: list[VisitItem] = Field(description="一号多事；单一业务为空 · Empty when it is for its service alone")
    stages: list[VisitStage]
    return_until: datetime | None = Field(description="此前可免排队返回 · May come back until then without queueing")
    position: int


class StaffTicket(Ticket):
    """One visit as staff see it."""

    case: str | None = Field(description="由此受理的办不成事 · The case that came from this visit")
    owner: str | None = Field(description="首问负责人 · The clerk who first dealt with it and answers for it")


class TicketAnswer(Answer):
    """What an order did to a ticket."""

    ticket: Ticket
    position: int


class Reason(Answer):
    """Why this ticket was called and no other; urgencies in points."""

    rule: RuleKind
    tier: int
    points: float
    waited_s: int
    runner_up: str | None
    runner_up_points: float | None
    words: str | None


class WindowBrief(Answer):
    id: str
    number: int
    state: WindowState
    ticket: str | None


class WindowAnswer(Answer):
    """What a verb did: the window, the visit it concerned, and why it was called."""

    window: WindowBrief
    ticket: Ticket | None
    reason: Reason | None
    position: int


class PublicWindow(Answer):
    id: str
    number: int
    name: Name
    zone: str
    state: WindowState
    ticket: str | None
    mark: Name | None
    serves: list[str]


class Line(Answer):
    ticket_id: str
    number: str
    service: str
    lane: str
    mark: Name | None
    waited_s: int
    window: str | None
    hold_kind: str | None
    held_s: int | None


class Window(Answer):
    """A window as its clerk sees it; `waiting` in the order it would call them if it called them all at this moment."""

    id: str
    number: int
    name: Name
    zone: str
    state: WindowState
    mark: Name | None
    serves: list[str]
    clerk: str | None
    since: datetime | None
    pause_reason: str | None
    reason: Reason | None
    ticket_number: str | None
    ticket: Ticket | None
    waiting: list[Line]
    waiting_total: int
    held: list[Line]
    missed: list[Line]
    recall_limit: int
    served_today: int
    position: int


class HallName(Answer):
    id: str
    region: str
    name: Name


class ServiceState(Answer):
    id: str
    prefix: str
    name: Name
    group: str | None
    zone: str
    waiting: int
    wait_s: WaitS
    is_open: bool
    closed_because: str | None = Field(description="取号会得到的拒绝代码 · The code a kiosk would be refused with")


class Lane(Answer):
    id: str
    name: Name
    mark: Name | None
    groups: list[str]


class Group(Answer):
    id: str
    name: Name


class Zone(Answer):
    id: str
    name: Name
    kind: str
    waiting: int


class RecentCall(Answer):
    ticket: str
    window: str
    number: int | None
    zone: str | None
    at: datetime
    position: int
    count: int
    mark: Name | None


class Hall(Answer):
    """The whole public state as of `position`."""

    position: int
    epoch: str
    at: datetime
    hall: HallName
    day: str | None
    phase: Literal["closed", "open", "ending"]
    services: list[ServiceState]
    lanes: list[Lane]
    groups: list[Group]
    zones: list[Zone]
    windows: list[PublicWindow]
    recent: list[RecentCall]


class Session(Answer):
    """Who is logged in."""

    name: str
    role: Role
    window: str | None


class Day(Answer):
    day: str | None
    phase: Literal["closed", "open", "ending"]
    position: int
