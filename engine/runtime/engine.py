"""The one writer: requests queue up, are decided and recorded in batches, and answered when they are durable.

Between the moment a batch is applied to the hall and the moment it is on disk nobody can see the hall: answers, reads
and the feed all wait for the commit. When a commit fails nobody knows whether it happened, so the engine stops, throws
the hall away, and reads it anew from the journal; requests that were under way are told to repeat themselves with the
same key.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, TypeVar

from engine.core import refusals as no
from engine.core.commands import BookAppointment, CheckIn, Command, ConfigureHall, IssueTicket
from engine.core.deadlines import next_deadline
from engine.core.decide import decide
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.core.refusals import Refusal
from engine.garbage import uncollected
from engine.ports import Clock, Entry, Journal, JournalFailed, Meter, Recovered, Snapshot
from engine.runtime.feed import Feed, Told
from engine.runtime.replies import reply_to
from engine.wire.snapshots import SnapshotUnreadable, pack_hall, unpack_hall

QUEUE_MAX: Final = 4_096
BATCH_MAX: Final = 256
KEYS_KEPT: Final = 10_000
EVENTS_PER_SNAPSHOT: Final = 20_000
ENTRIES_PER_READ: Final = 2_000
DEADLINES_PER_BATCH: Final = 8
RESTART_PAUSE_S: Final = (0.05, 0.2, 0.5, 1.0, 2.0)

ENGINE = "engine"
_NEWCOMERS: Final = (IssueTicket, BookAppointment, CheckIn)
"""Orders that begin something new, refused when the disk is full."""

Reply = dict[str, Any]
T = TypeVar("T")


@dataclass(slots=True)
class _Request:
    command: Command
    actor: str
    key: str | None
    digest: bytes | None
    if_position: int | None
    answer: "asyncio.Future[Reply]"


@dataclass(slots=True)
class _Batch:
    """What one commit makes durable, and the answers that wait for it."""

    entries: list[Entry] = field(default_factory=list)
    answers: list[tuple[_Request, Reply | Refusal, bool]] = field(default_factory=list)
    """Request, answer, and whether it repeats an earlier one."""


class Engine:
    """A running hall.

    `open_journal` makes a fresh journal object for every (re)start. `run()` works until cancelled; everything else may
    be called from any task of the same loop.
    """

    def __init__(self, open_journal: Callable[[], Journal], plan: HallPlan, clock: Clock, meter: Meter) -> None:
        self.feed = Feed()
        self.hall = Hall()
        """Owned by the writer; read it through `read`."""
        self._open_journal = open_journal
        self._plan = plan
        self._clock = clock
        self._meter = meter
        self._journal: Journal | None = None
        self._requests: deque[_Request] = deque()
        self._reads: deque[Callable[[], None]] = deque()
        self._wake = asyncio.Event()
        self._live = asyncio.Event()
        self._committing = False
        self._has_room = True
        self._answers: OrderedDict[str, tuple[bytes | None, Reply | Refusal]] = OrderedDict()
        self._some_keys_forgotten = False
        self._last_at_ms: Millis = 0
        self._snapshot_position = 0
        self._starts = 0
        self._failures = 0
        """How many commits or starts have failed since the last commit that did not."""
        self._first_start_ns = time.time_ns()

    # --- what the doors use ---

    @property
    def is_live(self) -> bool:
        """Whether commands are taken; False while the journal is being read."""
        return self._live.is_set()

    @property
    def epoch(self) -> str:
        """Another one after every start and on every service day; compare it, do not read it."""
        return f"{self._first_start_ns // 1_000_000:x}.{self._starts}.{self.hall.day or 0}"

    @property
    def backlog(self) -> int:
        """How many requests wait to be decided."""
        return len(self._requests)

    @property
    def journal(self) -> Journal:
        """The present journal, for readers of the outbox; raises `Restarting` while there is none."""
        if self._journal is None or not self.is_live:
            raise no.Restarting()
        return self._journal

    def now_ms(self) -> Millis:
        """The hall's time, which never runs backwards."""
        return max(self._clock.now_ms(), self._last_at_ms)

    async def wait_live(self) -> None:
        """Return when commands are taken."""
        await self._live.wait()

    async def submit(
        self,
        command: Command,
        *,
        actor: str,
        key: str | None = None,
        digest: bytes | None = None,
        if_position: int | None = None,
    ) -> Reply:
        """The durable answer to a command.

        `key` makes a repetition harmless: the same key and `digest` get the same answer. `if_position` is what the
        caller last saw of the command's window. Raises `Refusal`; after `Restarting` it is unknown whether the command
        was recorded, and repeating it with its key finds out.
        """
        if not self.is_live:
            raise no.Restarting()
        if len(self._requests) >= QUEUE_MAX:
            raise no.Busy()
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._requests.append(_Request(command, actor, sealed(key) if key else None, digest, if_position, answer))
        self._wake.set()
        return await answer

    async def read(self, view: Callable[[Hall], T]) -> T:
        """`view(hall)` at a moment when everything in the hall is durable; `view` must not keep the hall."""
        if not self.is_live:
            raise no.Restarting()
        if not self._committing:
            return view(self.hall)
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look() -> None:
            if result.done():
                return
            if not self.is_live:
                result.set_exception(no.Restarting())
                return
            try:
                result.set_result(view(self.hall))
            except Exception as error:
                result.set_exception(error)

        self._reads.append(look)
        return await result

    # --- the writer ---

    async def run(self) -> None:
        """Serve until cancelled; come back from the journal by itself after a failed commit.

        Raises `JournalInUse` when another process holds the journal, `JournalFailed` when it cannot even be opened for
        the first time, and `PlanInUse` when the plan cannot be taken up.
        """
        while True:
            try:
                await self._recover()
                await self._write()
            except JournalFailed:
                if not self._starts:
                    raise
                self._failures += 1
            except asyncio.CancelledError:
                await self._keep_snapshot()
                raise
            finally:
                await self._let_go()
            await asyncio.sleep(RESTART_PAUSE_S[min(self._failures, len(RESTART_PAUSE_S)) - 1])

    async def _recover(self) -> None:
        journal = self._open_journal()
        recovered = await journal.open()
        self._journal = journal
        self._answers.clear()
        self.hall = await self._read_anew(journal, recovered)
        assert self.hall.position == recovered.last_position, (self.hall.position, recovered.last_position)
        self._last_at_ms = max(self._last_at_ms, recovered.last_at_ms)
        self._starts += 1
        await self._take_up_plan()
        self.feed.restart(self.hall.position)
        self._live.set()

    async def _read_anew(self, journal: Journal, recovered: Recovered) -> Hall:
        """The hall that the journal tells of, from its newest snapshot if that can be read."""
        if recovered.snapshot is not None:
            try:
                hall = unpack_hall(recovered.snapshot.body)
            except SnapshotUnreadable:
                return await self._read_from_the_beginning(journal)
            self._some_keys_forgotten = True
            self._snapshot_position = recovered.snapshot.position
        else:
            hall = Hall()
            self._some_keys_forgotten = False
            self._snapshot_position = 0
        with uncollected():
            self._fold(hall, recovered.entries)
        return hall

    async def _read_from_the_beginning(self, journal: Journal) -> Hall:
        hall = Hall()
        self._some_keys_forgotten = False
        self._snapshot_position = 0
        while entries := await journal.read(hall.position, ENTRIES_PER_READ):
            self._fold(hall, entries)
        return hall

    def _fold(self, hall: Hall, entries: Sequence[Entry]) -> None:
        for entry in entries:
            for event in entry.events:
                hall.apply(event)
            if entry.key is not None and entry.reply is not None:
                self._remember(entry.key, entry.digest, entry.reply)

    async def _take_up_plan(self) -> None:
        assert self._journal is not None
        batch = _Batch()
        self._do(batch, ConfigureHall(self._plan), self.now_ms())
        if batch.entries:
            await self._journal.append(batch.entries)

    async def _let_go(self) -> None:
        """Stop taking requests, answer those under way with `Restarting`, and close the journal."""
        self._live.clear()
        self._committing = False
        while self._requests:
            _refuse(self._requests.popleft(), no.Restarting())
        self._answer_reads()
        journal, self._journal = self._journal, None
        if journal is not None:
            try:
                await journal.close()
            except JournalFailed:
                # It failed already, which is why it is being let go; what is on disk is read anew.
                return

    async def _write(self) -> None:
        while True:
            await self._work_or_deadline()
            await self._turn()
            if self.hall.position - self._snapshot_position >= EVENTS_PER_SNAPSHOT:
                await self._keep_snapshot()

    async def _work_or_deadline(self) -> None:
        """Return when there is a request, or a deadline has come."""
        while not self._requests:
            deadline = next_deadline(self.hall)
            if deadline is not None and deadline[0] <= self.now_ms():
                return
            self._wake.clear()
            timeout_s = self._clock.seconds_until(deadline[0]) if deadline else None
            try:
                async with asyncio.timeout(timeout_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _turn(self) -> None:
        """Decide what has come, make it durable, answer."""
        assert self._journal is not None
        requests = [self._requests.popleft() for _ in range(min(len(self._requests), BATCH_MAX))]
        batch = _Batch()
        self._has_room = self._journal.has_room()
        self._committing = True
        try:
            await self._recall_old_keys(requests)
            self._do_deadlines(batch)
            for request in requests:
                self._answer_into(batch, request)
            if batch.entries:
                began = time.perf_counter()
                await self._journal.append(batch.entries)
                self._meter.commit(time.perf_counter() - began, len(batch.entries))
                self._failures = 0
        except BaseException:
            for request in requests:
                _refuse(request, no.Restarting())
            raise
        self._committing = False
        self._tell(batch)
        self._answer_reads()

    async def _recall_old_keys(self, requests: list[_Request]) -> None:
        """Ask the journal for keys that are no longer in memory; nothing to ask in a hall that is young enough."""
        if not self._some_keys_forgotten:
            return
        assert self._journal is not None
        keys = [request.key for request in requests if request.key is not None and request.key not in self._answers]
        if keys:
            for key, entry in (await self._journal.find_keys(keys)).items():
                assert entry.reply is not None
                self._remember(key, entry.digest, entry.reply)

    def _do_deadlines(self, batch: _Batch) -> None:
        for _ in range(DEADLINES_PER_BATCH):
            now_ms = self.now_ms()
            deadline = next_deadline(self.hall, now_ms)
            if deadline is None:
                return
            self._do(batch, deadline[1], now_ms)

    def _do(self, batch: _Batch, command: Command, now_ms: Millis) -> None:
        """Carry out what the engine asks of itself."""
        events = decide(self.hall, command, now_ms)
        if events:
            self._record(batch, Entry(self.hall.position + 1, now_ms, ENGINE, events))

    def _answer_into(self, batch: _Batch, request: _Request) -> None:
        """Decide one request; its answer waits in the batch for the commit."""
        if request.key is not None and request.key in self._answers:
            digest, answer = self._answers[request.key]
            repeated = no.KeyReused() if digest != request.digest else answer
            batch.answers.append((request, repeated, True))
            return
        try:
            answer = self._carry_out(batch, request)
        except Refusal as refusal:
            answer = refusal
        if request.key is not None:
            self._remember(request.key, request.digest, answer)
        batch.answers.append((request, answer, False))

    def _carry_out(self, batch: _Batch, request: _Request) -> Reply:
        command = request.command
        if isinstance(command, _NEWCOMERS) and not self._has_room:
            raise no.DiskFull()
        if request.if_position is not None:
            self._require_unchanged(command, request.if_position)
        now_ms = self.now_ms()
        events = decide(self.hall, command, now_ms)
        position = self.hall.position + 1
        for event in events:
            self.hall.apply(event)
        reply = reply_to(self.hall, command, events, now_ms)
        if events:
            entry = Entry(position, now_ms, request.actor, events, request.key, request.digest, reply)
            self._last_at_ms = now_ms
            batch.entries.append(entry)
        return reply

    def _require_unchanged(self, command: Command, if_position: int) -> None:
        window = self.hall.windows.get(getattr(command, "window_id", ""))
        if window is not None and window.changed_at > if_position:
            raise no.StalePosition()

    def _record(self, batch: _Batch, entry: Entry) -> None:
        for event in entry.events:
            self.hall.apply(event)
        self._last_at_ms = entry.at_ms
        batch.entries.append(entry)

    def _remember(self, key: str, digest: bytes | None, answer: Reply | Refusal) -> None:
        self._answers[key] = (digest, answer)
        if len(self._answers) > KEYS_KEPT:
            self._answers.popitem(last=False)
            self._some_keys_forgotten = True

    def _tell(self, batch: _Batch) -> None:
        """The batch is durable: answer and let everybody know."""
        for request, answer, repeated in batch.answers:
            if isinstance(answer, Refusal):
                _refuse(request, answer)
                outcome = answer.code
            else:
                if not request.answer.done():
                    request.answer.set_result(answer)
                outcome = "repeated" if repeated else "done"
            self._meter.command(type(request.command).__name__, outcome)
        if batch.entries:
            self.feed.tell(
                [
                    Told(entry.position + index, event, entry.at_ms)
                    for entry in batch.entries
                    for index, event in enumerate(entry.events)
                ]
            )

    def _answer_reads(self) -> None:
        while self._reads:
            self._reads.popleft()()

    async def _keep_snapshot(self) -> None:
        """Keep a snapshot unless a commit is under way: what it would make durable is not durable yet."""
        if self._journal is None or not self.is_live or self._committing:
            return
        if self.hall.position != self._snapshot_position:
            self._snapshot_position = self.hall.position
            await self._journal.save_snapshot(Snapshot(self.hall.position, pack_hall(self.hall)))


def sealed(key: str) -> str:
    """An idempotency key as it is kept: whatever somebody made it of, an identity number say, is not in the journal."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def _refuse(request: _Request, refusal: Refusal) -> None:
    if not request.answer.done():
        request.answer.set_exception(refusal)
