"""What a form calls things, in both languages, and how it writes a value."""

from typing import Any, Final

from engine.core.plan import Name

BREAKDOWNS: Final = {
    "month": Name("按月", "By month"),
    "day": Name("按日", "By day"),
    "weekday": Name("按星期", "By weekday"),
    "hour": Name("按时段", "By hour"),
    "service": Name("按事项", "By service"),
    "window": Name("按窗口", "By window"),
    "clerk": Name("按人员", "By clerk"),
    "channel": Name("按取号渠道", "By channel"),
    "mode": Name("按办理方式", "By mode"),
    "lane": Name("按队列", "By lane"),
}
SECTIONS: Final = {
    "total": Name("总览", "Overview"),
    "by_outcome": Name("办理结果", "Outcomes"),
    "pauses": Name("暂停原因", "Pauses by reason"),
    "turned_away_reasons": Name("劝退原因", "Reasons for turning away"),
    "appointments": Name("预约", "Appointments"),
    "stages": Name("后台与补件", "Stages"),
    "cases": Name("“办不成事”", "Cases"),
    "follow_ups": Name("差评整改", "Follow-ups of bad ratings"),
    "home_visits": Name("上门服务", "Home visits"),
    "warnings": Name("预警", "Warnings"),
    "notes": Name("指标说明", "What the figures mean"),
}
WORDS: Final = {
    "booked": Name("预约", "booked"),
    "kept": Name("按约到场", "kept"),
    "late": Name("其中迟到", "of them late"),
    "missed": Name("爽约", "missed"),
    "cancelled": Name("取消", "cancelled"),
    "opened": Name("新开", "opened"),
    "papers_opened": Name("其中待补件", "of them papers to follow"),
    "finished": Name("完成", "finished"),
    "overdue": Name("超期", "overdue"),
    "informed": Name("已告知", "informed"),
    "escalated": Name("督办", "escalated"),
    "called_back": Name("已回访", "called back"),
    "closed": Name("办结", "closed"),
    "open": Name("未结", "still open"),
    "requested": Name("申请", "requested"),
    "assigned": Name("派单", "assigned"),
    "raised": Name("次数", "raised"),
    "cleared": Name("已解除", "cleared"),
    "reason": Name("原因", "reason"),
    "count": Name("次数", "count"),
    "s": Name("时长", "time"),
    "kind": Name("种类", "kind"),
    "outcome": Name("结果", "outcome"),
    "items": Name("办件", "items"),
    "share": Name("占比", "share"),
    "figure": Name("指标", "figure"),
    "value": Name("数值", "value"),
    "definition": Name("含义", "what it means"),
    "breakdown": Name("分类", "breakdown"),
    "id": Name("编号", "id"),
    "name": Name("名称", "name"),
}
_FORMER_MAX: Final = 3
"""Who was renamed more often is shown with the last few names."""
NOWHERE: Final = Name("未归属", "not given")
_PARTS: Final[dict[str, dict[str, Name]]] = {
    "weekday": {
        str(place): Name(f"星期{zh}", en)
        for place, (zh, en) in enumerate(
            zip(
                "一二三四五六日",
                ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
                strict=True,
            ),
            start=1,
        )
    },
    "channel": {
        "kiosk": Name("取号机", "kiosk"),
        "guide": Name("导办代取", "guide"),
        "phone": Name("手机", "phone"),
        "web": Name("网页", "web"),
        "window": Name("窗口代取", "window"),
        "walk-in": Name("无号直办", "walk-in"),
        "appointment": Name("预约", "appointment"),
        "stage": Name("结果领取", "collection"),
        "self-service": Name("自助机", "self-service"),
    },
    "mode": {
        "instant": Name("即时办", "instant"),
        "promised": Name("承诺办", "promised"),
        "appointment": Name("预约办", "appointment"),
        "extended": Name("延时办", "extended"),
        "self-service": Name("自助办", "self-service"),
    },
    "outcome": {
        "done": Name("当场办结", "done"),
        "told-missing": Name("一次告知补件", "told what is missing"),
        "papers-follow": Name("容缺受理", "papers follow"),
        "accepted": Name("受理待办", "accepted"),
        "turned-away": Name("劝退", "turned away"),
        "cannot": Name("办不成", "cannot be done"),
        "other": Name("其他", "other"),
    },
    "warning": {
        "wait": Name("等候过长", "long wait"),
        "count": Name("排队过多", "many waiting"),
        "idle": Name("窗口闲置", "idle window"),
        "paper": Name("缺纸", "paper low"),
        "offline": Name("设备离线", "device offline"),
        "stage": Name("办件超期", "stage overdue"),
        "case": Name("“办不成事”超期", "case overdue"),
        "follow-up": Name("整改超期", "follow-up overdue"),
        "tide": Name("潮汐窗口", "tidal window"),
    },
}


def part_name(dimension: str, line: dict[str, Any]) -> Name:
    """What a line of a breakdown is called."""
    part = line["id"]
    if part is None:
        return NOWHERE
    known = _PARTS.get(dimension, {}).get(str(part))
    if known is not None:
        return known
    if dimension == "hour":
        return Name(f"{part:02d}:00–{part:02d}:59", f"{part:02d}:00–{part:02d}:59")
    named = line.get("name") or {"zh": str(part), "en": str(part)}
    zh, en = named["zh"], named["en"]
    if before := line.get("formerly", [])[-_FORMER_MAX:]:
        zh += f"（原 {'、'.join(name['zh'] for name in before)}）"
        en += f" (before: {', '.join(name['en'] for name in before)})"
    if "number" in line:
        zh, en = f"{line['number']} {zh}", f"{line['number']} {en}"
    if moved := line.get("numbers_before", [])[-_FORMER_MAX:]:
        zh += f"（原 {'、'.join(str(number) for number in moved)} 号）"
        en += f" (before: no. {', '.join(str(number) for number in moved)})"
    return Name(zh, en)


def both(name: Name) -> str:
    """Both languages in one cell, once where they are the same.

    >>> both(Name("取号", "issued")), both(Name("A", "A"))
    ('取号 issued', 'A')
    """
    return name.zh if name.zh == name.en else f"{name.zh} {name.en}"


def written(value: Any, unit: str) -> str:
    """A value as people read it.

    >>> written(3725, "s"), written(0.935, "share"), written(12345, "count"), written(None, "s")
    ('1:02:05', '93.5%', '12,345', '–')
    """
    if value is None:
        return "–"
    if unit == "s":
        return _clock(value)
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:.2f}" if unit == "stars" else f"{value:,}"


def _clock(seconds: float) -> str:
    sign, whole = "-" if seconds < 0 else "", abs(round(seconds))
    hours, rest = divmod(whole, 3_600)
    if hours:
        return f"{sign}{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{sign}{rest // 60}:{rest % 60:02d}"


def satisfaction(figures: dict[str, Any]) -> Name:
    """Satisfaction with its base beside it: how many rated, of how many.

    >>> satisfaction({"satisfaction": 1.0, "ratings": 38, "items": 1240, "rating_rate": 0.0306}).zh
    '满意率 100.0%（评价 38/1,240，3.1%）'
    """
    share, rate = written(figures["satisfaction"], "share"), written(figures["rating_rate"], "share")
    ratings, items = f"{figures['ratings']:,}", f"{figures['items']:,}"
    return Name(
        f"满意率 {share}（评价 {ratings}/{items}，{rate}）", f"satisfied {share} (rated {ratings} of {items}, {rate})"
    )
