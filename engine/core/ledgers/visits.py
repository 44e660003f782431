"""What goes on without a window: stages, rights to return, home visits, and the day's counts beside the tickets."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any, Final

from engine.core.events import DayClosed, DayOpened, Millis, StageKind
from engine.core.ledgers.ledger import FOREVER, Ledger

KEPT_MS: Final = 90 * 24 * 3_600_000
"""How long a result nobody collects is remembered: a quarter of a year, then the back office has it back."""
BACK_OFFICE: Final = "back-office"
PAPERS: Final = "papers"
_LETTERS: Final[dict[StageKind, str]] = {BACK_OFFICE: "s", PAPERS: "p"}


def stage_id(ticket_id: str, kind: StageKind, step: int) -> str:
    """The name of the stage that follows from an item of a visit (from 0).

    >>> stage_id("20261122-a012", "back-office", 0), stage_id("20261122-a012", "papers", 1)
    ('20261122-a012-s1', '20261122-a012-p2')
    """
    return f"{ticket_id}-{_LETTERS[kind]}{step + 1}"


@dataclass(frozen=True, slots=True)
class ReturnRight:
    """Whoever held this ticket may come back before `until_ms` without queueing anew, once."""

    ticket_id: str
    service_id: str
    window_id: str | None
    until_ms: Millis


@dataclass(slots=True)
class Stage:
    """A part of a visit that goes on without the visitor, with a clock of its own.

    `finished_ms` and `result` are None until it is over. The result is collected at `collect_service_id` (None: there
    is nothing to collect); `collect_ticket_id` is the latest number drawn for that, and `is_collected` says that its
    visit was finished.
    """

    stage_id: str
    ticket_id: str
    kind: str
    service_id: str
    department_id: str | None
    due_ms: Millis
    waits: bool
    opened_ms: Millis
    finished_ms: Millis | None = None
    result: str | None = None
    collect_service_id: str | None = None
    collect_ticket_id: str | None = None
    is_collected: bool = False

    @property
    def is_open(self) -> bool:
        return self.finished_ms is None

    def is_overdue(self, now_ms: Millis) -> bool:
        return self.finished_ms is None and self.due_ms <= now_ms

    @property
    def is_collectable(self) -> bool:
        """Whether a number may be drawn to collect the result."""
        return self.finished_ms is not None and self.collect_service_id is not None and not self.is_collected


@dataclass(slots=True)
class HomeVisit:
    """A visit at somebody's home; `reference` leads to where and whom, which are kept outside."""

    request_id: str
    service_id: str
    reference: str
    due_ms: Millis
    requested_ms: Millis
    clerk_id: str | None = None
    finished_ms: Millis | None = None
    outcome: str | None = None


class Visits(Ledger):
    """Stages, rights to return and home visits until they are over; the counts are of the day."""

    __slots__ = (
        "_rights",
        "_stages",
        "earliest_due_ms",
        "home_finished",
        "home_visits",
        "requests",
        "self_service",
        "turned_away",
    )

    def __init__(self) -> None:
        super().__init__()
        self._rights: dict[str, ReturnRight] = {}
        self._stages: dict[str, Stage] = {}
        self.earliest_due_ms: Millis = FOREVER
        """When the first of the open stages is due."""
        self.home_visits: dict[str, HomeVisit] = {}
        """By id: those still to be made, and those that were finished since the day opened."""
        self.home_finished = 0
        self.requests = 0
        """How many home visits were ever asked for; the next one's id comes from it."""
        self.self_service: dict[str, int] = {}
        """Per service, how many visits machines handled."""
        self.turned_away = 0

    # --- what is asked of it ---

    def may_return(self, ticket_id: str, now_ms: Millis) -> ReturnRight | None:
        """The right of whoever held this ticket, when there is one that is neither used nor over."""
        right = self._rights.get(ticket_id)
        return right if right is not None and now_ms < right.until_ms else None

    def stage(self, stage_id: str) -> Stage | None:
        return self._stages.get(stage_id)

    def stages(self) -> Iterator[Stage]:
        """All that are remembered, in the order they were opened."""
        return iter(self._stages.values())

    def stages_of(self, ticket_id: str, steps: int) -> Iterator[Stage]:
        """What goes on for a visit of so many items."""
        for step in range(steps):
            for kind in _LETTERS:
                stage = self._stages.get(stage_id(ticket_id, kind, step))
                if stage is not None:
                    yield stage

    def open_stages(self) -> Iterator[Stage]:
        """Those whose result is not there yet."""
        return (stage for stage in self._stages.values() if stage.is_open)

    # --- what facts change ---

    def grant(self, right: ReturnRight) -> None:
        self._rights[right.ticket_id] = right

    def use(self, ticket_id: str) -> None:
        """The right is used up, if there was one."""
        self._rights.pop(ticket_id, None)

    def open_stage(self, stage: Stage) -> None:
        self._stages[stage.stage_id] = stage
        self.earliest_due_ms = min(self.earliest_due_ms, stage.due_ms)

    def finish_stage(self, stage_id: str, result: str, collect_service_id: str | None, at_ms: Millis) -> None:
        stage = self._stages[stage_id]
        stage.finished_ms = at_ms
        stage.result = result
        stage.collect_service_id = collect_service_id
        if stage.due_ms == self.earliest_due_ms:
            self._find_earliest()

    def collect(self, stage_id: str, ticket_id: str) -> None:
        """A number was drawn to collect the result."""
        self._stages[stage_id].collect_ticket_id = ticket_id

    def collected(self, stage_id: str) -> None:
        """The result was handed over."""
        stage = self._stages.get(stage_id)
        # Forgotten meanwhile, when a day is opened once more after it was closed.
        if stage is not None:
            stage.is_collected = True

    def _find_earliest(self) -> None:
        self.earliest_due_ms = min((stage.due_ms for stage in self.open_stages()), default=FOREVER)

    # --- the day and snapshots ---

    def day_opened(self, event: DayOpened) -> None:
        self.home_finished = 0
        self.self_service = {}
        self.turned_away = 0
        self.home_visits = {key: visit for key, visit in self.home_visits.items() if visit.finished_ms is None}

    def day_closed(self, event: DayClosed) -> None:
        self._rights = {key: right for key, right in self._rights.items() if event.at_ms < right.until_ms}
        self._stages = {key: stage for key, stage in self._stages.items() if _is_needed(stage, event.at_ms)}

    def to_rows(self) -> Any:
        return {
            "rights": [list(astuple(right)) for _, right in sorted(self._rights.items())],
            "stages": [list(astuple(stage)) for stage in self._stages.values()],
            "home_visits": [list(astuple(visit)) for visit in self.home_visits.values()],
            "self_service": sorted(list(count) for count in self.self_service.items()),
            "counts": [self.requests, self.home_finished, self.turned_away],
        }

    def load(self, rows: Any) -> None:
        for row in rows["rights"]:
            self.grant(ReturnRight(*row))
        for row in rows["stages"]:
            stage = Stage(*row)
            self._stages[stage.stage_id] = stage
        self._find_earliest()
        self.home_visits = {row[0]: HomeVisit(*row) for row in rows["home_visits"]}
        self.self_service = dict(rows["self_service"])
        self.requests, self.home_finished, self.turned_away = rows["counts"]


def _is_needed(stage: Stage, now_ms: Millis) -> bool:
    """Whether something can still come of a stage."""
    return stage.finished_ms is None or (stage.is_collectable and now_ms - stage.finished_ms < KEPT_MS)
