"""`jiaohao why`: why a ticket was called, or is not yet, from a stopped hall's journal, for any of its days."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.data import Data

if TYPE_CHECKING:
    from engine.core.hall import Hall
    from engine.journal.inspection import Inspection
    from engine.report.period import Stretch


def register(app: typer.Typer) -> None:
    app.command("why")(why)


def why(
    data: Data,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="the ticket's number, like A012")],
    day: Annotated[str | None, typer.Option(help="a day, like 2026-11-23; left out: the last one there is")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Say why a ticket was called, or whom the windows call first, as a stopped hall's journal has it."""
    from engine.cli.refused import refused
    from engine.core.refusals import Refusal
    from engine.journal.inspection import inspect
    from engine.ports import JournalInUse

    try:
        with inspect(data) as journal:
            answer = _answer(journal, number.upper(), day)
    except JournalInUse as held:
        address = f"GET /api/v1/tickets/number/{number.upper()}/why"
        raise JournalInUse(f"{held}; ask the running hall · 请向运行中的大厅查询: {address}") from None
    except Refusal as refusal:
        raise refused(refusal, as_json=as_json) from None
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
    _tell(answer)


def _answer(journal: "Inspection", number: str, day: str | None) -> dict[str, Any]:
    from engine.core.numbering import ticket_id as id_of
    from engine.core.views.why import why_view
    from engine.ports import JournalUnusable
    from engine.report.period import Days, Period
    from engine.report.refusals import NumberUnknown
    from engine.wire.records import UnknownRecord

    try:
        days = Days(journal.marks())
        stretch = days.stretch(Period.of("day", day) if day is not None else days.latest())
        ticket_id = id_of(stretch.period.digits, number)
        hall, calls, now_ms = _folded(journal, stretch, ticket_id)
    except UnknownRecord as error:
        raise JournalUnusable(str(error)) from error
    except (KeyError, IndexError, AttributeError, TypeError, ValueError, AssertionError) as error:
        raise JournalUnusable(f"facts do not fit each other, see jiaohao verify · 事实互相矛盾: {error!r}") from error
    ticket = hall.tickets.get(ticket_id)
    if ticket is None:
        raise NumberUnknown(number=number, day=stretch.period.text)
    return {"day": stretch.period.digits, **why_view(hall, ticket, now_ms, is_public=False), "calls": calls}


def _folded(journal: "Inspection", stretch: "Stretch", ticket_id: str) -> tuple["Hall", list[dict[str, Any]], int]:
    """The hall at the end of a day, each call of the ticket, and the time of the day's last fact."""
    from engine.core.events import TicketCalled
    from engine.core.numbering import number_of
    from engine.core.views.why import called_view
    from engine.core.why import called
    from engine.report.period import rows_of
    from engine.wire.records import event_of

    hall = _hall_before(journal, stretch.after)
    calls: list[dict[str, Any]] = []
    now_ms = 0
    for _, at_ms, body in journal.bodies(hall.position, stretch.upto):
        now_ms = max(now_ms, at_ms)
        for row in rows_of(body):
            event = event_of(row)
            hall.apply(event)
            if isinstance(event, TicketCalled) and event.ticket_id == ticket_id:
                call = called(hall, hall.tickets[ticket_id])
                assert call is not None
                calls.append(called_view(hall, number_of(ticket_id), call, is_public=False))
    return hall, calls, now_ms


def _hall_before(journal: "Inspection", position: int) -> "Hall":
    """The hall of the latest snapshot not after a position; a hall of nothing when there is none to be read."""
    from engine.core.hall import Hall
    from engine.wire.snapshots import SnapshotUnreadable, unpack_hall

    for snapshot in journal.snapshots():
        if snapshot.position <= position:
            try:
                return unpack_hall(snapshot.body)
            except SnapshotUnreadable:
                continue
    return Hall()


def _tell(answer: dict[str, Any]) -> None:
    """Every call, how the ticket stands, and while it waits what each window would do."""
    told = [*(call["sentence"] for call in answer["calls"]), answer["sentence"]]
    told += [here["sentence"] for here in answer["windows"]]
    # The last call is told again by how a ticket stands that was called.
    for said in {said["zh"]: said for said in told}.values():
        print(f"{said['zh']} {said['en']}", file=sys.stderr)
