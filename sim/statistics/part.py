"""Parts of the visits: all of them, those of a lane, a service or a half hour, those from a half hour on."""

from typing import Final, Literal, NamedTuple

Kind = Literal["all", "lane", "service", "slot", "from"]


class Part(NamedTuple):
    """Some of the visits; `place` is that of the lane or service in the hall plan, or the half hour of the day in which
    the ticket was issued ("slot"), or the one from which on ("from")."""

    kind: Kind
    place: int = 0


ALL: Final = Part("all")
