"""The composition root: the `jiaohao` command, its own subcommands and those that installed packages add.

Exit codes: 0 done, 1 refused or violated, 2 bad input, 130 interrupted. What people read goes to stderr, what programs
read to stdout.

A command is started often and by hand: what only some of them need is imported where it is needed.
"""

import sys
from typing import TYPE_CHECKING, Final

from engine import interrupts

if TYPE_CHECKING:
    import typer

OWN: Final = {
    "init": "halls",
    "check": "halls",
    "items": "items",
    "serve": "running",
    "demo": "running",
    "verify": "data",
    "token": "data",
    "account": "data",
    "report": "report",
    "why": "why",
}
"""Which module of this package has which subcommand, in the order of the help."""
COMMANDS_GROUP: Final = "jiaohao.commands"


def make_app(wanted: str | None = None) -> "typer.Typer":
    """The command with every installed subcommand; for one of our own, with those of its module only."""
    from importlib import import_module

    import typer

    app = typer.Typer(
        name="jiaohao",
        help="Tickets, windows, boards and loudspeakers of a service hall (叫号). Start with: jiaohao demo",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    # A command that has a callback takes the name of a subcommand even when there is but one.
    app.callback()(_nothing)
    for module in [OWN[wanted]] if wanted in OWN else dict.fromkeys(OWN.values()):
        import_module(f"{__name__}.{module}").register(app)
    if wanted not in OWN:
        _add_installed(app)
    return app


def main() -> None:
    """Run one command and end the process with its exit code."""
    interrupts.arrange()
    try:
        code = _run()
    except KeyboardInterrupt:
        code = interrupts.INTERRUPTED
    finally:
        interrupts.end()
    sys.exit(code)


def _run() -> int | None:
    try:
        code: int | None = make_app(*sys.argv[1:2])(standalone_mode=False)
    except Exception as error:
        from engine.cli.ending import exit_code

        code = interrupts.INTERRUPTED if interrupts.is_interrupted() else exit_code(error)
        if code is None:
            raise
    return code


def _nothing() -> None:
    """What the command does before a subcommand."""


def _add_installed(app: "typer.Typer") -> None:
    from importlib.metadata import entry_points

    from engine.cli.root import CompositionRoot

    for entry in sorted(entry_points(group=COMMANDS_GROUP), key=lambda entry: entry.name):
        entry.load()(app, CompositionRoot())
