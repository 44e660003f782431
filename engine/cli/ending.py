"""How a command ends that could not do what it was asked: what it says, and its exit code."""

import json
import sys
from typing import Final

import typer

from engine import interrupts
from engine.cli.root import CannotStart
from engine.cli.usage import Misuse, sentence
from engine.core.refusals import Refusal
from engine.ports import JournalFailed, JournalInUse, JournalUnusable
from engine.wire.bad_file import BadFile

EXTRAS: Final = {
    "numba": "sim",
    "numpy": "sim",
    "pandas": "sim",
    "plotly": "sim",
    "pyarrow": "sim",
    "scipy": "sim",
    "PIL": "print",
    "pyttsx3": "voice",
    "espeakng_loader": "voice",
}
"""Which extra brings a package that only some commands need."""


def exit_code(error: Exception) -> int | None:
    """Say what went wrong; 1 for a refusal, 2 for bad input, None (and not a word) for a bug."""
    match error:
        case BadFile():
            problems = [
                {"file": each.file, "line": each.line, "key": each.key, "what": each.what.en, "fix": each.fix.en}
                for each in error.problems
            ]
            return _bad_input(str(error), problems=problems)
        case CannotStart() | JournalFailed() | JournalInUse() | JournalUnusable():
            return _bad_input(str(error))
        case OSError():
            return _bad_input(_of_the_system(error))
        case Misuse():
            # Who names no command is shown what there is, and that was all.
            return _bad_input(sentence(error)) if error.format_message() else 2
        case typer.Abort():
            interrupts.say_interrupted()
            return interrupts.INTERRUPTED
        case ModuleNotFoundError(name=str(missing)) if missing in EXTRAS:
            return _bad_input(
                f"缺少 {missing}，请安装 · {missing} is missing: pip install 'jiaohao[{EXTRAS[missing]}]'"
            )
        case Refusal():
            print(f"{error.code}: {error.sentence('zh')} {error.sentence('en')}", file=sys.stderr)
            return 1
    return None


def _of_the_system(error: OSError) -> str:
    """What the system said no to; our own errors say it themselves."""
    if error.errno is None:
        return str(error)
    why, path = error.strerror or error.errno, error.filename if error.filename is not None else ""
    return (
        f"无法读写 {path}（{why}），请检查路径、权限和磁盘空间 · "
        f"{path or 'a file'} cannot be read or written ({why}): check the path, permissions and room on the disk"
    )


def _bad_input(words: str, **more: object) -> int:
    """Say what is wrong; to a program that asked for JSON as one object too."""
    if "--json" in sys.argv:
        print(json.dumps({"ok": False, "error": words, **more}, ensure_ascii=False))
    print(words, file=sys.stderr)
    return 2
