"""Orders about warnings."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class KeepWatch:
    """Raise and clear every warning that is due, and let tidal windows follow the tide."""


@dataclass(frozen=True, slots=True)
class ReportDevice:
    """A device is well or not: `paper` or `offline`."""

    device_id: str
    kind: Literal["paper", "offline"]
    is_bad: bool
