"""The few words that facts share."""

from typing import Literal

Millis = int
Place = Literal["original", "front", "back", "after"]
HoldKind = Literal["no-papers", "papers", "step"]
