"""`jiaohao serve` and `jiaohao demo`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from engine.garbage import uncollected

if TYPE_CHECKING:
    from engine.push.receiver import Target

HttpOption = Annotated[str, typer.Option("--http", metavar="H:P", help="where pages and API are served")]
MqttOption = Annotated[
    str | None,
    typer.Option("--mqtt", metavar="H:P|embedded[:P]", help="the broker: an address, or our own; left out: our own"),
]

PUSH_TOKEN: Final = "JIAOHAO_PUSH_TOKEN"


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("demo")(demo)


@uncollected()  # Until the hall is ready, which then turns the collector on.
def serve(
    hall: Annotated[str, typer.Argument(metavar="HALL.toml", help="a hall file, or the name of a shipped hall")],
    data: Annotated[Path, typer.Option(help="the hall's data directory; made when missing")],
    http: HttpOption = "127.0.0.1:8080",
    mqtt: MqttOption = None,
    public_url: Annotated[str | None, typer.Option(help="how phones reach this hall, for QR codes")] = None,
    msgpack: Annotated[bool, typer.Option("--msgpack", help="tell devices in MessagePack too, on v1m topics")] = False,
    push_ratings: Annotated[
        str | None, typer.Option(metavar="URL", help=f"where ratings are sent; the token is in {PUSH_TOKEN}")
    ] = None,
) -> None:
    """Run a hall until Ctrl-C or SIGTERM."""
    from engine.cli.serving import Settings, run_hall
    from engine.halls import load_hall
    from engine.runtime import SystemClock

    host, port = _address(http)
    push = _push_target(push_ratings)
    run_hall(Settings(load_hall(hall), data, host, port, mqtt, public_url, msgpack, push=push), SystemClock())


@uncollected()
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


def _push_target(url: str | None) -> "Target | None":
    from engine.push.receiver import BadTarget, Target

    if url is None:
        return None
    try:
        return Target(url, os.environ.get(PUSH_TOKEN) or None)
    except BadTarget as bad:
        raise typer.BadParameter(str(bad), param_hint="--push-ratings") from None


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise typer.BadParameter(
            f"{text} 不是 主机:端口，例如 127.0.0.1:8080 · {text} is not host:port, for example 127.0.0.1:8080",
            param_hint="--http",
        )
    return host.strip("[]") or "127.0.0.1", int(port)
