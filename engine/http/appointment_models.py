"""Bodies, queries and answers of appointments."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.http.answers import Answer, NamedService
from engine.http.bodies import Body, Id
from engine.http.persons import PERSON_LENGTH_MAX

Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Start = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
BookerWords = Annotated[str, StringConstraints(min_length=1, max_length=PERSON_LENGTH_MAX)]


class SlotSearch(BaseModel):
    """Which day of a service a query string asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: Id
    day: Day | None = Field(None, description="省略则为今天 · Today when left out")


class DaySearch(BaseModel):
    """Which day a query string asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: Day | None = Field(None, description="省略则为今天 · Today when left out")


class Book(Body):
    """A place in a slot is taken."""

    service: Id
    day: Day
    start: Start = Field(description="时段的开始 · When the slot begins")
    booker: BookerWords | None = Field(
        None,
        # What somebody typed is in no digest either.
        exclude=True,
        description="手机号等，只留当季的密文 · A telephone number or the like; only its hash is kept, under a key of "
        "the quarter",
    )


class CheckIn(Body):
    lane: Id | None = Field(None, description="优先队列等 · A lane in the visitor's own right, such as priority")
    proof: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = Field(
        # A phone may repeat its request under another minute's code.
        None,
        exclude=True,
        description="大厅屏幕上的六位数字，手机报到用 · The six digits the hall shows, for a phone of one's own",
    )


class Slot(Answer):
    start: str
    free: int
    of: int


class Slots(Answer):
    """One day of a service; no slots on a day that cannot be booked."""

    service: str
    day: str
    last_day: str = Field(description="现在可约的最后一天 · The last day that may be booked now")
    slots: list[Slot]
    position: int


class Appointment(Answer):
    """One appointment, as its holder and the staff see it; who booked is not in it."""

    appointment_id: str
    service: NamedService
    day: str
    start: str
    check_in_from: datetime | None
    check_in_until: datetime | None = Field(description="之后仍可报到，排普通队 · Later ones wait in the ordinary lane")
    cancel_until: datetime | None
    state: Literal["booked", "kept", "cancelled", "missed"]
    is_late: bool
    number: str | None
    position: int


class BookedAppointment(Appointment):
    token: str = Field(description="查看、取消、报到的凭证 · Shows, cancels and keeps this appointment")


class Appointments(Answer):
    """The appointments of one day in the order of their slots."""

    day: str
    appointments: list[Appointment]
    position: int
