"""The command of the clerk's button: `jiaohao button`, one process against a broker."""

from typing import Annotated, Literal

import typer

from engine.device.options import DeviceId, HallId, Mqtt, Region, Token, check_ids, device_of, say_losses
from engine.wire.extension import Root


def register(app: typer.Typer, root: Root) -> None:
    """Add the commands of this package to the command line."""
    app.command("button")(button)


def button(
    mqtt: Mqtt,
    region: Region,
    hall: HallId,
    device: DeviceId,
    window: Annotated[str, typer.Option(help="窗口 / window id")],
    token: Token = None,
    clerk: Annotated[str | None, typer.Option(help="工作人员 / clerk id")] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="语言 / language")] = "zh",
) -> None:
    """窗口按键 / The clerk's button: call, recall, begin, finish, no-show, pause, hold."""
    from clients.button.button import Button
    from clients.button.keyboard import typed
    from engine.device.attendance import run_until_stopped

    check_ids(window)
    desk = Button(
        device_of(mqtt, region, hall, device, token), window, typed(), clerk=clerk, language=lang, show=_print
    )
    run_until_stopped(desk.run(on_loss=say_losses()))


def _print(line: str) -> None:
    print(line, flush=True)
