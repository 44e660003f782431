"""The options every device command has, and what it tells whoever looks after the device."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.device.attendance import Device

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


def say(text: str) -> None:
    """Something for whoever looks after the device."""
    print(text, file=sys.stderr, flush=True)


def say_loss(loss: ConnectionError) -> None:
    say(f"连接中断，正在重连 / link lost, connecting again: {loss}")
