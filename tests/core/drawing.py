"""Drawing a number of the service that most tests draw of, and why it may not be drawn."""

from engine.core import commands as c
from engine.core.rules import issuing
from tests.builders import (
    Driver,
)


def code_of(driver: Driver, channel: str = "kiosk") -> str | None:
    """Why nobody may draw a social number now, None when anybody may; nothing is drawn."""
    refusal = issuing.why_not(driver.hall, driver.hall.services["social"], channel, driver.now_ms)
    return refusal.code if refusal else None


def drawn(driver: Driver, channel: str = "kiosk") -> str | None:
    """Draw a social number; the code of the refusal if there is one."""
    code = code_of(driver, channel)
    command = c.IssueTicket("social", channel=channel)
    if code is None:
        driver.do(command)
    else:
        assert driver.refusal(command).code == code
    return code
