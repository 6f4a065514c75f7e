"""When something is to be, as one says it: 每周四下午3点, 每天8点和20点, 每7天, 11月26日上午9点."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from desk.rules import recurring
from desk.rules.deadlines import LOCAL
from desk.rules.recurring import WEEKDAYS

_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9,
}  # fmt: skip
_SOON = {"今天": 0, "今晚": 0, "明天": 1, "后天": 2}
_MORNING = time(9)

_N = rf"(?:\d{{1,3}}|[十{''.join(_DIGITS)}]{{1,3}})"
_DAY = f"[{''.join(WEEKDAYS)}]"
_CLOCK = re.compile(
    rf"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚)?(?P<hour>{_N})"
    rf"(?:[:：](?P<minute>\d\d)|[点时](?:(?P<half>半)|(?P<minutes>{_N})分?)?)"
)
_AFTERNOON = ("中午", "下午", "傍晚", "晚上", "今晚")
_WEEKLY = re.compile(rf"每?个?(?:周|星期|礼拜)(?P<days>{_DAY}(?:[、,和]?{_DAY})*)")
_MONTHLY = re.compile(rf"每个?月(?P<day>{_N})[日号]")
_EVERY = re.compile(rf"每隔?(?P<days>{_N})天")
_PERIODS = (
    (re.compile(r"每(?:两个?|2)(?:周|星期|礼拜)"), 14), (re.compile(r"每个?(?:周|星期|礼拜)"), 7),
    (re.compile(r"每个?月"), 30), (re.compile(r"每个?季度?"), 90), (re.compile(r"每半年"), 182),
)  # fmt: skip
_DAILY = re.compile(r"每[天日]")
_DATE = re.compile(
    r"(?:(?P<year>20\d\d)[年-])?(?P<month>\d{1,2})[月-](?P<day>\d{1,2})[日号]?(?!\d)"
)
_NEAR = re.compile("|".join(_SOON))


@dataclass(frozen=True, slots=True)
class When:
    """A rule of recurrence, its first moment where one was named, and the words that are left."""

    rule: str
    starts: datetime | None
    rest: str


def read(text: str, now: datetime) -> When | None:
    """When it is said to be; None where nothing says so."""
    for reader in (_weekly, _monthly, _every, _daily, _dated):
        found = reader(text, now)
        if found is not None:
            return found
    return None


def _weekly(text: str, now: datetime) -> When | None:
    found = _WEEKLY.search(text)
    if found is None:
        return None
    days = [WEEKDAYS[c] for c in found["days"] if c in WEEKDAYS]
    times, rest = _times(_without(text, found))
    if found[0].startswith("每"):
        return When(recurring.weekly(days, *times), None, rest)
    first = recurring.first(recurring.weekly(days, *times), now)
    return When("once", first, rest)


def _monthly(text: str, now: datetime) -> When | None:  # noqa: ARG001  one shape for all
    found = _MONTHLY.search(text)
    if found is None or not 1 <= number(found["day"]) <= 31:
        return None
    times, rest = _times(_without(text, found))
    return When(recurring.monthly(number(found["day"]), *times), None, rest)


def _every(text: str, now: datetime) -> When | None:
    found = _EVERY.search(text)
    days = number(found["days"]) if found else 0
    for pattern, length in () if days else _PERIODS:
        found = pattern.search(text)
        if found:
            days = length
            break
    if found is None or days < 1:
        return None
    rest = _without(text, found)
    if not _CLOCK.search(rest):
        return When(recurring.every(days), None, rest.strip())
    times, rest = _times(rest)
    first = recurring.first(recurring.weekly(recurring.EVERY_DAY, times[0]), now)
    return When(recurring.every(days), first, rest)


def _daily(text: str, now: datetime) -> When | None:  # noqa: ARG001  one shape for all
    found = _DAILY.search(text)
    if found is None:
        return None
    times, rest = _times(_without(text, found))
    return When(recurring.weekly(recurring.EVERY_DAY, *times), None, rest)


def _dated(text: str, now: datetime) -> When | None:
    """A day of the calendar, or one that is near; a day without a year is the next such day."""
    today = now.astimezone(LOCAL).date()
    if near := _NEAR.search(text):
        day = today + timedelta(days=_SOON[near[0]])
        clock = "晚上" if near[0] == "今晚" else ""
        times, rest = _times(text.replace(near[0], clock, 1))
    elif found := _DATE.search(text):
        year = int(found["year"] or today.year)
        try:
            day = today.replace(year, int(found["month"]), int(found["day"]))
            if not found["year"] and day < today:
                day = day.replace(year + 1)
        except ValueError:
            return None
        times, rest = _times(_without(text, found))
    else:
        return None
    return When("once", datetime.combine(day, times[0], LOCAL), rest)


def _times(text: str) -> tuple[list[time], str]:
    """The times of day in a text, and the text without them; nine in the morning where none is."""
    found = [clock for each in _CLOCK.finditer(text) if (clock := _clock(each)) is not None]
    rest = re.sub(r"^[\s、,和]+|(?<=\s)[、,和]+(?=\s|$)", "", _CLOCK.sub(" ", text))
    return found or [_MORNING], " ".join(rest.split())


def _clock(found: re.Match[str]) -> time | None:
    hour = number(found["hour"])
    minute = 30 if found["half"] else number(found["minute"] or found["minutes"] or "0")
    if (
        (found["part"] or "") in _AFTERNOON
        and 1 <= hour < 12
        and (hour, found["part"]) != (11, "中午")
    ):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def number(text: str) -> int:
    """15, 三, 十五, 二十."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = (_DIGITS.get(tens, 1) if tens else 1) * 10 if ten else 0
    return value + (_DIGITS.get(ones, 0) if ones else 0)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
