"""Commands on a data directory: `verify`, `token`, `account`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

Role = Literal["kiosk", "guide", "clerk", "supervisor", "admin", "device"]
Data = Annotated[Path, typer.Argument(metavar="DATA", help="the hall's data directory")]


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)
    app.command("token")(token)
    app.command("account")(account)


def verify(
    data: Data,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Check a journal: hash chain and every property it can show. Exit 1 names the first violation."""
    from engine.verify import verify as verify_journal

    report = verify_journal(data)
    if as_json:
        print(json.dumps({"ok": report.holds, **asdict(report)}, ensure_ascii=False))
    if not report.holds:
        for violation in report.violations:
            print(violation, file=sys.stderr)
        raise typer.Exit(1)
    print(
        f"{report.entries} entries, {report.events} facts, {report.tickets} tickets on {report.days} days: "
        f"everything holds. Chain head {report.chain_head}",
        file=sys.stderr,
    )


def token(
    data: Data,
    role: Annotated[Role, typer.Option(help="whose credential")],
    window: Annotated[str | None, typer.Option(help="the window of a clerk or of a button")] = None,
    device: Annotated[str | None, typer.Option(help="the id of a device; watch-… may only read")] = None,
) -> None:
    """Print a bearer token for a script, a test or a device."""
    from engine.http.credentials import BadCredentials, issue_token

    if role == "clerk" and window is None:
        raise typer.BadParameter(
            "窗口人员的令牌须绑定窗口，请加 --window w01 · a clerk's token is bound to a window: add --window w01",
            param_hint="--window",
        )
    if role == "device" and device is None:
        raise typer.BadParameter(
            "设备的令牌须有编号，请加 --device board-1 · a device's token needs its id: add --device board-1",
            param_hint="--device",
        )
    _require_directory(data)
    _require_window(data, window)
    try:
        made = issue_token(data, role, window, device)
    except BadCredentials as error:
        raise typer.BadParameter(str(error)) from None
    if role == "device" and device is not None:
        from engine.mqtt.devices import register_device, wait_until_loaded

        try:
            register_device(data, device, made, (window,) if window else ())
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        wait_until_loaded(data)
    print(made)


def account(
    data: Data,
    name: Annotated[str, typer.Argument(metavar="NAME", help="the login name")],
    role: Annotated[Role, typer.Option(help="what this person may do")],
    window: Annotated[str | None, typer.Option(help="the window of a clerk")] = None,
    *,
    password: Annotated[str, typer.Option(prompt="密码 password", hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add or change somebody's login; the password is asked for."""
    from engine.http.accounts import add_account
    from engine.http.credentials import BadCredentials

    _require_window(data, window)
    try:
        add_account(data, name, password, role, window)
    except BadCredentials as error:
        raise typer.BadParameter(str(error)) from None
    print(f"{name} may log in as {role}.", file=sys.stderr)


def _require_directory(data: Path) -> None:
    if not data.is_dir():
        raise FileNotFoundError(
            f"没有目录 {data}，请写 --data 所用的目录 · no directory {data}; name the one given to --data"
        )


def _require_window(data: Path, window: str | None) -> None:
    """The window is one the hall has, as far as the journal can say: while the hall runs, or before, it cannot."""
    from engine.wire.findings import choose_among, shown

    there = _windows_of(data) if window is not None else None
    if window is None or there is None or window in there:
        return
    fix = choose_among(window, there)
    raise typer.BadParameter(
        f"大厅没有窗口 {shown(window)}，{fix.zh}；新加的窗口须先用新的大厅文件启动一次 · the hall has no window "
        f"{shown(window)}: {fix.en}; one that is new in the hall file is there once the hall has been started with it",
        param_hint="--window",
    )


def _windows_of(data: Path) -> tuple[str, ...] | None:
    """The windows of the last plan in the journal; None when there is none that can be read now."""
    from engine.core.events import HallConfigured
    from engine.journal.inspection import inspect
    from engine.ports import JournalInUse, JournalUnusable
    from engine.report.period import rows_of
    from engine.wire.records import UnknownRecord, event_of

    try:
        with inspect(data) as journal:
            for _, body in reversed(journal.marks()):
                for row in rows_of(body):
                    if row[0] == "configured" and isinstance(event := event_of(row), HallConfigured):
                        return tuple(window.window_id for window in event.plan.windows)
    except (FileNotFoundError, JournalInUse, JournalUnusable, UnknownRecord):
        return None
    return None
