"""What contradicts itself in the list of clerks: deputies (AB岗) who are nobody, oneself, or a circle.

Two who stand in for each other are the usual case; a circle of more would send an absence round and round.
"""

from collections.abc import Iterator

from engine.core.plan import Name
from engine.wire.findings import Finding
from engine.wire.hall_sense.tables import RawTable, unknown, values


def findings(hall: RawTable) -> Iterator[Finding]:
    placed = values(hall, "clerk", "deputy", str)
    yield from unknown(hall, "clerk", placed)
    clerks = {place[:2]: clerk for place, clerk in values(hall, "clerk", "id", str)}
    deputies = {clerks[place[:2]]: deputy for place, deputy in placed if place[:2] in clerks}
    for place, deputy in placed:
        clerk = clerks.get(place[:2])
        if deputy == clerk:
            yield Finding(
                place,
                Name("自己不能顶自己的岗", "nobody stands in for themselves"),
                Name("请改为另一个人", "name somebody else"),
            )
        elif clerk is not None and _closes_a_circle(clerk, deputies):
            yield Finding(
                place,
                Name("AB 岗顶岗成了一圈", "the deputies go round in a circle"),
                Name("请让两人互为 AB 岗，或断开一处", "let two stand in for each other, or leave one deputy out"),
            )


def _closes_a_circle(clerk: str, deputies: dict[str, str]) -> bool:
    """Whether `clerk` is the first by name in a circle of three or more, which is named once."""
    met: list[str] = []
    at: str | None = clerk
    while at is not None and at not in met:
        met.append(at)
        at = deputies.get(at)
    return at == clerk and len(met) > 2 and clerk == min(met)
