"""What a clerk's keys mean and what the answers say, in words: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from engine.wire.requests import Reply

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Order:
    """One order to the window: a verb of the interface and its arguments."""

    verb: str
    args: Mapping[str, Any] = field(default_factory=dict)


QUIT: Final = "quit"
TOGGLE: Final = "pause-or-resume"
KEYS: Final = {
    "\r": "call-next",
    "\n": "call-next",
    "n": "call-next",
    "r": "recall",
    "b": "begin",
    "f": "finish",
    "x": "no-show",
    "p": TOGGLE,
    "h": "hold",
    "o": "open",
    "c": "close",
    "q": QUIT,
    "\x03": QUIT,
    "\x04": QUIT,
}
WORDS: Final = {"": "call-next", "next": "call-next", "pause": "pause", "resume": "resume"} | {
    word: word for word in ("call-next", "recall", "begin", "finish", "no-show", "hold", "open", "close", QUIT)
}
"""What a whole line may say, beside a single key."""

HELP: Final[dict[Language, str]] = {
    "zh": "回车/n 叫号  r 重呼  b 开始  f 完成  x 过号  p 暂停/恢复  h 挂起  o 开窗  c 关窗  q 退出",
    "en": "Enter/n next  r recall  b begin  f finish  x no-show  p pause/resume  h hold  o open  c close  q quit",
}
STATES: Final[dict[str, tuple[str, str]]] = {
    "closed": ("未开放", "closed"),
    "idle": ("空闲", "idle"),
    "called": ("已呼叫 {ticket}", "called {ticket}"),
    "serving": ("正在办理 {ticket}", "serving {ticket}"),
    "paused": ("暂停服务", "paused"),
}
DONE: Final[dict[str, tuple[str, str]]] = {
    "call-next": ("请 {ticket} 号", "called {ticket}"),
    "recall": ("再次呼叫 {ticket} 号", "called {ticket} again"),
    "begin": ("开始办理 {ticket}", "began {ticket}"),
    "finish": ("办理完成", "finished"),
    "no-show": ("已过号", "recorded as a no-show"),
    "hold": ("已挂起", "held"),
    "pause": ("暂停服务", "paused"),
    "resume": ("恢复服务", "open again"),
    "open": ("窗口已开放", "window open"),
    "close": ("窗口已关闭", "window closed"),
}
UNANSWERED: Final = ("{verb}：10 秒内没有答复，请看窗口状态", "{verb}: no answer within 10 s, see the window's state")
TOO_MANY: Final = ("上一条还没有答复，请稍候", "the last order is not answered yet, please wait")
UNKNOWN_KEY: Final = ("没有这个键：{key}", "no such key: {key}")
NO_SIGNAL: Final = ("收不到大厅的信号", "no signal from the hall")
SIGNAL: Final = ("信号恢复", "signal is back")


def order_of(typed: str, state: str | None) -> Order | str | None:
    """The order a key or a line stands for; `QUIT`, or None when it stands for nothing.

    >>> order_of("p", "paused"), order_of("quit", None), order_of("?", None)
    (Order(verb='resume', args={}), 'quit', None)
    """
    word = KEYS.get(typed.lower()) or WORDS.get(typed.strip().lower())
    if word is None or word == QUIT:
        return word
    if word == TOGGLE:
        return Order("resume" if state == "paused" else "pause")
    return Order(word, {"kind": "no-papers"} if word == "hold" else {})


def pick(sentence: tuple[str, str], language: Language, **words: str) -> str:
    return sentence[language == "en"].format(**words)


def state_words(window: str, state: Mapping[str, Any] | None, language: Language) -> str:
    """One line about the window.

    >>> state_words("w03", {"state": "called", "ticket": "A012"}, "zh")
    '窗口 w03：已呼叫 A012'
    """
    known = (state or {}).get("state")
    words = pick(STATES.get(str(known), ("…", "…")), language, ticket=str((state or {}).get("ticket")))
    return f"窗口 {window}：{words}" if language == "zh" else f"window {window}: {words}"


def reply_words(verb: str, reply: Reply, language: Language) -> str:
    """What became of an order: ours for a yes, the engine's own sentence for a no."""
    if not reply.ok:
        return f"✗ {reply.detail or reply.code or verb}"
    sentence = DONE.get(verb, (verb, verb))
    return "✓ " + pick(sentence, language, ticket=_ticket(reply.result or {}))


def _ticket(result: Mapping[str, Any]) -> str:
    for part, name in (("ticket", "number"), ("window", "ticket")):
        named = result.get(part)
        if isinstance(named, Mapping) and isinstance(named.get(name), str):
            return str(named[name])
    return ""
