"""Bodies and answers of cases and of what follows bad ratings."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from engine.http.answers import Answer
from engine.http.bodies import Body, Id, TicketId, Verdict, Words

CaseState = Literal["accepted", "informed", "coordinating", "called-back", "closed"]


class OpenCase(Body):
    """A case is accepted (受理), from a visit of today or without one."""

    subject: Words = Field(description="办不成的事，不写个人信息 · What could not be done; no personal data")
    ticket_id: TicketId | None = Field(None, description="今天的号 · A ticket of today")
    service: Id | None = Field(None, description="省略则为该号的业务 · The ticket's service when left out")


class GiveTask(Body):
    """A department gets its part (协调)."""

    department: Id
    is_lead: bool = Field(
        False, description="首个部门总是牵头；只能有一个牵头 · The first one leads anyway; only one does"
    )
    due_at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        None, description="省略则与整件同期 · When the case is due, if left out"
    )


class FinishTask(Body):
    result: Verdict = "done"


class CallBack(Body):
    """The visitor was called back (回访)."""

    is_reached: bool
    is_satisfied: bool | None = Field(None, description="未联系到则不记 · Not kept when nobody was reached")


class Close(Body):
    result: Verdict = "solved"


class Search(BaseModel):
    """How much of a list a query string asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CaseSearch(Search):
    """Which cases a query string asks for."""

    state: CaseState | None = None


class CaseTask(Answer):
    number: int
    department: str
    is_lead: bool
    given_at: datetime
    due_at: datetime
    finished_at: datetime | None
    result: str | None


class Case(Answer):
    """What could not be done at a window; `level` says how often it went up because it was overdue."""

    id: str
    ticket_id: str | None
    service: str | None
    subject: str
    state: CaseState
    level: int
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    tasks: list[CaseTask]
    call_backs: int
    is_reached: bool
    is_satisfied: bool | None
    closed_at: datetime | None
    result: str | None


class CaseAnswer(Answer):
    """What an order did to a case."""

    case: Case
    position: int


class CaseList(Answer):
    cases: list[Case]
    total: int = Field(description="符合的件数 · How many match, shown or not")
    position: int


class FollowUp(Answer):
    """A bad rating that is being looked into."""

    ticket_id: str
    step: int = Field(description="事项序号，从 0 起 · Which item of the visit, from 0")
    stars: int
    window: str
    clerk: str | None
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    call_backs: int
    is_reached: bool
    is_satisfied: bool | None


class FollowUpAnswer(Answer):
    """What an order did to a follow-up; null once it is closed."""

    follow_up: FollowUp | None
    position: int


class FollowUpList(Answer):
    follow_ups: list[FollowUp]
    total: int = Field(description="在办总数 · How many are open, shown or not")
    position: int
