"""The refusals of the catalogue."""

from engine.core.refusals.base import Refusal


class ItemUnknown(Refusal):
    """Also for one that is not in force today."""

    code, kind = "item-unknown", "unknown"
    zh, en = "今天没有“{item}”这个事项。", "There is no item “{item}” today."
