"""The halls that come with jiaohao, and the one place that reads a hall file from the disk."""

from importlib import resources
from pathlib import Path
from typing import Final

from engine.core.plan import HallPlan, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import nearest
from engine.wire.hall_file import read_hall
from engine.wire.toml_file import FILE_BYTES_MAX, too_large

NETWORKS: Final = ("ningbo", "ningcheng")
"""Names of the networks that the simulator ships: whoever wants a hall is told that they are none."""


def shipped_halls() -> tuple[str, ...]:
    """The names of the halls in this package, in alphabetical order."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """The text of a shipped hall file, to read or to copy from."""
    return resources.files(__name__).joinpath(f"{name}.toml").read_text("utf-8")


def load_hall(name_or_path: str) -> HallPlan:
    """The plan of a shipped hall, or of the hall file at this path; raises `BadFile`."""
    if name_or_path in shipped_halls():
        shipped = resources.files(__name__)
        return read_hall(
            shipped_text(name_or_path), f"{name_or_path}.toml", lambda name: shipped.joinpath(name).read_bytes()
        )
    folder = Path(name_or_path).parent
    return read_hall(read_text(name_or_path, shipped_halls()), name_or_path, lambda name: _start_of(folder / name))


def read_text(path: str, shipped: tuple[str, ...]) -> str:
    """The text of the file at `path`; raises `BadFile`, which offers the names in `shipped` when there is none."""
    try:
        body = _start_of(Path(path))
    except (OSError, ValueError) as error:  # a path with a NUL in it is a ValueError
        raise BadFile((_not_readable(path, shipped, error),)) from None
    if len(body) > FILE_BYTES_MAX:
        raise BadFile((too_large(path),))
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise BadFile((_not_utf8(path, line),)) from None


def _start_of(path: Path) -> bytes:
    """A file, or as much of it as tells that it is too large."""
    with path.open("rb") as file:
        return file.read(FILE_BYTES_MAX + 1)


def _not_readable(path: str, shipped: tuple[str, ...], error: OSError | ValueError) -> Problem:
    network = path.split("/")[0]
    if network in NETWORKS:
        what = Name(
            "是有许多站点的网络，不是一个大厅", "is a network of many sites, or one of them, and no hall to run"
        )
        fix = Name(
            f"jiaohao simulate {network} 可仿真该网络；这里请写一个大厅：{', '.join(shipped)}",
            f"`jiaohao simulate {network}` simulates the network; write a hall here: {', '.join(shipped)}",
        )
        return Problem(path, 1, "", what, fix)
    if isinstance(error, FileNotFoundError) and not shipped:
        return Problem(path, 1, "", Name("没有这个文件", "no such file"), Name("请检查路径", "check the path"))
    if isinstance(error, FileNotFoundError):
        meant = nearest(path, shipped)
        what = Name("没有这个文件，也没有叫这个名字的样例", "no such file, and nothing shipped has this name")
        listed = ", ".join(shipped)
        zh, en = (f"是不是想写 {meant}？", f"did you mean {meant}? ") if meant else ("", "")
        return Problem(path, 1, "", what, Name(f"{zh}自带的有：{listed}", f"{en}shipped are: {listed}"))
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(
        path,
        1,
        "",
        Name(f"无法读取（{reason}）", f"cannot be read ({reason})"),
        Name("请检查路径和权限", "check the path and its permissions"),
    )


def _not_utf8(path: str, line: int) -> Problem:
    return Problem(
        path,
        line,
        "",
        Name("不是 UTF-8 编码", "not UTF-8"),
        Name("请用 UTF-8 编码另存（记事本：另存为，编码选 UTF-8）", "save it again with the encoding UTF-8"),
    )
