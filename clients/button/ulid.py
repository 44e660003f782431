"""Identifiers of commands: ULIDs, which sort by time and never meet."""

import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ulid(now_ms: int | None = None, chance: int | None = None) -> str:
    """Twenty-six signs: 48 bits of milliseconds since 1970, then 80 bits of chance.

    >>> new_ulid(1_469_918_176_385, 0)
    '01ARYZ6S410000000000000000'
    """
    milliseconds = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    value = milliseconds << 80 | (secrets.randbits(80) if chance is None else chance)
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in range(25, -1, -1))
