"""Counting a vote: one household one vote, a quorum, and the option with the most ballots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Outcome = Literal["passed", "rejected", "tied", "invalid"]


@dataclass(frozen=True, slots=True)
class Count:
    """What the ballots say. `winner` is the option's index, None where there is none."""

    outcome: Outcome
    counts: tuple[int, ...]
    voted: int
    winner: int | None


def quorum_of(households: int, share: Fraction = Fraction(1, 2)) -> int:
    """More than that share of the households."""
    return int(households * share) + 1


def count(
    ballots: Sequence[int], options: int, quorum: int, *, against: int | None = None
) -> Count:
    """The result: invalid below the quorum, tied where two lead.

    `against` is the option that says no: a question whose answer it is has been rejected.
    """
    counts = tuple(sum(1 for ballot in ballots if ballot == option) for option in range(options))
    voted = sum(counts)
    if voted < quorum:
        return Count("invalid", counts, voted, None)
    best = max(counts)
    leading = [option for option, number in enumerate(counts) if number == best]
    if len(leading) > 1:
        return Count("tied", counts, voted, None)
    outcome: Outcome = "rejected" if leading[0] == against else "passed"
    return Count(outcome, counts, voted, leading[0])
