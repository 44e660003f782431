"""The composition root: the `jiaohao` command, its own subcommands and those that installed packages add.

Exit codes: 0 done, 1 refused or violated, 2 bad input. What people read goes to stderr, what programs read to stdout.
"""

import json
import sys
from importlib.metadata import entry_points

import typer

from engine.cli.root import CannotStart, CompositionRoot
from engine.core.refusals import Refusal
from engine.ports import JournalFailed, JournalInUse, JournalUnusable
from engine.wire.bad_file import BadFile

COMMANDS_GROUP = "jiaohao.commands"
EXTRAS = {
    "numpy": "sim",
    "pyarrow": "sim",
    "PIL": "print",
    "pyttsx3": "voice",
    "espeakng_loader": "voice",
}
"""Which extra brings a package that only some commands need."""


def make_app() -> typer.Typer:
    """The command with every installed subcommand."""
    from engine.cli import data, halls, items, report, running, why

    app = typer.Typer(
        name="jiaohao",
        help="Tickets, windows, boards and loudspeakers of a service hall (叫号). Start with: jiaohao demo",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    halls.register(app)
    items.register(app)
    running.register(app)
    data.register(app)
    report.register(app)
    why.register(app)
    for entry in sorted(entry_points(group=COMMANDS_GROUP), key=lambda entry: entry.name):
        entry.load()(app, CompositionRoot())
    return app


def main() -> None:
    """Run one command and end the process with its exit code."""
    try:
        make_app()()
    except BadFile as bad:
        problems = [
            {"file": each.file, "line": each.line, "key": each.key, "what": each.what.en, "fix": each.fix.en}
            for each in bad.problems
        ]
        sys.exit(_bad_input(str(bad), problems=problems))
    except (CannotStart, JournalFailed, JournalInUse, JournalUnusable, OSError) as error:
        sys.exit(_bad_input(str(error)))
    except ModuleNotFoundError as missing:
        if missing.name not in EXTRAS:
            raise
        extra = EXTRAS[missing.name]
        sys.exit(_bad_input(f"缺少 {missing.name}，请安装 · {missing.name} is missing: pip install 'jiaohao[{extra}]'"))
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.sentence('zh')} {refusal.sentence('en')}", file=sys.stderr)
        sys.exit(1)


def _bad_input(words: str, **more: object) -> int:
    """Say what is wrong; to a program that asked for JSON as one object too."""
    if "--json" in sys.argv:
        print(json.dumps({"ok": False, "error": words, **more}, ensure_ascii=False))
    print(words, file=sys.stderr)
    return 2
