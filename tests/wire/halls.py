"""A hall of two windows and two services, small enough to see at a glance."""

from engine.core import commands as c
from engine.core.decide import decide
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Lane, Name, Service, WindowPlan, Zone

MORNING_MS = 1_795_309_200_000  # 2026-11-22 09:00 in Shanghai
PLAN = HallPlan(
    hall_id="hongtang",
    region="ningbo",
    name=Name("洪塘", "Hongtang"),
    timezone="Asia/Shanghai",
    lanes=(
        Lane("ordinary", Name("普通", "Ordinary"), 0, 1_000),
        Lane("priority", Name("优先", "Priority"), 30_000, 2_000, Name("优先", "Priority")),
    ),
    zones=(Zone("a", Name("A区", "Zone A")), Zone("b", Name("B区", "Zone B"))),
    services=(Service("tax", Name("税务", "Tax"), "A", "a"), Service("police", Name("户政", "Police"), "B", "b")),
    windows=(
        WindowPlan("w01", 1, Name("1号窗口", "Window 1"), "a", (("tax",),)),
        WindowPlan("w03", 3, Name("3号窗口", "Window 3"), "b", (("police", "tax"),)),
    ),
)


def hall_after(*commands: c.Command) -> Hall:
    """The hall on an open day after these orders."""
    hall = Hall()
    for command in (c.ConfigureHall(PLAN), c.OpenDay(), *commands):
        for event in decide(hall, command, MORNING_MS):
            hall.apply(event)
    return hall
