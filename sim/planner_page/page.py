"""The page: its parts put together into one file that needs no other."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from engine.core.plan import HallPlan, Name
from sim.day import habits_of
from sim.kernel.shapes import TURNED_AWAY
from sim.planner_page import day_plots, headline, rule, weighing_plots
from sim.planner_page.lived import LivedDay, lived_under, shown_day
from sim.planner_page.parts import Plot
from sim.planner_page.shift_plot import shift_plots
from sim.planner_page.what_if import what_if_of
from sim.scenario import Scenario
from sim.staffing.evaluators import evaluators_on
from sim.staffing.result import Staffing

MODULES: Final = ("language", "packed", "hall_day", "measures", "trials", "plots", "what_if", "scene", "animation")
"""The page's own JavaScript, imported by these names behind `page/`."""


def page_of(staffing: Staffing, scenario: Scenario, plan: HallPlan, first: date) -> str:
    """The page of a plan, for which some more days from `first` on are let happen."""
    evaluator = evaluators_on(first)(plan, scenario).confirm
    return render(staffing, scenario, plan, lived_under(staffing, scenario, plan, evaluator, first))


def render(staffing: Staffing, scenario: Scenario, plan: HallPlan, days: Sequence[LivedDay]) -> str:
    """The plan as an HTML page, in Chinese and English.

    `days` are simulated days under the plan: the first on which anybody comes is shown as an animation, and with as
    many of them as there is room for the page answers what-if questions; what there are no days for is left out.
    """
    plots = plots_of(staffing)
    what_if = what_if_of(staffing, scenario, plan, days)
    shown = shown_of(staffing, scenario, plan, days)
    data = {
        "plots": {plot.key: {"height": plot.height, **plot.drawings} for plot in plots},
        "what_if": what_if,
        "day": shown,
    }
    return _environment().get_template("page.html").render(
        staffing=staffing,
        lead=headline.lead(staffing),
        tiles=headline.tiles(staffing),
        sentences=headline.sentences(staffing),
        made_with=headline.made_with(staffing),
        plots=plots,
        left_out=rule.left_out(plan, scenario, staffing.core),
        has_what_if=what_if is not None,
        what_if_days=len(what_if["days"]) if what_if else 0,
        has_day=shown is not None,
        data=_as_json(data),
        style=Markup(_text("templates", "page.css")),
        plotly=Markup(_plotly()),
        imports=_as_json({"imports": {f"page/{name}": _module(name) for name in MODULES}}),
        main=Markup(_text("modules", "main.js")),
    )  # fmt: skip


def plots_of(staffing: Staffing) -> list[Plot]:
    """The plots there are figures for, in the order of the page."""
    found = [
        day_plots.staffing_plot(staffing),
        day_plots.arrivals(staffing),
        day_plots.waits(staffing),
        day_plots.abandonment(staffing),
        day_plots.utilisation(staffing),
        weighing_plots.sensitivity(staffing),
        weighing_plots.cost_curve(staffing),
    ]
    return [*(plot for plot in found if plot is not None), *shift_plots(staffing)]


def shown_of(staffing: Staffing, scenario: Scenario, plan: HallPlan, days: Sequence[LivedDay]) -> dict[str, Any] | None:
    """The first day with anybody, and the hall it happens in; None when there is none, or too many come to be drawn."""
    habits = habits_of(scenario)
    happened = (day.calls for day in days if day.calls is not None)
    busy = next((calls for calls in happened if (calls.outcome != TURNED_AWAY).any()), None)
    tickets = shown_day(busy, habits, rule.closes_ms(plan)) if busy is not None else None
    if tickets is None:
        return None
    zones = {zone.zone_id: place for place, zone in enumerate(plan.zones)}
    return {
        "zones": [_said(zone.name) for zone in plan.zones],
        "services": [{"name": _said(each.name), "zone": zones[each.zone_id]} for each in plan.services],
        "windows": [{"number": each.number, "zone": zones[each.zone_id]} for each in plan.windows],
        "plain_lane": 0,
        "staff": rule.staff_of(staffing, plan, scenario),
        "walk_ms": habits.walk_ms + habits.call_ms,
        "tickets": tickets,
    }


def _said(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _as_json(value: Any) -> Markup:
    """JSON that may stand inside a script element, whatever a name contains."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _module(name: str) -> str:
    """A module as an address that is its own text, so that modules import each other without a server."""
    return "data:text/javascript;base64," + b64encode(_text("modules", f"{name}.js").encode()).decode("ascii")


def _text(folder: str, name: str) -> str:
    return resources.files("sim.planner_page").joinpath(folder, name).read_text("utf-8")


@lru_cache(maxsize=1)
def _plotly() -> str:
    """Plotly's own bundle, as it was installed."""
    text = resources.files("plotly").joinpath("package_data", "plotly.min.js").read_text("utf-8")
    return text.replace("</script", "<\\/script")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sim.planner_page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
