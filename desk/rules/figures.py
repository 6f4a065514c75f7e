"""How long things took, and how figures compare. Pure: values in, figures out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in hours: the middle case, and what nine of ten stay under."""

    count: int
    median: float
    p90: float


def spread(values: Iterable[float]) -> Spread | None:
    """Median and 90th percentile by the nearest rank; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return Spread(len(ordered), _rank(ordered, 0.5), _rank(ordered, 0.9))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def hours(start: str, end: str) -> float:
    """Between two times as stored."""
    took = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return max(0.0, took.total_seconds() / 3600)


def change(now: float | None, before: float | None) -> float | None:
    """环比: by which share it grew; None where there is nothing to compare with."""
    return None if now is None or not before else (now - before) / before
