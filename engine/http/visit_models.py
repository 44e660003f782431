"""Bodies and answers of stages, home visits, self-service, visits by mode, and who is turned away at the door."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from engine.http.answers import Answer, Name, VisitStage
from engine.http.bodies import Body, Channel, Id, Verdict
from engine.wire.verbs import COUNT_MAX


class FinishStage(Body):
    result: Verdict = Field("done", description="结果，一个词 · The result, one word")


class RequestHome(Body):
    """A visit at home (上门服务); where and whom is kept outside, under `reference`."""

    service: Id
    reference: Id = Field(description="外部登记编号，不含个人信息 · Leads to where and whom; holds no personal data")
    due_at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        None, description="省略则三个工作日内 · Within three working days when left out"
    )


class AssignHome(Body):
    clerk: Id


class FinishHome(Body):
    outcome: Verdict = Field("done", description="done、told-missing、turned-away、cannot、nobody-home")


class Machines(Body):
    """What a self-service machine has handled since it last said so."""

    service: Id
    device: Id
    count: Annotated[int, Field(ge=1, le=COUNT_MAX)] = 1


class TurnAway(Body):
    """Somebody is turned away before a number is drawn (劝阻)."""

    reason: Verdict = Field(description="原因，一个词，如 wrong-office · The reason, one word")
    service: Id | None = None
    channel: Channel | None = Field(None, description="省略则依身份 · By the credential when left out")


class StageSearch(BaseModel):
    """Which stages a query string asks for; `ready` are finished and not collected yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["open", "overdue", "ready"] = "open"
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class HomeSearch(BaseModel):
    """Which home visits a query string asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Literal["open", "overdue", "finished"] = "open"
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class StaffStage(VisitStage):
    """A stage as those who work on it see it."""

    ticket_id: str
    number: str
    service: str
    department: str | None
    waits: bool
    opened_at: datetime
    is_collected: bool


class Stages(Answer):
    """The first due first."""

    stages: list[StaffStage]
    total: int
    position: int


class DrawnForResult(Answer):
    """The number of a visitor who stayed in the hall for the result."""

    ticket_id: str
    number: str
    service: str


class StageAnswer(Answer):
    stage: StaffStage
    issued: DrawnForResult | None
    position: int


class HomeVisit(Answer):
    id: str
    service: str
    reference: str
    clerk: str | None
    requested_at: datetime
    due_at: datetime
    is_overdue: bool
    finished_at: datetime | None
    outcome: str | None


class HomeVisits(Answer):
    """The first due first."""

    home_visits: list[HomeVisit]
    total: int
    position: int


class HomeVisitAnswer(Answer):
    home_visit: HomeVisit
    position: int


class ModeCount(Answer):
    mode: Literal["instant", "promised", "appointment", "extended", "self-service"]
    name: Name
    visits: int
    finished: int


class Modes(Answer):
    """The day's visits by mode; those at home and those of machines are among them, and told apart."""

    day: str | None
    modes: list[ModeCount]
    home_visits: int
    self_service: int
    turned_away: int
    position: int


class MachineAnswer(Answer):
    service: str
    today: int
    position: int


class TurnedAwayAnswer(Answer):
    today: int
    position: int
