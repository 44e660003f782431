"""How the kernel is compiled: the options of every compiled function, and where compiled code is kept.

Integers are exact and floats keep to the order in which they are written (no fast maths), so that a seed gives the same
figures on every machine; division behaves as numpy's; the interpreter is let go, so that days run on several threads.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, TypeVar

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from engine.core import calling

Function = TypeVar("Function", bound=Callable[..., Any])

PREFIX: Final = "kernel-"
_SIM: Final = Path(__file__).parent.parent


def compiled(function: Function) -> Function:
    """The function as machine code, made on its first call and kept for the next process."""
    with _kept_in(cache_path()):
        made: Function = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return made


def inlined(function: Function) -> Function:
    """The function as a part of whatever compiled function calls it: it costs no call, and is kept with its caller."""
    made: Function = numba.njit(nogil=True, error_model="numpy", forceinline=True)(function)
    return made


def cache_path() -> Path:
    """Where compiled code lies: beside the code, or with the user's caches where that cannot be written.

    The name tells what was compiled. A compiler that looks at one file at a time would not notice that another has
    changed, and the rule that decides who is called stands in another.
    """
    name = PREFIX + _fingerprint()
    for parent in (_SIM / "kernel" / "__pycache__", _user_caches() / "jiaohao"):
        if _is_writable(parent):
            return parent / name
    return parent / name


def forget_older() -> None:
    """Remove what was compiled from older code."""
    present = cache_path()
    for each in present.parent.glob(f"{PREFIX}*"):
        if each != present:
            shutil.rmtree(each, ignore_errors=True)


@intrinsic
def lowest_bit(context: Any, mask: Any) -> Any:
    """The place of the lowest bit that is set; `mask` is a uint64, and not 0."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.trunc(builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1)), ir.IntType(32))

    return types.uint32(types.uint64), generate


def _fingerprint() -> str:
    sources = [*sorted((_SIM / "kernel").glob("*.py")), *sorted(_SIM.glob("*.py")), Path(calling.__file__)]
    digest = sha256(numba.__version__.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _user_caches() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before
