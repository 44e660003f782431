"""What a failed call of SQLite or of the file system means for a journal."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.ports import JournalFailed, JournalFull, JournalInUse, JournalUnusable
from engine.wire.records import UnknownRecord

_UNUSABLE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def translated() -> Iterator[None]:
    """Raise the journal's own errors in place of those of SQLite, the file system and the codec."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _meaning(error) from error
    except UnknownRecord as error:
        raise JournalUnusable(str(error)) from error


def _meaning(error: sqlite3.Error | OSError) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary == sqlite3.SQLITE_FULL or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return JournalFull(f"no room left for the journal · 日志没有空间了: {error}")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return JournalInUse(f"another program has journal.db open · 另一个程序正打开着 journal.db: {error}")
    if primary in _UNUSABLE:
        return JournalUnusable(f"journal.db is damaged · journal.db 已损坏: {error}")
    return JournalFailed(f"the journal failed · 日志写入失败: {error}")
