"""The page that shows the fits: plots to look at, tables to read, nothing to load from anywhere."""

import json
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from engine.core.plan import HallPlan, Name
from sim.learning.gathered import Gathered
from sim.learning.learned import Learned
from sim.learning.plots import (
    SERVICES_DRAWN,
    arrivals_plot,
    days_plot,
    patience_plot,
    service_plot,
    waits_plot,
)


def fit_page(learned: Learned, told: dict[str, Any], gathered: Gathered, plan: HallPlan) -> str:
    """The page; `told` is the JSON object of the command."""
    names = {service.service_id: service.name for service in plan.services}
    often = sorted(learned.handling.values(), key=lambda each: -each.count)
    drawn = [each for each in often if each.count][:SERVICES_DRAWN]
    services = [
        service_plot(each, gathered.handling[each.service_id], names.get(each.service_id, _same(each.service_id)))
        for each in drawn
    ]
    plots = [arrivals_plot(learned), *([days_plot(gathered, learned)] if learned.rates.days > 1 else [])]
    plots += [waits_plot(told["held_out"], names)] if told["held_out"] else []
    plots += [patience_plot(learned.patience)] if learned.patience else []
    return _template().render(
        hall=plan.name,
        told=told,
        plots=plots,
        services=services,
        left_out=len(often) - len(drawn),
        names=names,
        figures=Markup(as_script({plot.key: plot.figure for plot in (*plots, *services)})),
        plotly=Markup(get_plotlyjs()),
    )


def as_script(figures: dict[str, Any]) -> str:
    """JSON that may stand in a script, whatever its words are."""
    return json.dumps(figures, ensure_ascii=False).replace("</", "<\\/")


def _same(text: str) -> Name:
    return Name(text, text)


def _shown(value: float | None, places: int = 2) -> str:
    return "–" if value is None else f"{value:,.{places}f}"


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("sim.learning"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["shown"] = _shown
    return environment.get_template("fit.html")
