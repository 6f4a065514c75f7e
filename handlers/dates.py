"""A day, with or without an hour, anywhere in a text: 12月20日, 2026-12-20 15:00, 周六下午3点."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from desk.rules.deadlines import LOCAL
from handlers.turn import Turn

_DAY = re.compile(r"(?:(?P<year>20\d\d)[-年/])?(?P<month>1[0-2]|0?[1-9])[-月/](?P<day>\d{1,2})日?")
_CLOCK = re.compile(
    r"(?P<half>上午|下午|晚上|早上)?\s*(?P<hour>[01]?\d|2[0-3])\s*[:点：](?P<minute>[0-5]\d|半)?分?"
)
_AFTERNOON = ("下午", "晚上")
NOON = 12


def moment(turn: Turn, text: str, at: time) -> tuple[datetime | None, str]:
    """The first day in a text (at `at` where no hour is said), and the text without it."""
    found, rest = _day(turn, text)
    if found is None:
        return None, text
    hour, rest = clock(rest)
    when = datetime.combine(found, hour or at, LOCAL)
    return when, " ".join(rest.split())


def _day(turn: Turn, text: str) -> tuple[date | None, str]:
    today = turn.act.now.astimezone(LOCAL).date()
    if found := _DAY.search(text):
        day = _in_calendar(found, today)
        return day, _without(text, found) if day else text
    words = turn.act.service.content.words
    for ahead, word in enumerate(words["council_days"]):
        if word in text:
            return today + timedelta(days=ahead + 1), text.replace(word, " ", 1)
    for weekday, word in enumerate(words["council_weekdays"], 1):
        if word in text:
            ahead = (weekday - today.isoweekday() - 1) % 7 + 1
            return today + timedelta(days=ahead), text.replace(word, " ", 1)
    return None, text


def _in_calendar(found: re.Match[str], today: date) -> date | None:
    """That day of this year, or of the next where it is over; None if there is no such day."""
    year = int(found["year"] or today.year)
    try:
        day = date(year, int(found["month"]), int(found["day"]))
        return day.replace(year=year + 1) if not found["year"] and day < today else day
    except ValueError:
        return None


def clock(text: str) -> tuple[time | None, str]:
    """The first hour in a text, and the text without it."""
    found = _CLOCK.search(text)
    if found is None:
        return None, text
    hour = int(found["hour"])
    if found["half"] in _AFTERNOON and hour < NOON:
        hour += NOON
    minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
    return time(hour, minute), _without(text, found)


def _without(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " " + text[found.end() :]
