"""What could not be done at a window (办不成事), from acceptance until some weeks after it was closed."""

from dataclasses import astuple, dataclass, field
from typing import Any, Final

from engine.core.case_life import ACCEPTED, CLOSED, LEVELS_MAX
from engine.core.events import DayOpened, Millis
from engine.core.ledgers.call_backs import CallBacks
from engine.core.ledgers.ledger import FOREVER, Ledger

CLOSED_KEPT_MS: Final = 30 * 24 * 60 * 60 * 1_000
CLOSED_MAX: Final = 2_000
"""So many closed cases at most are remembered; the journal has them all."""


@dataclass(slots=True)
class CaseTask:
    """A department's part; `finished_ms` and `result` are None until it is done."""

    number: int
    department_id: str
    is_lead: bool
    due_ms: Millis
    given_ms: Millis
    finished_ms: Millis | None = None
    result: str | None = None


@dataclass(slots=True)
class Case:
    """One case; `level` says how often it went up because it was overdue."""

    case_id: str
    ticket_id: str | None
    service_id: str | None
    subject: str
    due_ms: Millis
    opened_ms: Millis
    state: str = ACCEPTED
    level: int = 0
    closed_ms: Millis | None = None
    result: str | None = None
    tasks: list[CaseTask] = field(default_factory=list)
    """In the order they were given, numbered from 1."""
    call_backs: CallBacks = field(default_factory=CallBacks)

    @property
    def lead(self) -> CaseTask | None:
        """The task whose department leads."""
        return next((task for task in self.tasks if task.is_lead), None)

    @property
    def unfinished(self) -> list[CaseTask]:
        return [task for task in self.tasks if task.finished_ms is None]


class Cases(Ledger):
    """Every open case, and those closed lately; in the order they were opened."""

    __slots__ = ("_all", "opened_today")

    def __init__(self) -> None:
        super().__init__()
        self._all: dict[str, Case] = {}
        self.opened_today = 0
        """How many were opened since the day began: part of the next one's name."""

    def get(self, case_id: str) -> Case | None:
        """An open case, or one closed lately."""
        return self._all.get(case_id)

    def all(self) -> list[Case]:
        """Open ones and those closed lately."""
        return list(self._all.values())

    def open_cases(self) -> list[Case]:
        return [case for case in self._all.values() if case.state != CLOSED]

    def overdue(self, now_ms: Millis) -> list[Case]:
        """Open cases that are past due."""
        return [case for case in self.open_cases() if case.due_ms <= now_ms]

    @property
    def earliest_due_ms(self) -> Millis:
        """When the first open case is due, whether or not it can still go up."""
        return min((case.due_ms for case in self.open_cases()), default=FOREVER)

    def of_ticket(self, ticket_id: str) -> Case | None:
        """The newest case that came from this visit."""
        return next((case for case in reversed(self._all.values()) if case.ticket_id == ticket_id), None)

    # --- what the fold changes ---

    def add(self, case: Case) -> None:
        self.opened_today += 1
        self._all[case.case_id] = case
        self.reckon()

    def reckon(self) -> None:
        """Find out anew which case falls due first."""
        self.next_ms = min((case.due_ms for case in self.open_cases() if case.level < LEVELS_MAX), default=FOREVER)

    def day_opened(self, event: DayOpened) -> None:
        self.opened_today = 0
        self._forget(before_ms=event.at_ms - CLOSED_KEPT_MS)

    def _forget(self, before_ms: Millis) -> None:
        """Drop what was closed before then, and the oldest beyond `CLOSED_MAX`."""
        closed = [case for case in self._all.values() if case.closed_ms is not None]
        over = len(closed) - CLOSED_MAX
        for index, case in enumerate(closed):
            assert case.closed_ms is not None
            if index < over or case.closed_ms < before_ms:
                del self._all[case.case_id]

    # --- snapshots ---

    def to_rows(self) -> Any:
        return [self.opened_today, [_row_of(case) for case in self._all.values()]]

    def load(self, rows: Any) -> None:
        self.opened_today, cases = rows
        for row in cases:
            case = _case_of(row)
            self._all[case.case_id] = case
        self.reckon()


def _row_of(case: Case) -> list[Any]:
    tasks = [list(astuple(task)) for task in case.tasks]
    return [*(getattr(case, name) for name in _PLAIN), tasks, case.call_backs.to_row()]


def _case_of(row: list[Any]) -> Case:
    *plain, tasks, call_backs = row
    case = Case(*plain)
    case.tasks = [CaseTask(*task) for task in tasks]
    case.call_backs = CallBacks(*call_backs)
    return case


_PLAIN: Final = (
    "case_id", "ticket_id", "service_id", "subject", "due_ms", "opened_ms", "state", "level", "closed_ms", "result",
)  # fmt: skip
