"""What the loudspeaker says, word by word: pure text, because no speech engine reads our numbers right by itself.

Measured: given `A012` and window `108`, espeak says 零十二 and 一百八. So ticket numbers leave here digit by digit and
window numbers as written-out numerals; an engine only ever sees words it cannot get wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Language = Literal["zh", "en", "yue"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

NUMERAL_MAX = 9_999

_DIGITS = "零一二三四五六七八九"
_UNITS = (("千", 1000), ("百", 100), ("十", 10))


@dataclass(frozen=True, slots=True)
class Template:
    """One language's sentences; `{ticket}`, `{window}` and, for a recall, `{times}` are filled in as spoken words."""

    call: str
    recall: str


TEMPLATES: Mapping[Language, Template] = MappingProxyType(
    {
        "zh": Template(
            "请 {ticket} 号，到{window}号窗口办理。",
            "请 {ticket} 号，到{window}号窗口办理，已呼叫{times}次。",
        ),
        "en": Template(
            "Ticket {ticket}, please go to window {window}.",
            "Ticket {ticket}, called {times}, please go to window {window}.",
        ),
        "yue": Template(
            "請 {ticket} 號，到{window}號窗口辦理。",
            "請 {ticket} 號，到{window}號窗口辦理，已經叫咗{times}次。",
        ),
    }
)


def phrase(
    language: Language,
    ticket: str,
    window: int,
    *,
    count: int = 0,
    yao: bool = False,
    templates: Mapping[Language, Template] = TEMPLATES,
) -> str:
    """The sentence that sends `ticket` to window number `window`; `count` is 0 for a call, 1 for the first recall.

    >>> phrase("zh", "A012", 21)
    '请 A 零 一 二 号，到二十一号窗口办理。'
    >>> phrase("en", "A012", 3, count=2)
    'Ticket A 0 1 2, called twice, please go to window 3.'
    """
    template = templates[language]
    return (template.recall if count else template.call).format(
        ticket=spell(ticket, language, yao=yao),
        window=str(window) if language == "en" else numeral(window),
        times=times(count, language),
    )


def spell(ticket: str, language: Language, *, yao: bool = False) -> str:
    """A ticket number sign by sign. `yao` says 幺 for 1 in Mandarin; Cantonese never does.

    >>> spell("A012", "zh"), spell("A110", "zh", yao=True), spell("A012", "en")
    ('A 零 一 二', 'A 幺 幺 零', 'A 0 1 2')
    """
    signs = [sign for sign in ticket.upper() if sign.isascii() and sign.isalnum()]
    if language != "en":
        one = "幺" if yao and language == "zh" else "一"
        signs = [_DIGITS[int(sign)].replace("一", one) if sign.isdigit() else sign for sign in signs]
    return " ".join(signs)


def numeral(number: int) -> str:
    """A number of a door or window, 0 … 9,999, as Chinese says it.

    >>> [numeral(n) for n in (3, 10, 12, 21, 108, 110, 1010)]
    ['三', '十', '十二', '二十一', '一百零八', '一百一十', '一千零一十']
    """
    if not 0 <= number <= NUMERAL_MAX:
        raise ValueError(f"a numeral goes from 0 to {NUMERAL_MAX}: {number}")
    if number == 0:
        return _DIGITS[0]
    words: list[str] = []
    rest, is_gap = number, False
    for unit, size in _UNITS:
        digit, rest = divmod(rest, size)
        if digit:
            words += ["零"] * is_gap + [_DIGITS[digit], unit]
            is_gap = False
        elif words and rest:
            is_gap = True
    if rest:
        words += ["零"] * is_gap + [_DIGITS[rest]]
    text = "".join(words)
    return text.removeprefix("一") if 10 <= number < 20 else text


def counted(number: int) -> str:
    """A number of things, which has 两 where a bare numeral has 二: 两次, 两百次, but 十二次 and 二十次.

    >>> [counted(n) for n in (2, 12, 20, 22, 200, 2202)]
    ['两', '十二', '二十', '二十二', '两百', '两千两百零二']
    """
    if number == 2:
        return "两"
    return numeral(number).replace("二百", "两百").replace("二千", "两千")


def times(count: int, language: Language) -> str:
    """How often a ticket was called before this recall, ready for its sentence.

    >>> times(2, "zh"), times(1, "en"), times(3, "en")
    ('两', 'once', '3 times')
    """
    if language != "en":
        return counted(count)
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
