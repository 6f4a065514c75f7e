"""How likely a message turns to another request at a boundary of its clauses.

A logistic sum, learned from messages of two requests and of one (nlp/cut_training.py). It looks at
what both sides and the whole are about, at their lengths, and at the characters around the
boundary: 另外 and 还有 begin another request, 所以 and 结果 go on with the same one.
"""

from __future__ import annotations

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

    one: Floats  # the likeliest category of all before it, by number
    two: Floats  # and of all behind it
    numbers: Floats  # boundaries × NUMBERS


def sides(
    clauses: Sequence[Clause], weighed: Weighed, settle: Callable[[Weighed], Floats]
) -> Sides | None:
    """`weighed` are the sums of the clauses, `settle` makes scores of sums.

    None if both sides of every boundary are about the same: nothing turns there.
    """
    last = len(clauses) - 1
    both = settle(_both(weighed))  # the rights' last is the whole again
    likeliest = both.argmax(axis=1)
    one, two = likeliest[:last], likeliest[-2:last:-1]
    if one.tolist() == two.tolist():
        return None
    most = both[np.arange(len(both)), likeliest]
    whole, lefts, rights = both[last], both[:last], both[-2:last:-1]
    best, other = most[:last], most[-2:last:-1]
    shares = np.exp(_SHARPNESS * (both - most[:, None]))
    shares /= np.add.reduce(shares, axis=1)[:, None]
    at = np.arange(last)
    length = clauses[-1].end - clauses[0].start
    before = np.array([clause.start - clauses[0].start for clause in clauses[1:]], np.float32)
    numbers = np.empty((NUMBERS, last), np.float32)
    numbers[0] = best
    numbers[1] = other
    numbers[2] = best - lefts[at, two]
    numbers[3] = other - rights[at, one]
    numbers[4] = 2 * most[last] - whole[one] - whole[two]
    numbers[5] = np.sqrt(np.add.reduce(shares[:last] * shares[-2:last:-1], axis=1))
    numbers[6] = np.log1p(before)
    numbers[7] = np.log1p(length - before)
    numbers[8] = last
    return Sides(one, two, numbers.T)


def marks(text: str, start: int, end: int) -> set[str]:
    """The characters around the boundary before the clause at `start`."""
    text = text.replace("\n", " ")
    before = text[max(0, start - 6) : start]
    left = before.rstrip(ENDS)
    clause = text[start:end].rstrip(ENDS)[:_MARKED]
    found = {"|" + before[len(left) :].strip()[:1]}
    found.update(f"{left[-length:]}|" for length in (1, 2))
    found.update(f"|{clause[:length]}" for length in (1, 2, 3))
    found.update(clause)
    found.update(map(add, clause, clause[1:]))
    return found


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
