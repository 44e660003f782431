"""Columns of whole numbers as text for the page: little-endian, in the narrowest type that holds them, base64."""

from base64 import b64encode
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Packed = dict[str, str]
# What JavaScript calls these arrays.
_KINDS: Final = (("Uint8", np.uint8), ("Int16", np.int16), ("Int32", np.int32))


def packed(column: NDArray[Any]) -> Packed:
    """A column of whole numbers that fit into 32 bits.

    >>> packed(np.array([1, 2, 255]))
    {'kind': 'Uint8', 'text': 'AQL/'}
    """
    low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    for kind, dtype in _KINDS:
        limits = np.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            little = column.astype(np.dtype(dtype).newbyteorder("<"))
            return {"kind": kind, "text": b64encode(little.tobytes()).decode("ascii")}
    raise OverflowError(f"{low} to {high} do not fit into 32 bits")
