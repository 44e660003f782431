"""The refusals of warnings."""

from engine.core.refusals.base import Refusal


class TooManyDevices(Refusal):
    code, kind = "too-many-devices", "limit"
    zh = "已有 {limit} 条设备提醒，请先处理，或核对设备编号。"
    en = "{limit} warnings about devices stand already; attend to them first, or check the device's id."
