"""The API's whole table: every route under /api/v1, and nothing that is not in it."""

from typing import Final

from engine.http import halls, login, tickets, windows
from engine.http.route import Route

ROUTES: Final[tuple[Route, ...]] = (*tickets.ROUTES, *windows.ROUTES, *halls.ROUTES, *login.ROUTES)
