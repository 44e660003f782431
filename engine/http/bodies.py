"""Bodies of requests as models: what is not written here is refused, and nothing here can carry a person's data.

Free words (`reason`, `outcome`) end up in the journal: they are short and may hold no row of digits that could be an
identity or telephone number. `evidence` is a kind, never a content; of `on_behalf_of` only whether it was said is kept.
"""

from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine.core.events import HoldKind, Place
from engine.core.rules.issuing import ITEMS_MAX
from engine.http.accounts import PASSWORD_LENGTH_MAX
from engine.http.persons import PERSON_LENGTH_MAX
from engine.http.problems import PersonalWords
from engine.wire.personal import may_be_personal
from engine.wire.verbs import COUNT_MAX

_POSITION_MAX: Final = 2**53

Evidence = Literal[
    "elderly",
    "disabled",
    "pregnant",
    "infant",
    "military",
    "veteran",
    "id-card",
    "senior-card",
    "disability-card",
    "maternity-record",
    "military-card",
    "veteran-card",
    "seen",
    "other",
]
Channel = Literal["kiosk", "guide", "phone", "web", "window", "self-service", "appointment", "walk-in"]
Verdict = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,39}$")]


def _impersonal(words: str, context: ValidationInfo) -> str:
    if may_be_personal(words):
        raise PersonalWords(field=context.field_name)
    return words


# The code of an item may be a long row of digits; the door looks whether the catalogue has it.
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
Id = Annotated[ItemId, AfterValidator(_impersonal)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_impersonal)]
# No more digits in a row than a day or a number has: an id is told again in sentences.
_TICKET_ID: Final = r"[0-9]{8}-(?:[a-z]{1,2}|walk-)[0-9]{1,6}"
TicketId = Annotated[str, StringConstraints(pattern=rf"^{_TICKET_ID}$")]
TicketNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,2}[0-9]{1,6}$")]
StageId = Annotated[str, StringConstraints(pattern=rf"^{_TICKET_ID}-s[0-9]{{1,3}}$")]
AppointmentToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
Position = Annotated[int, Field(ge=0, le=_POSITION_MAX)]
After = Annotated[
    int, Field(ge=0, le=COUNT_MAX, description="place 为 after 时排在几人之后 · With place `after`: behind how many")
]
Said = Annotated[
    bool,
    BeforeValidator(bool),
    WithJsonSchema({"type": ["boolean", "string", "object", "null"]}),
]


class Body(BaseModel):
    """Strict: no unknown field, no conversion between types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Part(Body):
    """One of the things a visit is for: an item of the catalogue, or a service."""

    item: ItemId | None = Field(None, description="事项的 id，见 GET /catalogue · Id of an item, as in GET /catalogue")
    service: Id | None = Field(None, description="业务的 id，没有事项时 · Id of a service, for what is no item")

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Part":
        if (self.item is None) == (self.service is None):
            raise PydanticCustomError("one_of_two", "name an item or a service")
        return self


class Draw(Body):
    """A visitor takes a number: for a service, or for up to eight things one after the other."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"service": "social-security"}]})

    service: Id | None = Field(
        None,
        description="业务的 id，见 GET /hall；有 items 时可省，须与第一件事相同 · "
        "Id of a service, as in GET /hall; may be left out with items, or is that of the first",
    )
    items: Annotated[tuple[Part, ...], Field(strict=False, max_length=ITEMS_MAX)] = Field(
        (), description="依次要办的事，业务依第一件 · What the visit is for, in sequence; queued under the first"
    )
    lane: Id | None = Field(None, description="队列的 id；省略则为第一个 · Id of a lane; the first when left out")
    channel: Channel | None = Field(
        None, description="取号渠道；省略则依身份 · Where it is drawn; by the credential when left out"
    )
    evidence: Evidence | None = Field(
        None, description="优先证件的种类，不含内容 · The kind of paper shown, not its content"
    )
    appointment: AppointmentToken | None = Field(
        None, description="预约的令牌：报到取号 · Token of an appointment: check in and draw its number"
    )
    on_behalf_of: Said = Field(False, description="代他人取号；只记是否填写 · Only whether it was given is kept")
    person: Annotated[str, StringConstraints(max_length=PERSON_LENGTH_MAX)] | None = Field(
        None,
        repr=False,
        description="证件号等，只用于一人一号，不保存 · An ID number, say: for one open ticket each, never kept",
    )
    form_filled: bool = Field(False, description="表已填好 · The form is filled in already")
    return_of: TicketId | None = Field(
        None, description="补件返回：原来的号 · The ticket whose right to come back is used"
    )
    stage: StageId | None = Field(None, description="领取结果：环节的 id · The stage whose result is collected")
    proof: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = Field(
        None, description="大厅屏幕上的六位数字，手机取号用 · The six digits the hall shows, for a phone of one's own"
    )

    @model_validator(mode="after")
    def _is_for_something(self) -> "Draw":
        if self.service is None and not self.items and self.appointment is None:
            raise PydanticCustomError("for_nothing", "name a service, items or an appointment")
        return self


class Printed(Body):
    """What became of a ticket's paper."""

    device: Id = Field(description="打印机或取号机的 id · Id of the printer or the kiosk")
    is_printed: bool
    reason: Words | None = Field(None, description="没有出票的原因 · Why it did not come out")


class Plain(Body):
    """A verb that needs no more than its window."""

    position: Position | None = Field(
        None, description="页面所见窗口的位置；此后有变化则 409 · The position at which the page last saw this window"
    )


class Open(Plain):
    clerk: Id | None = Field(None, description="在窗人员的 id · Id of the clerk who sits down")


class Pause(Plain):
    reason: Words = "break"


class CallChosen(Plain):
    """Call this ticket out of order."""

    ticket_id: TicketId | None = None
    number: TicketNumber | None = Field(
        None, description="今天的号码，代替 ticket_id · Today's number, instead of ticket_id"
    )
    reason: Words = Field(description="为何不按顺序，入日志 · Why the rule is passed over; goes into the journal")


class Finish(Plain):
    """How a visit, or its present item, ends at the window."""

    outcome: Verdict = Field(
        "done",
        description="done 办结、told-missing 一次告知、papers-follow 容缺、accepted 受理转后台、"
        "turned-away 劝阻、cannot 办不成 · The last two need a reason",
    )
    reason: Words | None = Field(None, description="劝阻、办不成须写原因 · Why; needed to turn away and for cannot")
    stays: bool = Field(False, description="下一事项就在本窗口接着办 · The next item goes on at this window")
    waits: bool = Field(False, description="群众在大厅等结果 · The visitor stays in the hall for the result")


class Hold(Plain):
    kind: HoldKind = "no-papers"


class Transfer(Plain):
    """Name a service, a window or a clerk, and only one of them."""

    service: Id | None = None
    window: Id | None = None
    clerk: Id | None = Field(None, description="转给某人：现在所在窗口 · To a person, wherever they sit now")
    place: Place = "original"
    after: After = 0


class Walk(Plain):
    service: Id | None = Field(None, description="省略则为窗口的第一项业务 · The window's first service when left out")


class Nothing(Body):
    """No fields."""


class Reinstate(Body):
    place: Place = "original"
    after: After = 0


class Send(Body):
    """Name a service, a window or a clerk, and only one of them."""

    service: Id | None = None
    window: Id | None = None
    clerk: Id | None = Field(None, description="转给某人：现在所在窗口 · To a person, wherever they sit now")
    place: Place = "original"
    after: After = 0


class Login(Body):
    name: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_LENGTH_MAX)]
