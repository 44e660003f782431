"""Pages for people: the apps that are installed, the login page, static files, and what a page says when it cannot."""

import mimetypes
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from engine.core.hall import Hall
from engine.core.refusals import HallUnplanned, Refusal
from engine.core.views import View, hall_view
from engine.http import problems
from engine.http.caller import DEMO_KIOSK, DEVICE_COOKIE, VISITOR, Caller
from engine.http.door import Door, language_of
from engine.http.language import Language, parse
from engine.http.login import session_view, set_cookie
from engine.wire.extension import App, Page

_HERE: Final = Path(__file__).parent
_OURS: Final = App("http", _HERE / "templates", None, (Page("/login", "login.html"), Page("/api/docs", "docs.html")))
_ICON: Final = _HERE / "static" / "door" / "icon.svg"
_KIOSK: Final = "/kiosk/"
_DEVICE_COOKIE_S: Final = 400 * 24 * 3_600
_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STATIC_HEADERS: Final = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
_TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def installed_apps() -> tuple[App, ...]:
    """The apps named in the entry points `jiaohao.apps`, in the order of their names."""
    named = sorted(entry_points(group="jiaohao.apps"), key=lambda point: point.name)
    return tuple(point.load() for point in named)


class Pages:
    """Every page of `apps`, with the gate in front of it."""

    def __init__(self, door: Door, apps: Sequence[App]) -> None:
        self._door = door
        self._apps = (*apps, _OURS)
        self._environments = {app.name: _environment(app.templates) for app in self._apps}
        self._statics = {app.name: app.static.resolve() for app in apps if app.static is not None}
        for folder in (_HERE / "static").iterdir():
            self._statics[folder.name] = folder.resolve()

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Give every page and file its route; the front page is a list of pages unless an app has one."""
        for app in self._apps:
            for page in app.pages:
                router.add_get(page.path, self._handler(app, page))
        if all(page.path != "/" for app in self._apps for page in app.pages):
            router.add_get("/", self._handler(_OURS, Page("/", "index.html")))
        router.add_get("/static/{folder}/{path:.+}", self._static)
        router.add_get("/favicon.ico", self._icon)

    async def problem(self, request: web.Request, refusal: Refusal) -> web.Response:
        """A page that says no to a person, and where to go from there."""
        language = _language(request)
        status = problems.status_of(refusal)
        text = (
            self._environments[_OURS.name]
            .get_template("problem.html")
            .render(
                t=_picker(language),
                language=language,
                status=status,
                title=problems.TITLES[status][0 if language == "zh" else 1],
                detail=refusal.sentence(language),
                again=request.path_qs,
                is_passing=status == 503,
            )
        )
        return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)

    def _handler(self, app: App, page: Page) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await self._answer(request, app, page)
            except Refusal as refusal:
                self._door.metrics.refused(refusal.code)
                return await self.problem(request, refusal)

        return handle

    async def _answer(self, request: web.Request, app: App, page: Page) -> web.StreamResponse:
        if "token" in request.query:
            return self._remember_device(request)
        caller = self._door.identity.caller(request, page.roles)
        if page.roles and caller.role not in page.roles:
            if caller.role == VISITOR:
                raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs, safe='/')}")
            raise problems.WrongRole()
        answer = await self._render(request, app, page, caller)
        if page.path.startswith(_KIOSK) and caller.role == VISITOR and self._door.identity.is_demo_here(request):
            set_cookie(self._door, request, answer, DEVICE_COOKIE, DEMO_KIOSK, _DEVICE_COOKIE_S)
        return answer

    def _remember_device(self, request: web.Request) -> web.StreamResponse:
        """Turn `?token=…` into a cookie, once, so that a screen can be set up by its start address."""
        token = request.query["token"]
        if self._door.identity.secret.grant(token) is None:
            raise problems.BadToken()
        clean = str(request.rel_url.without_query_params("token"))
        answer = web.Response(status=303, headers={**_HEADERS, "Location": clean})
        set_cookie(self._door, request, answer, DEVICE_COOKIE, token, _DEVICE_COOKIE_S)
        return answer

    async def _render(self, request: web.Request, app: App, page: Page, caller: Caller) -> web.Response:
        language = _language(request)
        context: Mapping[str, Any] = {
            "hall": await self._door.engine.read(self._view),
            "params": dict(request.match_info),
            "language": language,
            "session": None if caller.role == VISITOR else session_view(caller),
            "t": _picker(language),
            "pages": [one.path for other in self._apps for one in other.pages],
            "is_demo": self._door.identity.is_demo_here(request),
        }
        text = self._environments[app.name].get_template(page.template).render(context)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    def _view(self, hall: Hall) -> View:
        if hall.plan is None:
            raise HallUnplanned()
        engine = self._door.engine
        return hall_view(hall, engine.now_ms(), engine.epoch)

    async def _icon(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_ICON, headers={**_STATIC_HEADERS, "Content-Type": _TYPES[".svg"]})

    async def _static(self, request: web.Request) -> web.StreamResponse:
        folder = self._statics.get(request.match_info["folder"])
        path = _file_in(folder, request.match_info["path"]) if folder else None
        if path is None:
            raise web.HTTPNotFound()
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return web.FileResponse(path, headers={**_STATIC_HEADERS, "Content-Type": kind})


def _file_in(folder: Path, name: str) -> Path | None:
    """The file of this name in `folder` or below, never beside it; None when there is none."""
    try:
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except (OSError, ValueError):
        # A name that no file can have: too long, or with a zero in it.
        return None


def _environment(templates: Path) -> Environment:
    return Environment(loader=FileSystemLoader(templates), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _language(request: web.Request) -> Language:
    """What the address says, else what was chosen before, else what the browser likes."""
    return parse(request.query.get("lang")) or parse(request.cookies.get("lang")) or language_of(request)


def _picker(language: Language) -> Any:
    return lambda zh, en: zh if language == "zh" else en
