"""Where the general loop works: the tickets, windows and queues of one day, and what comes out of it."""

from typing import Any, Final, NamedTuple

import numpy as np

from sim.kernel.general_tables import Tables
from sim.kernel.heap import LAST
from sim.kernel.shapes import NEVER, CourseColumns, VisitColumns, Whole
from sim.kernel.tables import WORD, Bits, Long
from sim.kernel.teams import Free, free_for

PREPARING, WAITING, CALLED, SERVING, HELD, MISSED, FINISHED, GONE = range(8)
"""The states of a ticket, as in `engine.core.transitions`; who is gone has left, or was there when the day closed."""
FREE, COMES, SERVES, PAUSES = range(4)
"""What a busy window waits for: to call, somebody on the way, the end of a part of a visit, that of a pause."""
REST, LUNCH = 1, 2
"""Why a window is paused."""
CLOSED, OPEN, ENDING = range(3)
"""The phases of a day."""

PLANNED_PER_TICKET: Final = 6
"""To leave, to have filled in a form, to resume, to come back, to have a result, to collect it."""

TICKET: Final = np.dtype(
    [
        ("leaves", np.int64),
        ("worked_ms", np.int64),
        *(
            (name, np.int32)
            for name in (
                "visit", "service", "lane", "state", "queue", "before", "following", "rank", "behind", "seat",
                "since_ms", "issued_ms", "first_called_ms", "called_ms", "began_ms", "finished_ms", "window", "pinned",
                "sent_to", "rule", "outcome", "service_ms", "is_absent", "returns", "pause_ms", "is_plain",
                "hold_after_ms", "hold_ms", "transfer_to", "next_item", "item_to", "has_items", "stays", "ends_as",
                "returns_ms", "stage_ms", "waits", "collect_ms",
            )
        ),
    ],
    align=True,
)  # fmt: skip
"""A ticket. `leaves` is the key in the agenda at which its visitor leaves, if waiting by then; `rank`, `behind` and
`seat` are its place in its queue, as in `engine.core.model`; `pinned` is the window it must go to, `sent_to` the one
its visitor asked for. From `hold_after_ms` on it says what is still to happen on its visit, as `CourseColumns` do
(`NEVER` or -1 once it has happened): further items are those from `next_item` to `item_to`, for all of which the number
was drawn when it `has_items`, and the last part `ends_as` an outcome. It `is_plain` when nothing of all that is to
happen."""

WINDOW: Final = np.dtype(
    [
        (name, np.int32)
        for name in (
            "is_staffed",
            "is_break",
            "is_resting",
            "paused",
            "open_from",
            "step",
            "ticket",
            "taken_from",
            "turn",
        )
    ]
)
"""A window: whether somebody should be there, whether the hall has its break, whether the clerk rests after a visit;
why it is paused (0: it is not), open since when (`NEVER`: it is not), at which step of a visit with whom, and where its
pattern goes on."""

DAY: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            "frontier", "noted", "busy", "is_spent", "planned", "agenda", "tickets", "turned_away", "calls", "spans",
            "phase", "alive", "wakes", "closed_ms",
            "longest_ms",
        )
    ]
)  # fmt: skip
"""How far a day has come. Whoever leaves before the key `frontier` has left; `noted` and `planned` count what was put
into the heap of busy windows and into the agenda, `busy` and `agenda` what is in them, the first of the heap when it
`is_spent` not counted any more; `wakes` says that everybody who leaves is in the agenda; no part of a visit was planned
to take longer than `longest_ms`, or took longer."""


REFUSED: Final = np.dtype([(name, np.int32) for name in ("visit", "service", "at_ms")])
"""Somebody who got no number: the row they came from, what for, and when."""
CALL: Final = np.dtype([(name, np.int32) for name in ("ticket", "window", "from_ms", "to_ms")])
"""A call: whom, and until when the window was taken."""
SPAN: Final = np.dtype([(name, np.int32) for name in ("window", "from_ms", "to_ms")])
"""A time in which a window was open."""
ITEM: Final = np.dtype([(name, np.int32) for name in ("service", "lasts_ms")])
"""A further item of a visit."""


QUEUE: Final = np.dtype([(name, np.int32) for name in ("head", "tail", "since_ms")])
"""A queue: its head, which is also the head's order (-1: nobody waits), its tail, and since when the head waits."""

PERSON: Final = np.dtype(
    [
        (name, np.int32)
        for name in (*VisitColumns._fields, *CourseColumns._fields, "item_to", "is_booked")
        if name not in ("item_service", "item_ms", "stars", "on_behalf", "printed")
    ]
)
"""A visitor: a row of the day's columns, as far as the loop must know, and whether an appointment was booked."""


class Scene(NamedTuple):
    """The hall of a day: its tickets, windows and queues, `waiting` with a bit for each queue that has somebody in it,
    and what is to happen. `handled[service]` counts the parts of visits that were done, and adds up how long they took.
    """

    day: Any
    tickets: Any
    windows: Any
    queues: Any
    waiting: Bits
    items: Any
    heap: Long
    agenda: Long
    acts: Whole
    handled: Long


class Log(NamedTuple):
    """What comes of a day beside its tickets: who got none, each call, and the spans in which windows were open."""

    refused: Any
    calls: Any
    spans: Any


class Choice(NamedTuple):
    """What the rule looks at: the queues that have somebody, and the head of each queue."""

    candidates: Whole
    tiers: Whole
    helps: Long
    head_order: Whole
    head_since: Whole


class Room(NamedTuple):
    """Where a day happens; a thread uses one for one day after the other. `speakers` says when each is free."""

    scene: Scene
    free: Free
    choice: Choice
    log: Log
    speakers: Whole

    @property
    def day(self) -> Any:
        return self.scene.day

    @property
    def tickets(self) -> Any:
        return self.scene.tickets

    @property
    def items(self) -> Any:
        return self.scene.items


class Desk(NamedTuple):
    """What the entrance of a day keeps: who comes, how many numbers each quota has given, and how many appointments
    of each slot are booked."""

    people: Any
    drawn: Whole
    taken: Whole


def tickets_max(visits: VisitColumns, courses: CourseColumns) -> int:
    """How many numbers may be drawn on a day: one a visitor, one for coming back, one for collecting a result."""
    again = (courses.returns_ms != NEVER).sum() + (courses.stage_ms != NEVER).sum()
    return len(visits.arrived_ms) + int(again)


def calls_max(tickets: int, items: int) -> int:
    """How often so many tickets with so many further items may be called: once more after a call in vain, after a hold
    and after a transfer."""
    return 4 * tickets + items


def room_for(tables: Tables, tickets: int, items: int, changes: int) -> Room:
    """Room for days of so many tickets with so many further items, and so many changes of staff."""
    general = tables.hall
    settings = general.settings[0]
    windows, queues = int(settings["windows"]), int(settings["queues"])
    calls = calls_max(tickets, items)
    scene = Scene(
        day=np.zeros(1, DAY),
        tickets=np.empty(tickets, TICKET),
        windows=np.empty(windows, WINDOW),
        queues=np.empty(queues + 1, QUEUE),
        waiting=np.empty(-(-(queues + 1) // WORD), np.uint64),
        items=np.empty(items, ITEM),
        heap=np.full(4 * windows + 8, LAST),
        agenda=np.full(4 * PLANNED_PER_TICKET * tickets + 8, LAST),
        acts=np.empty(2 * PLANNED_PER_TICKET * tickets + 8, np.int32),
        handled=np.empty((len(general.services), 2), np.int64),
    )
    return Room(
        scene=scene,
        free=free_for(windows, general.able.shape[1]),
        choice=Choice(
            candidates=np.empty(queues, np.int32),
            tiers=np.empty(queues, np.int32),
            helps=np.empty(queues, np.int64),
            head_order=scene.queues["head"],
            head_since=scene.queues["since_ms"],
        ),
        log=Log(
            refused=np.empty(tickets, REFUSED),
            calls=np.empty(calls, CALL),
            spans=np.empty(changes + windows + calls, SPAN),
        ),
        speakers=np.empty(int(general.desks["speakers"].max()), np.int32),
    )


def desk_for(tables: Tables, visits: int, quotas: int) -> Desk:
    """The entrance for days of so many visitors, of a hall with so many quotas."""
    general = tables.hall
    return Desk(
        people=np.zeros(visits, PERSON),
        drawn=np.empty(quotas, np.int32),
        taken=np.empty(general.minutes.size if general.services["per_slot"].any() else 0, np.int32),
    )


def seat(visits: VisitColumns, courses: CourseColumns, room: Room, desk: Desk) -> None:
    """Let the loop know who comes."""
    count = len(visits.arrived_ms)
    people, items = desk.people[:count], room.scene.items[: len(courses.item_ms)]
    for columns in (visits, courses):
        for name, column in columns._asdict().items():
            if name in people.dtype.names:
                people[name] = column[:count]
    people["item_to"] = courses.item_from[1 : count + 1]
    items["service"], items["lasts_ms"] = courses.item_service, courses.item_ms
