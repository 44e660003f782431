"""The API's whole table: every route under /api/v1, and nothing that is not in it."""

from typing import Final

from engine.http import (
    appointments,
    cases,
    catalogue,
    drawing,
    halls,
    login,
    people,
    ratings,
    reports,
    tickets,
    visits,
    warnings,
    why,
    windows,
)
from engine.http.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *drawing.ROUTES,
    *tickets.ROUTES,
    *why.ROUTES,
    *windows.ROUTES,
    *halls.ROUTES,
    *login.ROUTES,
    *visits.ROUTES,
    *appointments.ROUTES,
    *people.ROUTES,
    *cases.ROUTES,
    *ratings.ROUTES,
    *warnings.ROUTES,
    *catalogue.ROUTES,
    *reports.ROUTES,
)
