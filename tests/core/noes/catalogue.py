"""How the refusals of the catalogue are met."""

from dataclasses import replace

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import Item
from engine.core.rules.catalogue import ITEMS_MAX
from tests.builders import PLAN, both

CARD = Item("card", both("card"), "social")
OPEN: tuple[Command, ...] = (c.ConfigureHall(replace(PLAN, items=(CARD,))), c.OpenDay())

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (OPEN, c.ReviseCatalogue((CARD,))),
    (OPEN, c.ReviseCatalogue(tuple(Item(f"i{each}", CARD.name, "tax") for each in range(ITEMS_MAX)))),
    (OPEN, c.ReviseCatalogue((CARD, CARD))),
    (OPEN, c.ReviseCatalogue((replace(CARD, item_id="Card"),))),
    (OPEN, c.ReviseCatalogue((replace(CARD, effective_from="20260102", effective_until="20260101"),))),
    (OPEN, c.ReviseCatalogue((replace(CARD, service_id="none"),))),
    (OPEN, c.ReviseCatalogue((), ("none",))),
]
