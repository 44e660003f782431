"""The commands of display devices: `jiaohao announce` and `jiaohao led`, each one process against a broker."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from engine.device.options import DeviceId, HallId, Mqtt, Region, Token, check_ids, device_of, say, say_losses
from engine.wire.extension import Root

WAV_FOLDER: Final = Path("announcements")


def register(app: typer.Typer, root: Root) -> None:
    """Add the commands of this package to the command line."""
    app.command("announce")(announce)
    app.command("led")(led)


def announce(
    mqtt: Mqtt,
    region: Region,
    hall: HallId,
    device: DeviceId,
    token: Token = None,
    zone: Annotated[list[str] | None, typer.Option(help="分区，可多次 / zone, may be repeated; none: all")] = None,
    voice: Annotated[Literal["espeak", "system", "text"], typer.Option(help="语音 / voice")] = "espeak",
    wav: Annotated[Path | None, typer.Option(help="写入 WAV 的文件夹 / folder for WAV files")] = None,
    languages: Annotated[str, typer.Option(help="播报语言 / languages in turn, of zh, en, yue")] = "zh,en",
    times: Annotated[int, typer.Option(min=1, max=6, help="播报遍数 / readings of one call")] = 2,
    yao: Annotated[bool, typer.Option("--yao", help="普通话 1 读作幺 / say 幺 for 1 in Mandarin")] = False,
) -> None:
    """广播叫号 / Speak a zone's calls: chime, then the text; as WAV files where there is no sound card."""
    from displays.announcer.announcer import Announcer
    from displays.announcer.outputs import Output, SoundCard, WavFolder, player_command
    from displays.announcer.phrases import LANGUAGES
    from displays.announcer.player import Reading
    from displays.announcer.voices import voice_of
    from engine.device.attendance import run_until_stopped

    check_ids(*(zone or ()))
    wanted = [name.strip() for name in languages.split(",")]
    known = tuple(language for name in wanted for language in LANGUAGES if language == name)
    if len(known) != len(wanted):
        raise typer.BadParameter(f"choose from {', '.join(LANGUAGES)}: {languages}", param_hint="--languages")
    command = player_command() if wav is None else None
    output: Output | None = None
    if command is not None:
        output = SoundCard(command)
    elif wav is not None or voice != "text":
        output = WavFolder(wav or WAV_FOLDER)
        say(f"写入文件夹 / writing WAV files to {wav or WAV_FOLDER}")
    announcer = Announcer(
        device_of(mqtt, region, hall, device, token),
        voice_of(voice),
        output,
        Reading(known, times, yao=yao),
        tuple(zone or ()),
        show=_print,
    )
    run_until_stopped(announcer.run(on_loss=say_losses()))


def led(
    mqtt: Mqtt,
    region: Region,
    hall: HallId,
    device: DeviceId,
    window: Annotated[list[str], typer.Option(help="窗口，可多次 / window id, may be repeated")],
    token: Token = None,
    backend: Annotated[Literal["png", "text"], typer.Option(help="输出方式 / where to show")] = "png",
    out: Annotated[Path, typer.Option(help="图片文件夹 / folder for the pictures")] = Path("strips"),
    columns: Annotated[int, typer.Option(min=16, max=1024, help="每行点数 / dots in a row")] = 96,
    colour: Annotated[Literal["red", "amber"], typer.Option(help="颜色 / colour of the lamps")] = "red",
    font: Annotated[Path | None, typer.Option(help="字体文件 / font file with Hanzi")] = None,
) -> None:
    """窗口条屏 / Show the state of windows on their LED strips."""
    from displays.led.backends import PngBackend, TextBackend
    from displays.led.led import Strips
    from engine.device.attendance import run_until_stopped

    check_ids(*window)
    try:
        chosen = TextBackend(_print) if backend == "text" else PngBackend(out, columns, colour, font)
    except (ImportError, LookupError) as error:
        say(str(error))
        raise typer.Exit(2) from None
    run_until_stopped(
        Strips(device_of(mqtt, region, hall, device, token), window, chosen, say).run(on_loss=say_losses())
    )


def _print(line: str) -> None:
    print(line, flush=True)
