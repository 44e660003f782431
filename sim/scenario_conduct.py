"""`[conduct]` of a scenario: what people do beside waiting and being served; all of it is left out by default."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from engine.core.plan import Name
from engine.wire.shape import Table, say_no
from sim.scenario_keys import Minutes, Share

PER_DAY_MAX = 100_000
STARS = 5


def _five_that_add_up(shares: list[float]) -> list[float]:
    total = sum((Decimal(str(share)) for share in shares), Decimal())
    if len(shares) != STARS or abs(total - 1) > Decimal("0.000001"):
        raise say_no(
            Name("应为五个占比，合计为 1", "must be five shares that add up to 1"),
            Name("例如 [0, 0, 0.05, 0.15, 0.8]", "write for example [0, 0, 0.05, 0.15, 0.8]"),
        )
    return shares


class CombinedTable(Table):
    """`[conduct.combined]`: visits for several items in sequence."""

    share: Share = Field(default=0.0, examples=["share = 0.08"])
    items: int = Field(default=2, ge=2, le=8, examples=["items = 2"])
    stays: Share = Field(default=0.5, examples=["stays = 0.5"])


class OutcomesTable(Table):
    """`[conduct.outcomes]`: how visits end that are not simply done, as shares of all visits."""

    told_missing: Share = Field(default=0.0, examples=["told_missing = 0.03"])
    papers_follow: Share = Field(default=0.0, examples=["papers_follow = 0.02"])
    turned_away: Share = Field(default=0.0, examples=["turned_away = 0.01"])
    cannot: Share = Field(default=0.0, examples=["cannot = 0.001"])
    returns: Share = Field(default=0.0, examples=["returns = 0.5"])
    returns_minutes: Minutes = Field(default=60.0, examples=["returns_minutes = 60"])


class BackOfficeTable(Table):
    """`[conduct.back_office]`: visits that go on in a back office, of those for services that have one."""

    share: Share = Field(default=0.0, examples=["share = 0.6"])
    same_day: Share = Field(default=0.0, examples=["same_day = 0.27"])
    minutes: Minutes = Field(default=45.0, examples=["minutes = 45"])
    waits: Share = Field(default=0.0, examples=["waits = 0.5"])
    collect_minutes: Minutes = Field(default=1.5, examples=["collect_minutes = 1.5"])


class HoldsTable(Table):
    """`[conduct.holds]`: visits that are suspended once."""

    share: Share = Field(default=0.0, examples=["share = 0.02"])
    minutes: Minutes = Field(default=15.0, examples=["minutes = 15"])
    kind: Literal["no-papers", "papers", "step"] = Field(default="step", examples=['kind = "step"'])


class TransfersTable(Table):
    """`[conduct.transfers]`: visits that turn out to belong to another service."""

    share: Share = Field(default=0.0, examples=["share = 0.01"])


class FormsTable(Table):
    """`[conduct.forms]`: visitors who fill in their form after drawing, where a service has one."""

    share: Share = Field(default=0.0, examples=["share = 0.3"])
    minutes: Minutes = Field(default=6.0, examples=["minutes = 6"])


class AppointmentsTable(Table):
    """`[conduct.appointments]`: visits with an appointment, of those for services that take bookings."""

    share: Share = Field(default=0.0, examples=["share = 0.2"])
    missed: Share = Field(default=0.0, examples=["missed = 0.08"])


class RatingsTable(Table):
    """`[conduct.ratings]`: who rates, and how: shares of one to five stars."""

    share: Share = Field(default=0.0, examples=["share = 0.3"])
    stars: Annotated[list[Share], AfterValidator(_five_that_add_up)] = Field(
        default=[0.0, 0.0, 0.0, 0.0, 1.0], examples=["stars = [0.002, 0.003, 0.015, 0.08, 0.9]"]
    )


class BesideTable(Table):
    """`[conduct.beside]`: what happens beside the windows, as numbers a day, and shares of the numbers drawn."""

    on_behalf: Share = Field(default=0.0, examples=["on_behalf = 0.05"])
    not_printed: Share = Field(default=0.0, examples=["not_printed = 0.002"])
    self_service: int = Field(default=0, ge=0, le=PER_DAY_MAX, examples=["self_service = 60"])
    turned_away: int = Field(default=0, ge=0, le=PER_DAY_MAX, examples=["turned_away = 4"])
    home_visits: int = Field(default=0, ge=0, le=PER_DAY_MAX, examples=["home_visits = 1"])


class Conduct(Table):
    """`[conduct]`: everything people do beside waiting and being served."""

    combined: CombinedTable = Field(default=CombinedTable.model_construct(), examples=["[conduct.combined]"])
    outcomes: OutcomesTable = Field(default=OutcomesTable.model_construct(), examples=["[conduct.outcomes]"])
    back_office: BackOfficeTable = Field(default=BackOfficeTable.model_construct(), examples=["[conduct.back_office]"])
    holds: HoldsTable = Field(default=HoldsTable.model_construct(), examples=["[conduct.holds]"])
    transfers: TransfersTable = Field(default=TransfersTable.model_construct(), examples=["[conduct.transfers]"])
    forms: FormsTable = Field(default=FormsTable.model_construct(), examples=["[conduct.forms]"])
    appointments: AppointmentsTable = Field(
        default=AppointmentsTable.model_construct(), examples=["[conduct.appointments]"]
    )
    ratings: RatingsTable = Field(default=RatingsTable.model_construct(), examples=["[conduct.ratings]"])
    beside: BesideTable = Field(default=BesideTable.model_construct(), examples=["[conduct.beside]"])

    @property
    def is_plain(self) -> bool:
        """Whether nobody does anything beside waiting and being served."""
        return self == Conduct()


def check_outcomes(conduct: Any) -> bool:
    """Whether the shares of a raw `[conduct.outcomes]` table leave room for visits that are simply done."""
    outcomes = conduct.get("outcomes") if isinstance(conduct, dict) else None
    if not isinstance(outcomes, dict):
        return True
    shares = [outcomes.get(key, 0) for key in ("told_missing", "papers_follow", "turned_away", "cannot")]
    numbers = [Decimal(share) for share in shares if isinstance(share, int | Decimal) and Decimal(share).is_finite()]
    return len(numbers) < len(shares) or sum(numbers, Decimal()) <= 1
