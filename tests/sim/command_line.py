"""The simulator's commands, run in this process as the command line runs them."""

import typer
from typer.testing import CliRunner, Result

from engine.cli.root import CompositionRoot
from sim.commands import register


def run(*arguments: str) -> Result:
    """One command; the result has its exit code, stdout, stderr and the exception it ended with."""
    app = typer.Typer()
    register(app, CompositionRoot())
    return CliRunner().invoke(app, list(arguments))
