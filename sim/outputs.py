"""What a command is to write, looked at before it works: a place that takes it, and nothing that it reads or writes."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from engine.core.plan import Name
from sim.bad_option import BadOption

ELSEWHERE = Name("请写别的文件", "name another file")
A_PLACE = Name("请先建好文件夹，或换一个可写的位置", "make the folder first, or name a place you may write to")


@dataclass(frozen=True, slots=True)
class Output:
    """A file that an option asks for; or a folder, with those `files` in it that will be written."""

    option: str
    path: Path
    is_folder: bool = False
    files: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Everything that will be written."""
        return (self.path, *(self.path / name for name in self.files))


def asked_for(**options: Path | None) -> list[Output]:
    """The files among these options, which are named as on the command line without the dashes."""
    return [Output(f"--{option}", path) for option, path in options.items() if path is not None]


def outputs_of_run(journal: Path | None, calls: Path | None, trace: Path | None = None) -> list[Output]:
    """What a run leaves behind; the journal is a folder."""
    folders = [] if journal is None else [Output("--journal", journal, is_folder=True)]
    return [*folders, *asked_for(calls=calls, trace=trace)]


def require_outputs(outputs: Sequence[Output], inputs: Iterable[str | Path]) -> None:
    """Raise `BadOption` for the first output that cannot be written, that is one of the inputs, or another output.

    Of the inputs, names that are no files on this machine are looked past.
    """
    read = [path for path in map(Path, inputs) if path.is_file()]
    for output in outputs:
        _require_place(output)
        for path in output.paths:
            if any(_is_same(path, each) for each in read):
                what = Name(f"{path} 正是要读取的文件", f"{path} is a file that is read")
                raise BadOption(output.option, what, ELSEWHERE)
    for one, other in combinations(outputs, 2):
        if any(_is_same(path, each) for path in one.paths for each in other.paths):
            what = Name(f"{other.path} 与 {one.option} 冲突", f"{other.path} is written by {one.option} too")
            raise BadOption(other.option, what, ELSEWHERE)


def _is_same(path: Path, other: Path) -> bool:
    """Whether both are one file, by whatever names."""
    if path.exists() and other.exists():
        return path.samefile(other)
    return path.resolve() == other.resolve()


def _require_place(output: Output) -> None:
    path = output.path
    if path.exists():
        if path.is_dir() != output.is_folder:
            kinds = ("文件", "a file"), ("文件夹", "a folder")
            (there_zh, there_en), (wanted_zh, wanted_en) = kinds[path.is_dir()], kinds[output.is_folder]
            what = Name(f"{path} 是{there_zh}", f"{path} is {there_en}")
            raise BadOption(output.option, what, Name(f"请写{wanted_zh}", f"name {wanted_en}"))
        _require_writable(output, path)
        return
    folder = path.parent
    while output.is_folder and not folder.exists():
        folder = folder.parent
    if not folder.exists():
        raise BadOption(output.option, Name(f"没有文件夹 {folder}", f"there is no folder {folder}"), A_PLACE)
    if not folder.is_dir():
        raise BadOption(output.option, Name(f"{folder} 不是文件夹", f"{folder} is no folder"), A_PLACE)
    _require_writable(output, folder)


def _require_writable(output: Output, path: Path) -> None:
    if not os.access(path, os.W_OK | (os.X_OK if path.is_dir() else 0)):
        raise BadOption(output.option, Name(f"{path} 不可写", f"{path} cannot be written"), A_PLACE)
