"""未呼先应: where something is to be expected next week, so that somebody goes there before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from data.tables import issues
from desk.rules.forecast import expected
from desk.service import Act

WEEKS = 8
LEAST = 0.5  # reports a week from which a place is worth a visit


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A category at a place, how many reports it had in each of the last weeks, and what comes."""

    category: str
    place: str
    weeks: tuple[int, ...]
    expected: float


def hotspots(act: Act) -> list[Hotspot]:
    """The most to be expected first; private matters are nobody's forecast."""
    begin = act.now - timedelta(weeks=WEEKS)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * WEEKS)
    for issue in issues.since(act.tx, begin):
        if issue.status == "withdrawn" or act.service.category(issue.category).private:
            continue
        week = min((issue.created_at - begin) // timedelta(weeks=1), WEEKS - 1)
        counts[issue.category, issue.estate or ""][week] += 1
    found = [Hotspot(*key, tuple(weeks), expected(weeks)) for key, weeks in counts.items()]
    worth = [spot for spot in found if spot.expected >= LEAST]
    return sorted(worth, key=lambda spot: (-spot.expected, spot.category, spot.place))
