"""`jiaohao serve` and `jiaohao demo`."""

from pathlib import Path
from typing import Annotated

import typer

HttpOption = Annotated[str, typer.Option("--http", metavar="H:P", help="where pages and API are served")]
MqttOption = Annotated[
    str | None,
    typer.Option("--mqtt", metavar="H:P|embedded[:P]", help="the broker: an address, or our own; left out: our own"),
]


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("demo")(demo)


def serve(
    hall: Annotated[str, typer.Argument(metavar="HALL.toml", help="a hall file, or the name of a shipped hall")],
    data: Annotated[Path, typer.Option(help="the hall's data directory; made when missing")],
    http: HttpOption = "127.0.0.1:8080",
    mqtt: MqttOption = None,
    public_url: Annotated[str | None, typer.Option(help="how phones reach this hall, for QR codes")] = None,
    msgpack: Annotated[bool, typer.Option("--msgpack", help="tell devices in MessagePack too, on v1m topics")] = False,
) -> None:
    """Run a hall until Ctrl-C or SIGTERM."""
    from engine.cli.serving import Settings, run_hall
    from engine.halls import load_hall
    from engine.runtime import SystemClock

    host, port = _address(http)
    run_hall(Settings(load_hall(hall), data, host, port, mqtt, public_url, msgpack), SystemClock())


def demo(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="a shipped scenario")] = "hongtang",
    speed: Annotated[float, typer.Option(min=1, max=600, help="how much faster than life")] = 60.0,
    data: Annotated[Path | None, typer.Option(help="the hall's data directory; left out: demo-data/SCENARIO")] = None,
    http: HttpOption = "127.0.0.1:8080",
    mqtt: MqttOption = None,
) -> None:
    """Serve a shipped hall with simulated visitors and clerks, who use its real HTTP and MQTT doors."""
    from engine.cli.demonstration import run_demo

    host, port = _address(http)
    run_demo(scenario, speed, data or Path("demo-data") / scenario, host, port, mqtt)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise typer.BadParameter(f"{text} is not host:port, for example 127.0.0.1:8080", param_hint="--http")
    return host.strip("[]") or "127.0.0.1", int(port)
