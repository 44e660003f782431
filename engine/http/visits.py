"""A visit around its window: form, paper, items, stages, home visits over HTTP."""

from typing import Final

from engine.http.route import Route

ROUTES: Final[tuple[Route, ...]] = ()
