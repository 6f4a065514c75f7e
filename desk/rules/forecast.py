"""What is to be expected next week, by the weeks before: each counts half of the one after it."""

from __future__ import annotations

from collections.abc import Sequence


def expected(weeks: Sequence[int]) -> float:
    """A weighted mean of the counts of past weeks, the latest last; 0 where there are none."""
    weights = [0.5 ** (len(weeks) - 1 - index) for index in range(len(weeks))]
    total = sum(weights)
    return sum(w * n for w, n in zip(weights, weeks, strict=True)) / total if total else 0.0
