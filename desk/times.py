"""Times of the week as people say them: 周三下午, 周末, 工作日晚上, 周四15:00, 每周五下午3点."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time

from desk.rules.slots import Slot

_DAYS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
_MANY = {
    "工作日": (1, 2, 3, 4, 5), "平时": (1, 2, 3, 4, 5), "周末": (6, 7), "双休日": (6, 7),
    "每天": (1, 2, 3, 4, 5, 6, 7), "天天": (1, 2, 3, 4, 5, 6, 7),
}  # fmt: skip
_PARTS = {
    "早上": time(8), "早晨": time(8), "上午": time(9), "中午": time(12), "下午": time(14),
    "傍晚": time(18), "晚上": time(19), "晚": time(19),
}  # fmt: skip
_WHOLE = (time(9), time(14))  # a day of which no hour is said
_AFTERNOON = ("下午", "傍晚", "晚上", "晚")
_TIME = re.compile(
    rf"(?:(?P<many>{'|'.join(_MANY)})|(?:周|星期|礼拜)(?P<day>[{''.join(_DAYS)}]))"
    rf"\s*(?P<part>{'|'.join(_PARTS)})?"
    r"(?:\s*(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)|点(?P<half>半)?))?"
)


def read(text: str) -> tuple[str, ...]:
    """The times in a text, as they were said."""
    return tuple(dict.fromkeys(found[0].replace(" ", "") for found in _TIME.finditer(text)))


def without(text: str) -> str:
    """A text without them."""
    return _TIME.sub(" ", text)


def slots(words: Iterable[str]) -> tuple[Slot, ...]:
    """What times mean, in the order of the week; words that are no times mean nothing."""
    found = {slot for word in words for said in _TIME.finditer(word) for slot in _slots(said)}
    return tuple(sorted(found))


def _slots(said: re.Match[str]) -> Iterable[Slot]:
    days = _MANY[said["many"]] if said["many"] else (_DAYS[said["day"]],)
    hours: tuple[time, ...] = _WHOLE
    if said["hour"]:
        hour = int(said["hour"])
        later = said["part"] in _AFTERNOON and hour < 12
        hours = (time(hour + 12 * later, int(said["minute"] or (30 if said["half"] else 0))),)
    elif said["part"]:
        hours = (_PARTS[said["part"]],)
    return (Slot(day, hour) for day in days for hour in hours)
