"""How hot a common problem is: every report counts one, and half as much a week later."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

HALF_LIFE = timedelta(days=7)


def heat(times: Iterable[datetime], now: datetime) -> float:
    """The sum of all reports, each halved for every half-life of its age."""
    return math.fsum(0.5 ** (max(now - at, timedelta(0)) / HALF_LIFE) for at in times)
