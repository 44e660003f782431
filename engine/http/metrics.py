"""What is counted: a registry of our own, which is also the engine's meter."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one hall; hand it to the engine as its meter and to the door."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answered: dict[tuple[str, str], Counter] = {}
        """Children of `_commands` by kind and outcome: looking one up there costs more than counting."""
        self._commands = Counter("jiaohao_commands", "Commands answered.", ("kind", "outcome"), registry=self._registry)
        self._commit = Histogram(
            "jiaohao_commit_seconds", "Time to make a batch durable.", buckets=_SECONDS, registry=self._registry
        )
        self._batch = Histogram(
            "jiaohao_batch_entries", "Commands made durable in one commit.", buckets=_SIZES, registry=self._registry
        )
        self._refusals = Counter(
            "jiaohao_http_refusals", "Requests the HTTP door answered with no.", ("code",), registry=self._registry
        )
        self._backlog = Gauge("jiaohao_queue_depth", "Commands waiting to be decided.", registry=self._registry)
        self._position = Gauge("jiaohao_position", "Position of the newest durable fact.", registry=self._registry)
        self._live = Gauge("jiaohao_live", "1 while commands are taken.", registry=self._registry)
        self._waiting = Gauge(
            "jiaohao_waiting", "Visitors waiting for a service.", ("service",), registry=self._registry
        )
        self._subscribers = Gauge("jiaohao_sse_subscribers", "Open live feeds.", registry=self._registry)
        self._dropped = Counter(
            "jiaohao_sse_dropped", "Live feeds ended because their reader was too slow.", registry=self._registry
        )
        self._outbox_lag = Gauge(
            "jiaohao_outbox_lag", "Facts that are durable and not yet published.", registry=self._registry
        )

        self._pushed = Counter("jiaohao_push_sent", "Facts another system has taken.", registry=self._registry)
        self._push_parked = Gauge("jiaohao_push_parked", "Facts another system refused.", registry=self._registry)
        self._push_lag = Gauge(
            "jiaohao_push_lag", "Facts that are durable and not yet pushed or passed over.", registry=self._registry
        )

    # --- the engine's meter ---

    def command(self, kind: str, outcome: str) -> None:
        counter = self._answered.get((kind, outcome))
        if counter is None:
            counter = self._answered[kind, outcome] = self._commands.labels(kind, outcome)
        counter.inc()

    def commit(self, seconds: float, entries: int) -> None:
        self._commit.observe(seconds)
        self._batch.observe(entries)

    # --- the pusher's ---

    def pushed(self) -> None:
        self._pushed.inc()

    def push_parked(self, count: int) -> None:
        self._push_parked.set(count)

    def follow_push(self, lag: Callable[[], int]) -> None:
        """Ask for the lag whenever somebody looks."""
        self._push_lag.set_function(lag)

    # --- the door's ---

    def refused(self, code: str) -> None:
        self._refusals.labels(code).inc()

    def subscribers(self, count: int) -> None:
        self._subscribers.set(count)

    def dropped(self) -> None:
        self._dropped.inc()

    def engine(self, *, is_live: bool, backlog: int, position: int, outbox_lag: int) -> None:
        """What the engine says of itself at this moment."""
        self._live.set(is_live)
        self._backlog.set(backlog)
        self._position.set(position)
        self._outbox_lag.set(outbox_lag)

    def waiting(self, counts: dict[str, int]) -> None:
        """How many wait, by service."""
        self._waiting.clear()
        for service_id, count in counts.items():
            self._waiting.labels(service_id).set(count)

    def text(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self._registry)
