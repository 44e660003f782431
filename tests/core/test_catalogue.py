"""The catalogue: what is in force on a day, what a revision changes, and what a later hall file changes back."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.hall import Hall
from engine.core.plan import Department, Group, HallPlan, Item, Name
from engine.core.refusals import Refusal
from engine.core.refusals import catalogue as no
from engine.core.rules.catalogue import ITEMS_MAX
from tests.builders import DAY, PLAN, Driver, both

YESTERDAY, TOMORROW = "20261122", "20261124"
CARD = Item("card", both("card"), "social")
LOSS = Item("loss", both("loss"), "social")
TAX = Item("tax-return", both("tax return"), "tax")


def hall_of(*items: Item) -> Driver:
    """An open hall whose file lists these items."""
    return Driver.opened(filed(*items))


def filed(*items: Item) -> HallPlan:
    return replace(PLAN, items=items, groups=(Group("g1", both("g1")),), departments=(Department("d1", both("d1")),))


def ids(driver: Driver, day: str = DAY) -> list[str]:
    return [item.item_id for item in driver.hall.catalogue.items(day)]


# --- in force ---


@pytest.mark.parametrize(
    ("first", "last", "is_in_force"),
    [(None, None, True), (DAY, DAY, True), (TOMORROW, None, False), (None, YESTERDAY, False), (None, DAY, True)],
)
def test_item_is_in_force_from_its_first_day_to_its_last(
    first: str | None, last: str | None, is_in_force: bool
) -> None:
    driver = hall_of(replace(CARD, effective_from=first, effective_until=last))

    assert (driver.hall.catalogue.item("card", DAY) is not None) == is_in_force
    assert ids(driver) == ["card"] * is_in_force


def test_delegated_item_is_queued_elsewhere_until_its_day_is_over() -> None:
    driver = hall_of(replace(CARD, delegated_service_id="tax", delegated_until=DAY))

    found = [driver.hall.catalogue.item("card", day) for day in (DAY, TOMORROW)]

    assert [item.service_id for item in found if item] == ["tax", "social"]


def test_item_of_a_service_that_a_later_file_has_dropped_is_not_in_force() -> None:
    driver = hall_of(CARD)
    driver.do(c.ReviseCatalogue((TAX,)))

    windows = tuple(
        replace(window, tiers=tuple(tuple(s for s in tier if s != "tax") for tier in window.tiers if tier != ("tax",)))
        for window in PLAN.windows
    )
    services = tuple(each for each in PLAN.services if each.service_id != "tax")
    driver.do(c.ConfigureHall(replace(filed(CARD), services=services, windows=windows)))

    assert ids(driver) == ["card"]


# --- revisions ---


def test_revision_puts_in_changes_and_takes_out() -> None:
    driver = hall_of(CARD, LOSS)
    renamed = replace(CARD, name=Name("社保卡", "Social card"))

    (fact,) = driver.do(c.ReviseCatalogue((renamed, TAX), ("loss",)))

    assert fact == e.CatalogueRevised(1, (renamed, TAX), ("loss",), driver.now_ms)
    assert ids(driver) == ["card", "tax-return"]
    assert driver.hall.catalogue.item("card", DAY) == renamed


def test_only_what_differs_becomes_a_fact() -> None:
    driver = hall_of(CARD, LOSS)

    (fact,) = driver.do(c.ReviseCatalogue((CARD, LOSS, TAX)))

    assert isinstance(fact, e.CatalogueRevised)
    assert fact.items == (TAX,)


def test_versions_are_counted() -> None:
    driver = hall_of(CARD)

    driver.do(c.ReviseCatalogue((LOSS,)))
    driver.do(c.ReviseCatalogue((), ("loss",)))

    assert driver.hall.catalogue.version == 2


def test_revision_outlives_the_day_and_a_restart() -> None:
    driver = hall_of(CARD)
    driver.do(c.ReviseCatalogue((replace(LOSS, guide_url="https://example.org/loss"),), ("card",)))
    driver.do(c.CloseDay())

    again = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert again.to_rows() == driver.hall.to_rows()
    assert list(again.catalogue.items(DAY)) == list(driver.hall.catalogue.items(DAY))


# --- beside the hall file ---


def test_revision_wins_over_the_file_that_stays_as_it_is() -> None:
    driver = hall_of(CARD)
    renamed = replace(CARD, name=both("new"))
    driver.do(c.ReviseCatalogue((renamed,)))

    driver.do(c.ConfigureHall(filed(CARD, LOSS)))

    assert driver.hall.catalogue.item("card", DAY) == renamed
    assert ids(driver) == ["card", "loss"]


def test_file_wins_once_its_own_entry_changes() -> None:
    driver = hall_of(CARD, LOSS)
    driver.do(c.ReviseCatalogue((replace(CARD, name=both("new")),), ("loss",)))
    edited = replace(CARD, name=both("edited"))

    driver.do(c.ConfigureHall(filed(edited, LOSS)))

    assert driver.hall.catalogue.item("card", DAY) == edited
    assert driver.hall.catalogue.item("loss", DAY) is None


# --- refusals ---

MALFORMED: list[tuple[Item, type[Refusal], dict[str, object]]] = [
    (replace(CARD, item_id="A B"), no.ItemMalformed, {"row": 2, "field": "id"}),
    (replace(CARD, name=Name("", "x")), no.ItemMalformed, {"row": 2, "field": "name"}),
    (replace(CARD, mode="quick"), no.ItemMalformed, {"row": 2, "field": "mode"}),  # type: ignore[arg-type]
    (replace(CARD, guide_url="javascript:alert()"), no.ItemMalformed, {"row": 2, "field": "guide_url"}),
    (replace(CARD, effective_from="20260230"), no.ItemMalformed, {"row": 2, "field": "effective_from"}),
    (replace(CARD, effective_until="2026-1-1"), no.ItemMalformed, {"row": 2, "field": "effective_until"}),
    (replace(CARD, delegated_service_id="tax"), no.ItemMalformed, {"row": 2, "field": "delegated_until"}),
    (replace(CARD, effective_from=DAY, effective_until=YESTERDAY), no.ItemDaysReversed, {"row": 2}),
    (replace(CARD, service_id="none"), no.ItemRefersToNothing, {"row": 2, "field": "service", "value": "none"}),
    (replace(CARD, group_id="none"), no.ItemRefersToNothing, {"row": 2, "field": "group", "value": "none"}),
    (replace(CARD, department_id="none"), no.ItemRefersToNothing, {"row": 2, "field": "department", "value": "none"}),
    (
        replace(CARD, delegated_service_id="none", delegated_until=DAY),
        no.ItemRefersToNothing,
        {"row": 2, "field": "delegated_service", "value": "none"},
    ),
    (TAX, no.ItemTwice, {"row": 2, "item": "tax-return"}),
]


@pytest.mark.parametrize(("item", "kind", "words"), MALFORMED)
def test_refusal_names_the_row(item: Item, kind: type[Refusal], words: dict[str, object]) -> None:
    refusal = hall_of(CARD).refusal(c.ReviseCatalogue((TAX, item)))

    assert (type(refusal), refusal.words) == (kind, words)


def test_every_reference_of_an_item_may_be_used() -> None:
    full = replace(CARD, group_id="g1", department_id="d1", delegated_service_id="tax", delegated_until=TOMORROW)

    assert hall_of().do(c.ReviseCatalogue((full,)))


def test_unknown_item_cannot_be_taken_out() -> None:
    assert hall_of(CARD).refusal(c.ReviseCatalogue((), ("none",))).code == "removed-item-unknown"


def test_item_cannot_be_put_in_and_taken_out_at_once() -> None:
    assert hall_of(CARD).refusal(c.ReviseCatalogue((CARD,), ("card",))).code == "item-twice"


def test_what_is_known_already_is_no_new_version() -> None:
    assert hall_of(CARD).refusal(c.ReviseCatalogue((CARD,))).code == "catalogue-unchanged"


def test_catalogue_has_an_end() -> None:
    many = tuple(Item(f"i{number}", both("x"), "tax") for number in range(ITEMS_MAX))

    assert hall_of(CARD).refusal(c.ReviseCatalogue(many)).code == "catalogue-too-large"
    assert hall_of(CARD).do(c.ReviseCatalogue(many, ("card",)))
