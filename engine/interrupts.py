"""Ctrl-C for a command that makes no other arrangement: it ends in a sentence, also while libraries are being loaded.

A module that is interrupted while it loads stays half loaded, or takes the interruption for a mistake of its own
("initialization failed"). So a Ctrl-C that comes meanwhile is put off until nothing is loading.
"""

import signal
import sys
from _thread import interrupt_main
from functools import cache
from threading import Timer
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
AGAIN_S: Final = 0.02
LOADER: Final = "<frozen importlib"


def arrange() -> None:
    """From now on Ctrl-C says that nothing was finished, and raises `KeyboardInterrupt` where nothing is loading."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _pressed)


def hand_back() -> None:
    """Leave Ctrl-C to Python again, whose event loops then make an arrangement of their own."""
    if signal.getsignal(signal.SIGINT) is _pressed:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@cache  # once, however often it is pressed
def say_interrupted() -> None:
    """Say to people that the command was broken off."""
    print("已中断，没有做完 / Interrupted before it was done", file=sys.stderr)


def _pressed(number: int, frame: FrameType | None) -> None:
    if _is_loading(frame):
        later = Timer(AGAIN_S, interrupt_main)
        later.daemon = True
        later.start()
        return
    say_interrupted()
    raise KeyboardInterrupt


def _is_loading(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(LOADER):
            return True
        frame = frame.f_back
    return False
