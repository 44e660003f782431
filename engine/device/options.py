"""The options every device command has, and what it tells whoever looks after the device."""

import math
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from engine.device.attendance import Device

SAME_LOSS_S: Final = 60.0

Mqtt = Annotated[str, typer.Option(help="消息服务器 / broker, host:port or mqtt(s)://host:port")]
Region = Annotated[str, typer.Option(help="地区 / region id")]
HallId = Annotated[str, typer.Option("--hall", help="大厅 / hall id")]
DeviceId = Annotated[str, typer.Option("--device", help="设备编号 / id of this device")]
Token = Annotated[str | None, typer.Option(envvar="JIAOHAO_TOKEN", help="令牌 / made by `jiaohao token`")]


def device_of(mqtt: str, region: str, hall: str, device: str, token: str | None) -> "Device":
    """The device these options describe; raises `typer.BadParameter`."""
    from engine.device.attendance import Device

    try:
        return Device.at(mqtt, region, hall, device, token)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def check_ids(*texts: str) -> None:
    """Refuse what cannot be the id of a window or a zone; raises `typer.BadParameter`."""
    from engine.wire.topics import is_id

    for text in texts:
        if not is_id(text):
            raise typer.BadParameter(f"an id has only a-z, 0-9 and -: {text!r}")


def say(text: str) -> None:
    """Something for whoever looks after the device."""
    print(text, file=sys.stderr, flush=True)


def say_losses() -> Callable[[ConnectionError], None]:
    """Tells of lost links: each reason at once, the same one again not within a minute."""
    told: dict[str, float] = {}

    def tell(loss: ConnectionError) -> None:
        now, reason = time.monotonic(), str(loss)
        if now - told.get(reason, -math.inf) > SAME_LOSS_S:
            told.clear()
            told[reason] = now
            say(f"连接中断，正在重连 / link lost, connecting again: {reason}")

    return tell
