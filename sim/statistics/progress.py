"""How far along it is, on a terminal: a bar with the days that are done and the time that is left."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class ProgressBar:
    """Looks on for people: shows a bar, and says stop when Ctrl-C has been pressed."""

    def __init__(self, progress: Progress, task: TaskID, pressed: Event) -> None:
        self._progress, self._task, self._pressed = progress, task, pressed

    def expect(self, days: int) -> None:
        """So many days in all will do, as far as is known."""
        self._progress.update(self._task, total=days)

    def done(self, days: int) -> None:
        """So many days more are done."""
        self._progress.advance(self._task, days)

    def stopped(self) -> bool:
        return self._pressed.is_set()


@contextmanager
def progress_bar(pressed: Event) -> Iterator[ProgressBar]:
    """A bar on stderr, for as long as the block lasts; none where nobody looks."""
    console = Console(stderr=True)
    columns = (
        TextColumn("模拟 simulating"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("天 days · 还需 left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield ProgressBar(progress, progress.add_task("", total=None), pressed)
