"""What the crowd is let in with, as its parent gives it: one line of JSON."""

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem


class Broker(BaseModel):
    """Where the hall's MQTT broker is, and the hall's place in the topics."""

    model_config = ConfigDict(frozen=True)

    host: str
    port: int
    region: str
    hall: str


class Seat(BaseModel):
    """A window's clerk: a token for HTTP, and a button for MQTT."""

    model_config = ConfigDict(frozen=True)

    clerk_token: str
    device: str
    device_token: str


class Credentials(BaseModel):
    """Everything; without `mqtt` all clerks come in by HTTP."""

    model_config = ConfigDict(frozen=True)

    http: str
    mqtt: Broker | None = None
    kiosk_token: str
    windows: dict[str, Seat]


def read_credentials(text: str, source: str) -> Credentials:
    """The credentials in a line of JSON; raises `BadFile`, whose sentences never show a token."""
    try:
        return Credentials.model_validate_json(text)
    except ValidationError as error:
        raise BadFile(tuple(_problem(source, detail["loc"], detail["msg"]) for detail in error.errors())) from None


def _problem(source: str, place: tuple[int | str, ...], message: str) -> Problem:
    fix = Name("请由 jiaohao demo 启动，或照其格式给出", "let jiaohao demo start the crowd, or give what it gives")
    return Problem(source, 1, ".".join(map(str, place)), Name(message, message), fix)
