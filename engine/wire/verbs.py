"""What a window verb of a message means: an order to the hall, or a complaint about its arguments.

Free words end up in the journal, so they are short and may hold no row of digits that could be an identity or telephone
number. Arguments nobody knows are ignored, as everywhere on the wire.
"""

import re
from collections.abc import Callable
from typing import Any, Final, get_args

from engine.core import commands as c
from engine.core import numbering
from engine.core.commands import Command
from engine.core.events import HoldKind, Place
from engine.core.hall import Hall
from engine.wire.messages import Payload
from engine.wire.personal import may_be_personal
from engine.wire.requests import TEXT_CHARACTERS_MAX, VERBS, BadMessage, CommandMessage
from engine.wire.topics import is_id

NO_TICKET: Final = ""
"""The ticket of a transfer from a window that has none: no ticket is called so, and the hall says no."""

COUNT_MAX: Final = 10_000
_OUTCOME: Final = re.compile(r"[a-z][a-z-]{0,39}")
_TICKET_ID: Final = re.compile(r"[0-9]{8}-[a-z0-9-]{1,12}")
_OUTCOMES_BEFORE: Final = {"told-what-is-missing": "told-missing", "accepted-missing-papers": "papers-follow"}
_NUMBER: Final = re.compile(r"[A-Za-z]{1,2}[0-9]{1,6}")


def outcome_of(said: str) -> str:
    """The outcome somebody means: older clients have other words for two of them.

    >>> outcome_of("told-what-is-missing"), outcome_of("done")
    ('told-missing', 'done')
    """
    return _OUTCOMES_BEFORE.get(said, said)


def window_order(message: CommandMessage, hall: Hall) -> Command:
    """The order in a command message; raises `BadMessage`. The hall only tells which ticket is meant."""
    return _ORDERS[message.verb](message, hall)


def if_position(message: CommandMessage) -> int | None:
    """The position the sender last saw of the window, when it said so; raises `BadMessage`."""
    position = message.args.get("position")
    if position is None or (isinstance(position, int) and not isinstance(position, bool) and 0 <= position < 2**53):
        return position
    raise BadMessage("bad-message", "position must be a whole number")


def _open(message: CommandMessage, hall: Hall) -> Command:
    return c.OpenWindow(message.window_id, _id(message.args, "clerk") or message.clerk)


def _pause(message: CommandMessage, hall: Hall) -> Command:
    return c.PauseWindow(message.window_id, _words(message.args, "reason", "break"))


def _call(message: CommandMessage, hall: Hall) -> Command:
    ticket_id = _matching(message.args, "ticket_id", _TICKET_ID)
    number = _matching(message.args, "number", _NUMBER)
    if (ticket_id is None) == (number is None):
        raise BadMessage("bad-message", "call needs ticket_id or number")
    if number is not None:
        ticket_id = numbering.ticket_id(hall.day or "", number)
    assert ticket_id is not None
    return c.CallTicket(message.window_id, ticket_id, _words(message.args, "reason", ""))


def _finish(message: CommandMessage, hall: Hall) -> Command:
    args = message.args
    return c.FinishService(
        message.window_id,
        outcome_of(_matching(args, "outcome", _OUTCOME) or "done"),
        _words(args, "reason", "") or None,
        _flag(args, "stays"),
        _flag(args, "waits"),
    )


def _hold(message: CommandMessage, hall: Hall) -> Command:
    return c.HoldTicket(message.window_id, _one_of(message.args, "kind", get_args(HoldKind), "no-papers"))


def _transfer(message: CommandMessage, hall: Hall) -> Command:
    window = hall.windows.get(message.window_id)
    ticket_id = window.ticket.ticket_id if window is not None and window.ticket is not None else NO_TICKET
    return c.TransferTicket(
        ticket_id,
        _id(message.args, "service"),
        _id(message.args, "window"),
        _one_of(message.args, "place", get_args(Place), "original"),
        _id(message.args, "clerk"),
        _count(message.args, "after"),
    )


def _walk_direct(message: CommandMessage, hall: Hall) -> Command:
    return c.WalkDirect(message.window_id, _id(message.args, "service"))


def _plain(order: Callable[[str], Command]) -> Callable[[CommandMessage, Hall], Command]:
    return lambda message, hall: order(message.window_id)


_ORDERS: Final[dict[str, Callable[[CommandMessage, Hall], Command]]] = {
    "open": _open,
    "close": _plain(c.CloseWindow),
    "pause": _pause,
    "resume": _plain(c.ResumeWindow),
    "call-next": _plain(c.CallNext),
    "call": _call,
    "recall": _plain(c.RecallTicket),
    "begin": _plain(c.BeginService),
    "finish": _finish,
    "no-show": _plain(c.RecordNoShow),
    "hold": _hold,
    "transfer": _transfer,
    "walk-direct": _walk_direct,
}
assert _ORDERS.keys() == VERBS


def _words(args: Payload, name: str, default: str) -> str:
    words = args.get(name, default)
    if not isinstance(words, str) or len(words) > TEXT_CHARACTERS_MAX:
        raise BadMessage("bad-message", f"{name} must be at most {TEXT_CHARACTERS_MAX} characters of text")
    if may_be_personal(words):
        raise BadMessage("personal-data", f"{name} holds a long row of digits; leave personal data out")
    return words


def _flag(args: Payload, name: str) -> bool:
    value = args.get(name, False)
    if not isinstance(value, bool):
        raise BadMessage("bad-message", f"{name} must be true or false")
    return value


def _count(args: Payload, name: str) -> int:
    value = args.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= COUNT_MAX:
        raise BadMessage("bad-message", f"{name} must be a whole number up to {COUNT_MAX}")
    return value


def _id(args: Payload, name: str) -> str | None:
    value = args.get(name)
    if value is not None and not is_id(value):
        raise BadMessage("bad-message", f"{name} must be an id")
    return value


def _matching(args: Payload, name: str, pattern: re.Pattern[str]) -> str | None:
    value = args.get(name)
    if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
        raise BadMessage("bad-message", f"{name} does not look like one")
    return value


def _one_of(args: Payload, name: str, choices: tuple[Any, ...], default: Any) -> Any:
    value = args.get(name, default)
    if value not in choices:
        raise BadMessage("bad-message", f"{name} must be one of {', '.join(choices)}")
    return value
