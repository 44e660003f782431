"""Which devices are there, as they say themselves: presence is the age of a device's last word."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from engine.wire.requests import Ack, DeviceInfo

DEVICES_MAX: Final = 2_000
OFFLINE_AFTER_S: Final = 30.0


@dataclass(slots=True)
class _Seen:
    info: DeviceInfo | None = None
    info_at: float = float("-inf")
    has_left: bool = False
    ack: Ack | None = None
    acks: int = 0
    dropped: int = 0


class Presence:
    """What devices said lately; of too many the one silent for longest is forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._devices: OrderedDict[str, _Seen] = OrderedDict()
        self.garbage: Counter[str] = Counter()
        """Messages that could not be used, by code."""

    def heard_info(self, device_id: str, info: DeviceInfo, *, is_retained: bool) -> None:
        """A retained message may be of yesterday: it tells what the device is, not that it is there."""
        seen = self._device(device_id)
        seen.info = info
        if not is_retained:
            seen.info_at = self._clock()
            seen.has_left = False

    def heard_online(self, device_id: str, is_online: bool) -> None:
        """`1` after connecting, `0` before leaving or from the last will."""
        self._device(device_id).has_left = not is_online

    def heard_ack(self, device_id: str, ack: Ack) -> None:
        seen = self._device(device_id)
        seen.ack = ack
        seen.acks += 1
        seen.dropped += ack.done == "dropped"

    def age_s(self, device_id: str) -> float:
        """How long ago a device said what it is; infinite when it has not since the engine started."""
        seen = self._devices.get(device_id)
        return float("inf") if seen is None else self._clock() - seen.info_at

    def view(self) -> list[dict[str, Any]]:
        """One plain dict per device, by id; `age_s` is None when it has not spoken since the engine started."""
        now = self._clock()
        return [self._line(device_id, seen, now) for device_id, seen in sorted(self._devices.items())]

    def _line(self, device_id: str, seen: _Seen, now: float) -> dict[str, Any]:
        age_s = now - seen.info_at
        is_known = age_s != float("inf")
        info = seen.info
        return {
            "id": device_id,
            "is_online": is_known and age_s < OFFLINE_AFTER_S and not seen.has_left,
            "age_s": round(age_s, 1) if is_known else None,
            "kind": info.kind if info else None,
            "version": info.version if info else None,
            "windows": list(info.windows) if info else [],
            "zones": list(info.zones) if info else [],
            "showing": info.showing if info else None,
            "position": info.position if info else None,
            "acks": seen.acks,
            "dropped": seen.dropped,
            "last_ack": seen.ack.to_payload() if seen.ack else None,
        }

    def _device(self, device_id: str) -> _Seen:
        seen = self._devices.setdefault(device_id, _Seen())
        self._devices.move_to_end(device_id)
        if len(self._devices) > DEVICES_MAX:
            self._devices.popitem(last=False)
        return seen
