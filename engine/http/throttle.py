"""A limit on what strangers may ask of the hall in a while, counted by the address they ask from."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from engine.http.problems import TooManyAttempts

_ADDRESSES_MAX: Final = 4_096


class Throttle:
    """At most `count` times in `span_s` seconds from one address; a table of limited length.

    Behind a proxy everybody has one address: the limit then is on all of them together.
    """

    def __init__(self, now_s: Callable[[], float], count: int, span_s: float) -> None:
        self._now_s = now_s
        self._count = count
        self._span_s = span_s
        self._table: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def require(self, address: str) -> None:
        """Count one more from this address; raises `TooManyAttempts`."""
        now = self._now_s()
        since, count = self._table.pop(address, (now, 0))
        if now - since > self._span_s:
            since, count = now, 0
        self._table[address] = (since, min(count + 1, self._count))
        if len(self._table) > _ADDRESSES_MAX:
            self._table.popitem(last=False)
        if count >= self._count:
            raise TooManyAttempts(seconds=int(self._span_s - (now - since)) + 1)
