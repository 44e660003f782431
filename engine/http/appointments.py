"""Appointments over HTTP."""

from typing import Final

from engine.http.route import Route

ROUTES: Final[tuple[Route, ...]] = ()
