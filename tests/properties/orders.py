"""What people and deadlines ask of a hall, drawn by lot: mostly what fits its state, sometimes what does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.events import HoldKind, Place
from engine.core.plan import HallPlan
from tests.properties.beside import EVIDENCE, Beside
from tests.properties.halls import CHANGES, changed

T = TypeVar("T")

KINDS: Final[tuple[HoldKind, ...]] = ("no-papers", "papers", "step")
PLACES: Final[tuple[Place, ...]] = ("original", "front", "back")
CLERKS: Final = (None, None, "c01", "c02", "no-clerk")
PAUSES_MS: Final = (0, 1, 1_000, 60_000, 60_000, 120_000, 300_000, 59 * 60_000, 61 * 60_000)
STEPS_BACK_MS: Final = (1, 60_000, 3_600_000, 26 * 3_600_000)


@dataclass(frozen=True, slots=True)
class Lot:
    """Three numbers from 0 to 99; `fits` asks for an order that fits the state."""

    first: int
    second: int
    third: int
    fits: bool


def act(beside: Beside, name: str, lot: Lot) -> None:
    """Let one thing of `ACTS` happen."""
    command = _ACTS[name](beside, lot)
    if command is not None:
        beside.order(command)


# --- orders about a window ---


def _issue(beside: Beside, lot: Lot) -> Command:
    lanes = [each.lane_id for each in _plan(beside).lanes] * 3
    service_id = _pick([*_services(beside) * 3, "no-service"], lot.first)
    return c.IssueTicket(service_id, _pick([*lanes, None, "no-lane"], lot.second), "kiosk", EVIDENCE)


def _call_next(beside: Beside, lot: Lot) -> Command:
    return c.CallNext(_window(beside, lot, "idle"))


def _call_ticket(beside: Beside, lot: Lot) -> Command:
    reason = " " if lot.third == 0 else "because"
    return c.CallTicket(_window(beside, lot, "idle"), _ticket(beside, lot, "waiting", "held"), reason)


def _recall(beside: Beside, lot: Lot) -> Command:
    return c.RecallTicket(_window(beside, lot, "called"))


def _begin(beside: Beside, lot: Lot) -> Command:
    return c.BeginService(_window(beside, lot, "called"))


def _finish(beside: Beside, lot: Lot) -> Command:
    return c.FinishService(_window(beside, lot, "called", "serving"))


def _no_show(beside: Beside, lot: Lot) -> Command:
    return c.RecordNoShow(_window(beside, lot, "called"))


def _hold(beside: Beside, lot: Lot) -> Command:
    return c.HoldTicket(_window(beside, lot, "called", "serving"), _pick(KINDS, lot.second))


def _walk_direct(beside: Beside, lot: Lot) -> Command:
    return c.WalkDirect(_window(beside, lot, "idle"), _pick([None, *_services(beside), "no-service"], lot.second))


def _open_window(beside: Beside, lot: Lot) -> Command:
    return c.OpenWindow(_window(beside, lot, "closed"), _pick(CLERKS, lot.second))


def _close_window(beside: Beside, lot: Lot) -> Command:
    return c.CloseWindow(_window(beside, lot, "idle", "paused"))


def _pause_window(beside: Beside, lot: Lot) -> Command:
    return c.PauseWindow(_window(beside, lot, "idle"))


def _resume_window(beside: Beside, lot: Lot) -> Command:
    return c.ResumeWindow(_window(beside, lot, "paused"))


# --- orders about a ticket ---


def _resume(beside: Beside, lot: Lot) -> Command:
    return c.ResumeTicket(_ticket(beside, lot, "held"))


def _reinstate(beside: Beside, lot: Lot) -> Command:
    return c.ReinstateTicket(_ticket(beside, lot, "missed"), _pick(PLACES, lot.third))


def _transfer(beside: Beside, lot: Lot) -> Command:
    kind = lot.first % 10
    to_window = (
        _pick([*beside.hall.windows, *beside.hall.windows, "w99"], lot.third) if kind in (0, 1, 2, 3, 4) else None
    )
    to_service = _pick([*_services(beside) * 3, "no-service"], lot.third) if kind in (4, 5, 6, 7, 8) else None
    ticket_id = _ticket(beside, lot, "waiting", "called", "serving", "held")
    return c.TransferTicket(ticket_id, to_service, to_window, _pick(PLACES, lot.first))


def _cancel(beside: Beside, lot: Lot) -> Command:
    return c.CancelTicket(_ticket(beside, lot, "waiting", "called", "held", "missed"))


# --- the day, the plan, the clock ---


def _open_day(beside: Beside, lot: Lot) -> Command:
    return c.OpenDay()


def _end_day(beside: Beside, lot: Lot) -> Command | None:
    return c.EndIssuing() if lot.first < 20 else c.CloseDay() if lot.first < 50 else None


def _expire(beside: Beside, lot: Lot) -> Command:
    return c.ExpireCalls()


def _change_plan(beside: Beside, lot: Lot) -> Command:
    return c.ConfigureHall(changed(_plan(beside), _pick(CHANGES, lot.first)) if beside.hall.plan else beside.plan)


def _deadline(beside: Beside, lot: Lot) -> None:
    beside.meet_deadline(early=lot.first < 20)


def _pass_time(beside: Beside, lot: Lot) -> None:
    beside.now_ms += _pick(PAUSES_MS, lot.first)


def _set_clock_back(beside: Beside, lot: Lot) -> None:
    if lot.first < 30:
        beside.now_ms -= _pick(STEPS_BACK_MS, lot.second)


def _restart(beside: Beside, lot: Lot) -> None:
    if beside.hall.plan is not None:
        beside.restart()


_ACTS: Final[dict[str, Callable[[Beside, Lot], Command | None]]] = {
    "issue": _issue,
    "call next": _call_next,
    "call ticket": _call_ticket,
    "recall": _recall,
    "begin": _begin,
    "finish": _finish,
    "no-show": _no_show,
    "hold": _hold,
    "walk direct": _walk_direct,
    "open window": _open_window,
    "close window": _close_window,
    "pause window": _pause_window,
    "resume window": _resume_window,
    "resume": _resume,
    "reinstate": _reinstate,
    "transfer": _transfer,
    "cancel": _cancel,
    "open day": _open_day,
    "end day": _end_day,
    "expire": _expire,
    "change plan": _change_plan,
    "deadline": _deadline,
    "pass time": _pass_time,
    "set clock back": _set_clock_back,
    "restart": _restart,
}

_OFTEN: Final = ("issue", "issue", "issue", "issue", "call next", "call next", "call next", "finish", "finish")
ACTS: Final = (*_ACTS, *_OFTEN, "begin", "open window", "open window", "resume window", "pass time", "pass time")


# --- whom an order is about ---


def _plan(beside: Beside) -> HallPlan:
    return beside.hall.plan or beside.plan


def _services(beside: Beside) -> list[str]:
    return [each.service_id for each in _plan(beside).services]


def _window(beside: Beside, lot: Lot, *states: str) -> str:
    windows = beside.hall.windows
    fitting = [each for each, window in windows.items() if window.state in states]
    return _pick(fitting if lot.fits and fitting else [*windows, *windows, "w99"], lot.first)


def _ticket(beside: Beside, lot: Lot, *states: str) -> str:
    tickets = beside.hall.tickets
    fitting = [each for each, ticket in tickets.items() if ticket.state in states]
    return _pick(fitting if lot.fits and fitting else [*tickets, "20000101-z999"], lot.second)


def _pick(choices: Sequence[T], number: int) -> T:
    return choices[number % len(choices)]
