"""The same days on many machines: batches go to a dask.distributed cluster, and come back in order.

A batch is whole numbers made from a seed and the numbers of its days, so it does not matter who makes it, how often, or
when: what a machine that died was working on is done again by another, and the result is the same to the last bit. All
of them must run the same code; each batch says which code asks for it, and a machine with other code says no.
"""

import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from hashlib import sha256
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit
from uuid import uuid4

from engine.core.plan import Name
from sim.bad_option import BadOption
from sim.statistics.batch import Batch
from sim.statistics.experiment import Experiment

if TYPE_CHECKING:
    from sim.statistics.fast import FastCore

ANSWERS_WITHIN_S: Final = 10.0
WORKERS_WITHIN_S: Final = 60.0
"""How long a cluster may be without any machine, before or during the work."""
SCHEMES: Final = ("tcp", "tls", "ws", "wss")
LOOKS_UP_S: Final = 0.5
DEATHS_MAX: Final = 10
"""So many machines may die over one batch before it is the batch that is thought to kill them."""


class ClusterRefused(BadOption):
    """A cluster that cannot be used: why, and the way out."""

    def __init__(self, what: Name, fix: Name) -> None:
        super().__init__("--cluster", what, fix)


class OtherCode(Exception):
    """A machine of the cluster runs other code: its own version and fingerprint."""


class Cluster:
    """A dask.distributed cluster that lets days of an experiment happen by the fast core, as `sim.statistics.cores` has
    it."""

    name: Literal["fast"] = "fast"

    def __init__(self, experiment: Experiment, address: str) -> None:
        self._experiment = pickle.dumps(experiment)
        self._address = address
        self._client = _client(address)

    def close(self) -> None:
        """Let go of the cluster, which goes on."""
        self._client.close(timeout=1)

    def batches(
        self, ranges: Iterable[range], stopped: Callable[[], bool], on_days: Callable[[int], None]
    ) -> Iterator[Batch]:
        """What came of these days, in order; more batches are under way than there are machines to make them."""
        left, work = iter(ranges), f"jiaohao-{uuid4().hex}"
        under_way: deque[tuple[range, Any]] = deque()
        try:
            while not stopped():
                for days in islice(left, max(0, self._room() - len(under_way))):
                    under_way.append((days, self._submit(work, days)))
                if not under_way:
                    return
                days, future = under_way[0]
                batch = self._result(future, stopped)
                if batch is None:
                    return
                under_way.popleft()
                on_days(len(days))
                yield batch
        finally:
            self._client.cancel([future for _, future in under_way])

    def events(self) -> None:
        """No facts are made."""
        return

    def _room(self) -> int:
        """How many batches may be under way: each thread has one, and the next one waiting."""
        threads: int = sum(self._client.nthreads().values())
        return 2 * max(1, threads)

    def _submit(self, work: str, days: range) -> Any:
        key = f"{work}-{days.start}"
        return self._client.submit(make_batch, self._experiment, days, code(), key=key, pure=False, retries=DEATHS_MAX)

    def _result(self, future: Any, stopped: Callable[[], bool]) -> Batch | None:
        """What a machine made, however long it takes; None when somebody said stop meanwhile.

        Raises `ClusterRefused` when there has been no machine for too long, or one runs other code.
        """
        alone_since: float | None = None
        while not stopped():
            try:
                made: Batch = future.result(timeout=LOOKS_UP_S)
            except TimeoutError:
                if self._client.nthreads():
                    alone_since = None
                elif alone_since is None:
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > WORKERS_WITHIN_S:
                    raise _nobody_works(self._address) from None
            except OtherCode as other:
                raise _other_code(str(other)) from None
            else:
                return made
        return None


def _client(address: str) -> Any:
    """A connection to the scheduler at an address; raises `ClusterRefused`."""
    if not _is_address(address):
        what = Name(f"“{address}”不是集群地址", f"“{address}” is no address of a cluster")
        raise ClusterRefused(what, Name("例如 tcp://10.0.0.5:8786", "write for example tcp://10.0.0.5:8786"))
    try:
        from distributed import Client
    except ModuleNotFoundError:
        what = Name("缺少 distributed", "distributed is missing")
        fix = Name("请安装：pip install 'jiaohao[cluster]'", "pip install 'jiaohao[cluster]'")
        raise ClusterRefused(what, fix) from None
    try:
        connect: Any = Client
        return connect(address, timeout=ANSWERS_WITHIN_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        what = Name(f"{address} 没有应答", f"nobody answers at {address}")
        fix = Name(
            "请在那里运行 dask scheduler，并检查地址和端口", "run dask scheduler there, and check address and port"
        )
        raise ClusterRefused(what, fix) from None


def _is_address(address: str) -> bool:
    """Whether it says how, on which host and on which port."""
    try:
        parts = urlsplit(address)
        return parts.scheme in SCHEMES and bool(parts.hostname) and bool(parts.port)
    except ValueError:  # a port that is none
        return False


def _nobody_works(address: str) -> ClusterRefused:
    what = Name(f"{address} 一直没有工作机", f"no worker has come to {address}")
    fix = Name(f"请在各机器上运行 dask worker {address}", f"run dask worker {address} on each machine")
    return ClusterRefused(what, fix)


def _other_code(theirs: str) -> ClusterRefused:
    what = Name(f"工作机的程序不同：{theirs}，本机为 {code()}", f"a worker runs {theirs}, this machine {code()}")
    fix = Name(
        "请在各机器上安装同一版本，再重启 worker", "install the same version everywhere and start the workers again"
    )
    return ClusterRefused(what, fix)


def make_batch(experiment: bytes, days: range, wanted: str) -> Batch:
    """What comes of these days on this machine; raises `OtherCode` when it would not be what was asked for."""
    if code() != wanted:
        raise OtherCode(code())
    return _core(experiment).batch(days)


@lru_cache(maxsize=1)  # a machine works at one experiment at a time
def _core(experiment: bytes) -> "FastCore":
    from sim.statistics.fast import FastCore

    return FastCore(pickle.loads(experiment), threads=1)


@cache
def code() -> str:
    """The version of this program and a fingerprint of all its code that has a part in what a day comes to."""
    import numba
    import numpy as np

    import engine.core
    import sim

    digest = sha256(f"{np.__version__} {numba.__version__}".encode())
    for package in (engine.core, sim):
        folder = Path(str(package.__file__)).parent
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.relative_to(folder).as_posix().encode())
            digest.update(source.read_bytes())
    return f"{version('jiaohao')} {digest.hexdigest()[:16]}"
