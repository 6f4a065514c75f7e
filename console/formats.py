"""How times, shares and spans are shown. Words for them are in the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from desk.rules.deadlines import LOCAL


def clock(at: datetime | None) -> str:
    """11-23 09:05, local."""
    return f"{at.astimezone(LOCAL):%m-%d %H:%M}" if at else ""


def full(at: datetime | None) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}" if at else ""


def machine(at: datetime) -> str:
    """For <time datetime>."""
    return at.astimezone(LOCAL).isoformat(timespec="minutes")


def share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def parts(span: timedelta) -> tuple[int, int, int]:
    """Days, hours, minutes of a span, whichever direction."""
    minutes = abs(int(span.total_seconds())) // 60
    return minutes // 1440, minutes % 1440 // 60, minutes % 60


HELPERS: Mapping[str, Callable[..., Any]] = {
    "clock": clock, "full": full, "machine": machine, "share": share, "parts": parts,
    "hours": lambda value: timedelta(hours=value),
}  # fmt: skip
