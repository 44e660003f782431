"""Ctrl-C for a command that makes no other arrangement: it ends in a sentence, also while libraries are being loaded.

A module that is interrupted while it loads stays half loaded, or takes the interruption for a mistake of its own
("initialization failed"). So a Ctrl-C that comes meanwhile is put off until nothing is loading. Elsewhere it may still
be lost, in a callback from compiled code: so it is raised again until it is heard.
"""

import signal
import sys
import time
from _thread import interrupt_main, start_new_thread
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
AGAIN_S: Final = 0.05
LOADER: Final = "<frozen importlib"


class _Arrangement:
    """What is done about Ctrl-C, from the first press on."""

    def __init__(self) -> None:
        self.is_said = self.is_put_off = False
        self._asked = 0

    def pressed(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signal."""
        self._asked += 1
        # Bare of the locks of `threading`: whoever is interrupted may hold one.
        start_new_thread(self._ask_again, (self._asked,))
        self.is_put_off = _is_loading(frame)
        if self.is_put_off or _is_on_the_way(sys.exc_info()[1]):
            return
        self.say()
        raise KeyboardInterrupt

    def say(self) -> None:
        if not self.is_said:
            self.is_said = True
            print("已中断，没有做完 / Interrupted before it was done", file=sys.stderr)

    def rest(self) -> None:
        """Ask no more."""
        self._asked += 1

    def _ask_again(self, asked: int) -> None:
        time.sleep(AGAIN_S)
        if asked == self._asked:
            interrupt_main()


_arrangement: Final = _Arrangement()


def arrange() -> None:
    """From now on Ctrl-C says that nothing was finished, and raises `KeyboardInterrupt` where nothing is loading."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        _arrangement.is_said = _arrangement.is_put_off = False
        signal.signal(signal.SIGINT, _arrangement.pressed)


def hand_back() -> None:
    """Leave Ctrl-C to Python again, whose event loops then make an arrangement of their own.

    Raises `KeyboardInterrupt` for one that was put off and not heard yet.
    """
    end()
    if _arrangement.is_put_off:
        say_interrupted()
        raise KeyboardInterrupt


def end() -> None:
    """No more is done about Ctrl-C than Python does by itself."""
    _arrangement.rest()
    if signal.getsignal(signal.SIGINT) == _arrangement.pressed:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def is_interrupted() -> bool:
    """Whether a Ctrl-C was raised: what goes wrong from then on goes wrong because of it."""
    return _arrangement.is_said


def say_interrupted() -> None:
    """Say to people that the command was broken off; once."""
    _arrangement.say()


def _is_loading(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(LOADER):
            return True
        frame = frame.f_back
    return False


def _is_on_the_way(handled: BaseException | None) -> bool:
    """Whether somebody is putting things in order because of it."""
    while handled is not None:
        if isinstance(handled, KeyboardInterrupt):
            return True
        handled = handled.__context__
    return False
