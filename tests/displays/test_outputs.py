"""Where sound goes: files that do not fill the disk, and players that may be missing, fail or hang."""

import sys
from pathlib import Path

import pytest

from displays.announcer.outputs import SoundCard, WavFolder
from displays.announcer.sounds import NoSound, silence


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_folder_keeps_the_newest_files_also_across_lives(tmp_path: Path) -> None:
    for name in ("000001-A001-w03", "000002-A002-w03"):
        await WavFolder(tmp_path, kept=2).play(silence(0.1), name)

    await WavFolder(tmp_path, kept=2).play(silence(0.1), "000003-A003-w03")

    assert names(tmp_path) == ["000002-A002-w03.wav", "000003-A003-w03.wav"]


async def test_a_folder_that_has_gone_is_no_sound_and_works_again_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "wav"
    output = WavFolder(folder)
    folder.rmdir()

    with pytest.raises(NoSound):
        await output.play(silence(0.1), "000001-A001-w03")

    folder.mkdir()
    await output.play(silence(0.1), "000002-A002-w03")
    assert (folder / "000002-A002-w03.wav").exists()


async def test_the_player_gets_a_whole_wav_file() -> None:
    copied = "import sys, wave; sys.exit(wave.open(sys.argv[1]).getnframes() != 2205)"

    await SoundCard((sys.executable, "-c", copied)).play(silence(0.1), "000001-A001-w03")


PLAYERS = {
    "missing": ("/nonexistent/player",),
    "failing": (sys.executable, "-c", "import sys; sys.exit(1)"),
    "hanging": (sys.executable, "-c", "import signal; signal.pause()"),
}


@pytest.mark.parametrize("command", PLAYERS.values(), ids=PLAYERS)
async def test_a_player_that_cannot_is_no_sound(command: tuple[str, ...]) -> None:
    player = SoundCard(command, grace_s=0.3)

    with pytest.raises(NoSound):
        await player.play(silence(0.1), "000001-A001-w03")
