"""Orders about a window."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenWindow:
    window_id: str
    clerk_id: str | None = None


@dataclass(frozen=True, slots=True)
class CloseWindow:
    window_id: str


@dataclass(frozen=True, slots=True)
class PauseWindow:
    window_id: str
    reason: str = "break"


@dataclass(frozen=True, slots=True)
class ResumeWindow:
    window_id: str
