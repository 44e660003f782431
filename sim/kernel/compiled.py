"""How the kernel is compiled: the options of every compiled function, and where compiled code is kept.

Integers are exact and floats keep to the order in which they are written (no fast maths), so that a seed gives the same
figures on every machine; division behaves as numpy's; the interpreter is let go, so that days run on several threads.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, TypeAlias, TypeVar, cast

import numba
from llvmlite import ir
from numba import types
from numba.core import config
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from engine.core import calling

Function = TypeVar("Function", bound=Callable[..., Any])
Number: TypeAlias = Any
"""A whole number, of whatever width the compiler finds for it."""

BARE: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Without the ways in for the interpreter and for C, which take longer to compile than most functions."""

PREFIX: Final = "kernel-"
COMPILED: Final = b"sim.kernel.compiled"
"""What stands in every module of compiled functions: that it imports this one."""
_SIM: Final = Path(__file__).parent.parent


def compiled(function: Function) -> Function:
    """The function as machine code, made on its first call and kept for the next process."""
    with _kept_in(cache_path()):
        return cast("Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inner(function: Function) -> Function:
    """The function as machine code for other compiled functions alone, with which it is kept: made in half the time."""
    return cast("Function", numba.njit(nogil=True, error_model="numpy", **BARE)(function))


def inlined_inner(function: Function) -> Function:
    """The same as a part of whatever compiled function calls it: it costs no call."""
    return cast("Function", numba.njit(nogil=True, error_model="numpy", forceinline=True, **BARE)(function))


def inlined(function: Function) -> Function:
    """The function as a part of whatever compiled function calls it; the interpreter may call it too."""
    return cast("Function", numba.njit(nogil=True, error_model="numpy", forceinline=True)(function))


@cache
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


def _lowest_bit(context: Any, mask: Any) -> Any:
    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.trunc(builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1)), ir.IntType(32))

    return types.uint32(types.uint64), generate


lowest_bit: Any = intrinsic(_lowest_bit)
"""The place of the lowest bit that is set in a uint64 that is not 0."""


def _fingerprint() -> str:
    digest = sha256(numba.__version__.encode())
    digest.update(Path(calling.__file__).read_bytes())
    for source in sorted(_SIM.glob("*.py")) + sorted((_SIM / "kernel").glob("*.py")):
        text = source.read_bytes()
        if COMPILED in text:
            digest.update(text)
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
    # The compiler reads its settings as attributes that it sets from the environment.
    settings: Any = config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        settings.CACHE_DIR = before


def _uncounted(context: Any, arrays: Any) -> Any:
    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _without_counts(target, builder, arrays, arguments[0])

    return arrays(arrays), generate


def _without_counts(target: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        view: Any = make_array
        array = view(kind)(target, builder, value)
        array.meminfo = ir.Constant(array.meminfo.type, None)
        array.parent = ir.Constant(array.parent.type, None)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        parts: Any = kind
        for place, each in enumerate(parts):
            part = _without_counts(target, builder, each, builder.extract_value(value, place))
            value = builder.insert_value(value, part, place)
    return value


uncounted: Any = intrinsic(_uncounted)
"""The same named tuple of arrays, without counting who refers to them: whoever called holds them meanwhile."""
