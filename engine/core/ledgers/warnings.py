"""What needs a person's eye now."""

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from engine.core.events import Millis, WarningKind
from engine.core.ledgers.ledger import AT_ONCE, FOREVER, Ledger

if TYPE_CHECKING:
    from engine.core.watch import Watch


@dataclass(frozen=True, slots=True)
class Warning:
    """A warning that stands: `value` had passed `limit` when it was raised."""

    kind: WarningKind
    subject: str
    value: int
    limit: int
    at_ms: Millis


class Warnings(Ledger):
    """The warnings that stand, and the tidal windows that somebody opened at low water.

    When the next one is due is asked of `watch`, which belongs to the present plan. Before `not_before_ms` none is, and
    nobody need ask: a fact that may make one due sooner sets it lower, and the watch alone sets it higher.
    """

    __slots__ = ("by_hand", "not_before_ms", "raised", "watch")

    def __init__(self) -> None:
        super().__init__()
        self.raised: dict[tuple[WarningKind, str], Warning] = {}
        self.by_hand: set[str] = set()
        """Tidal windows that call at low water because somebody said so; the next fall of the tide ends it."""
        self.watch: Watch | None = None
        """None until the hall has a plan."""
        self.not_before_ms: Millis = FOREVER

    def look_from(self, at_ms: Millis) -> None:
        """Let the watch look again from then on: something may be due."""
        if at_ms < self.not_before_ms:
            self.not_before_ms = at_ms

    def forget(self) -> None:
        """Let the watch look at everything anew: a warning came or went, or a window serves something else."""
        if self.watch is not None:
            self.watch.is_known = False
            self.not_before_ms = AT_ONCE

    def to_rows(self) -> Any:
        return [[list(astuple(self.raised[key])) for key in sorted(self.raised)], sorted(self.by_hand)]

    def load(self, rows: Any) -> None:
        warnings, by_hand = rows
        self.raised = {(row[0], row[1]): Warning(*row) for row in warnings}
        self.by_hand.update(by_hand)
