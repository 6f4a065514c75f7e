"""How likely a message turns to another request at a boundary of its clauses.

A logistic sum, learned from messages of two requests and of one (nlp/cut_training.py). It looks at
what both sides and the whole are about, at their lengths, and at the characters around the
boundary: 另外 and 还有 begin another request, 所以 and 结果 go on with the same one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import add
from pathlib import Path

import numpy as np

from nlp.bag import Floats
from nlp.clauses import ENDS, Clause
from nlp.linear import Weighed
from nlp.stored import keep, kept, packed, unpacked

NEVER = -99.0  # both sides are about the same
NUMBERS = 9  # figures that are known of a boundary, besides its characters
_SHARPNESS = 1.6  # of the shares whose overlap is looked at
_MARKED = 12  # characters of the clause behind a boundary that are looked at


@dataclass(frozen=True, slots=True)
class Sides:
    """What lies on both sides of every boundary of a text."""

    one: list[int]  # the likeliest category of all before it, by number
    two: list[int]  # and of all behind it
    numbers: Floats  # boundaries × NUMBERS


def sides(
    clauses: Sequence[Clause], weighed: Weighed, settle: Callable[[Weighed], Floats]
) -> Sides | None:
    """`weighed` are the sums of the clauses, `settle` makes scores of sums.

    None if both sides of every boundary are about the same: nothing turns there.
    """
    last = len(clauses) - 1
    both = settle(_both(weighed))  # lefts and rights; the last of both is the whole
    likeliest = both.argmax(axis=1).tolist()
    one, two = likeliest[:last], likeliest[-2:last:-1]
    if one == two:
        return None
    best = np.maximum.reduce(both, axis=1)
    likely = np.exp((both - best[:, None]) * _SHARPNESS)
    alike = np.add.reduce(likely[:last] * likely[-2:last:-1], axis=1).tolist()
    total, most, score = np.add.reduce(likely, axis=1).tolist(), best.tolist(), both.item
    start, end = clauses[0].start, clauses[-1].end
    numbers = [
        (
            most[left],
            most[right],
            most[left] - score(left, behind),
            most[right] - score(right, before),
            2 * most[last] - score(last, before) - score(last, behind),
            math.sqrt(alike[left] / (total[left] * total[right])),
            math.log1p(clauses[left + 1].start - start),
            math.log1p(end - clauses[left + 1].start),
            last,
        )
        for left, right, before, behind in zip(
            range(last), range(2 * last, last, -1), one, two, strict=True
        )
    ]
    return Sides(one, two, np.array(numbers, np.float32))


def marks(text: str, start: int, end: int) -> set[str]:
    """The characters around the boundary before the clause at `start`."""
    before = text[max(0, start - 6) : start].replace("\n", " ")
    left = before.rstrip(ENDS)
    clause = text[start:end].replace("\n", " ").rstrip(ENDS)[:_MARKED]
    return {
        "|" + before[len(left) :].strip()[:1],
        *(f"{left[-length:]}|" for length in (1, 2)),
        *(f"|{clause[:length]}" for length in (1, 2, 3)),
        *clause,
        *map(add, clause, clause[1:]),
    }


@dataclass(frozen=True)
class Cuts:
    """The weights of figures and of characters."""

    index: Mapping[str, int]
    weights: Floats
    figures: Floats
    bias: Floats  # one number

    def values(self, text: str, clauses: Sequence[Clause], found: Sides) -> Floats:
        """For the boundary before every clause but the first: above zero where there are two
        requests rather than one."""
        values = found.numbers @ self.figures + self.bias
        for at, clause in enumerate(clauses[1:]):
            if found.one[at] == found.two[at]:
                values[at] = NEVER
            else:
                values[at] += self._marked(text, clause)
        return values

    def _marked(self, text: str, clause: Clause) -> float:
        weight_of = self._weight_of.get
        return sum(weight_of(mark, 0.0) for mark in marks(text, clause.start, clause.end))

    @cached_property
    def _weight_of(self) -> dict[str, float]:
        return dict(zip(self.index, self.weights.tolist(), strict=True))

    def save(self, path: Path) -> None:
        numbers = {"weights": self.weights, "figures": self.figures, "bias": self.bias}
        keep(path, {"index": packed(self.index), **numbers})

    @classmethod
    def load(cls, path: Path) -> Cuts | None:
        stored = kept(path, ("index", "weights", "figures", "bias"))
        if stored is None:
            return None
        known = unpacked(stored["index"])
        index = dict(zip(known, range(len(known)), strict=True))
        return cls(index, stored["weights"], stored["figures"], stored["bias"])


def _both(weighed: Weighed) -> Weighed:
    """Every clause with all before it, and, from the last, every clause with all behind it."""
    joined = _joined(len(weighed.squares))
    return Weighed(joined @ weighed.sums, joined @ weighed.squares)


@cache
def _joined(clauses: int) -> Floats:
    """Which clauses are in what `_both` gives: stretches × clauses."""
    before = np.tri(clauses, dtype=np.float32)
    return np.concatenate((before, before[:, ::-1]))
