"""The same broker and hall played by hand as for displays."""

from tests.displays.conftest import broker, hall

__all__ = ["broker", "hall"]
