"""What a period's issues add up to. Pure: values in, figures out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
OPEN = ("assigned", "accepted", "paused")


class Counted(Protocol):
    """What is looked at of an issue; times as stored: UTC text whose order is time order."""

    @property
    def status(self) -> str: ...
    @property
    def created_at(self) -> str: ...
    @property
    def accepted_at(self) -> str | None: ...
    @property
    def done_at(self) -> str | None: ...
    @property
    def done_due(self) -> str: ...
    @property
    def returns(self) -> int: ...
    @property
    def reopens(self) -> int: ...


C = TypeVar("C", bound=Counted)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in hours: the middle case, and what nine of ten stay under."""

    count: int
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The issues recorded in a period, and what has become of them."""

    received: int
    done: int
    open: int
    late: int
    returned: int
    reopened: int
    response: Spread | None
    solution: Spread | None


def figures(issues: Sequence[Counted], now: str) -> Figures:
    """Everything that is counted of a period; `now` as stored."""
    return Figures(
        received=len(issues),
        done=sum(issue.done_at is not None for issue in issues),
        open=sum(issue.status in OPEN for issue in issues),
        late=sum(is_late(issue, now) for issue in issues),
        returned=sum(issue.returns > 0 for issue in issues),
        reopened=sum(issue.reopens > 0 for issue in issues),
        response=spread(hours(i.created_at, i.accepted_at) for i in issues if i.accepted_at),
        solution=spread(hours(i.created_at, i.done_at) for i in issues if i.done_at),
    )


def is_late(issue: Counted, now: str) -> bool:
    """Done after its deadline, or still not done past it (a pause stops the clock)."""
    if issue.done_at is not None:
        return issue.done_at > issue.done_due
    return issue.status in ("assigned", "accepted") and issue.done_due <= now


def spread(values: Iterable[float]) -> Spread | None:
    """Median and 90th percentile by the nearest rank; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return Spread(len(ordered), _rank(ordered, 0.5), _rank(ordered, 0.9))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def hours(start: str, end: str | None) -> float:
    begun, ended = datetime.fromisoformat(start), datetime.fromisoformat(end or start)
    return max(0.0, (ended - begun).total_seconds() / 3600)


def grouped(issues: Iterable[C], by: Callable[[C], K]) -> dict[K, list[C]]:
    """The issues by something of theirs, the most numerous first."""
    groups: dict[K, list[C]] = {}
    for issue in issues:
        groups.setdefault(by(issue), []).append(issue)
    return dict(sorted(groups.items(), key=lambda each: -len(each[1])))


def tally(values: Iterable[K]) -> Mapping[K, int]:
    """How often each occurs, the most frequent first."""
    return dict(Counter(values).most_common())


def change(now: float | None, before: float | None) -> float | None:
    """环比: by which share it grew; None where there is nothing to compare with."""
    return None if now is None or not before else (now - before) / before
