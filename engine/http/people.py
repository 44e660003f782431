"""The people who work in the hall over HTTP."""

from typing import Final

from engine.http.route import Route

ROUTES: Final[tuple[Route, ...]] = ()
