"""When a place is open: 全天, 08:00-20:00, 周一至周五 08:00-18:00；周六、周日 09:00-12:00."""

from __future__ import annotations

import re
from datetime import datetime, time

from desk.rules.deadlines import LOCAL
from desk.rules.recurring import WEEKDAYS

_ALWAYS = ("全天", "24小时", "随时")
_DAY = rf"(?:周|星期)?([{''.join(WEEKDAYS)}])"
_EVERY_DAY = frozenset(range(1, 8))
_PART = re.compile(
    rf"(?P<days>(?:{_DAY}(?:[至到\-~—、,和]\s*)?)*|每天|每日|工作日|周末)[\s:：]*"
    r"(?P<hours>\d{1,2}[:：]\d\d\s*[-~—至到]\s*\d{1,2}[:：]\d\d"
    r"(?:[、,，]\s*\d{1,2}[:：]\d\d\s*[-~—至到]\s*\d{1,2}[:：]\d\d)*|全天|24小时)"
)
_SPAN = re.compile(r"(\d{1,2})[:：](\d\d)\s*[-~—至到]\s*(\d{1,2})[:：](\d\d)")
_RANGE = re.compile(rf"{_DAY}\s*[至到\-~—]\s*{_DAY}")
_NAMED = {"每天": _EVERY_DAY, "每日": _EVERY_DAY, "工作日": frozenset(range(1, 6)),
          "周末": frozenset((6, 7))}  # fmt: skip

Hours = tuple[tuple[frozenset[int], int, int], ...]  # days, from minute, to minute of the day


def read(text: str) -> Hours | None:
    """The hours that a text says; None where it cannot be read."""
    said = text.strip()
    if said in _ALWAYS:
        return ((_EVERY_DAY, 0, 24 * 60),)
    found: list[tuple[frozenset[int], int, int]] = []
    for piece in filter(None, (p.strip() for p in re.split(r"[;；\n]", said))):
        part = _PART.fullmatch(piece)
        if part is None:
            return None
        days = _days(part["days"])
        for span in _SPAN.findall(part["hours"]) or [("0", "00", "24", "00")]:
            opens, closes = (int(span[i]) * 60 + int(span[i + 1]) for i in (0, 2))
            if not opens < closes <= 24 * 60:
                return None
            found.append((days, opens, closes))
    return tuple(found) or None


def _days(text: str) -> frozenset[int]:
    if not text or text in _NAMED:
        return _NAMED.get(text, _EVERY_DAY)
    if span := _RANGE.search(text):
        first, last = WEEKDAYS[span[1]], WEEKDAYS[span[2]]
        days = range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)]
        return frozenset(days) | {WEEKDAYS[c] for c in _RANGE.sub("", text) if c in WEEKDAYS}
    return frozenset(WEEKDAYS[c] for c in text if c in WEEKDAYS)


def is_open(text: str, now: datetime) -> bool | None:
    """Whether it is open now; None where its hours are not known."""
    hours = read(text)
    if hours is None:
        return None
    local = now.astimezone(LOCAL)
    minute = local.hour * 60 + local.minute
    return any(
        local.isoweekday() in days and opens <= minute < closes for days, opens, closes in hours
    )


def closing(text: str, now: datetime) -> time | None:
    """When it closes, where it is open now and does not stay so all night."""
    local = now.astimezone(LOCAL)
    minute = local.hour * 60 + local.minute
    ends = [
        closes
        for days, opens, closes in read(text) or ()
        if local.isoweekday() in days and opens <= minute < closes
    ]
    return time(*divmod(max(ends), 60)) if ends and max(ends) < 24 * 60 else None
