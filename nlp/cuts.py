"""How likely a message turns to another request at a boundary of its clauses.

A logistic sum, learned from messages of two requests and of one (nlp/cut_training.py). It looks at
what both sides and the whole are about, at their lengths, and at the characters around the
boundary: 另外 and 还有 begin another request, 所以 and 结果 go on with the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from nlp.clauses import ENDS, Clause
from nlp.linear import Floats, Weighed
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
    whole, lefts, rights = both[last], both[:last], both[-2:last:-1]
    at = np.arange(len(lefts))
    one, two = lefts.argmax(axis=1), rights.argmax(axis=1)
    if (one == two).all():
        return None
    best, other = lefts[at, one], rights[at, two]
    length = clauses[-1].end - clauses[0].start
    before = np.array([clause.start - clauses[0].start for clause in clauses[1:]], np.float32)
    columns = (
        best,
        other,
        best - lefts[at, two],
        other - rights[at, one],
        2 * whole.max() - whole[one] - whole[two],
        np.sqrt((_shares(lefts) * _shares(rights)).sum(axis=1)),
        np.log1p(before),
        np.log1p(length - before),
        np.full(len(at), len(at)),
    )
    return Sides(one, two, np.stack(columns, axis=1).astype(np.float32))


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
    found.update(map("".join, pairwise(clause)))
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
        known = map(self.index.get, marks(text, clause.start, clause.end))
        return float(self.weights[[row for row in known if row is not None]].sum())

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
    sums, squares = weighed.sums, weighed.squares
    return Weighed(
        np.concatenate((sums.cumsum(axis=0), sums[::-1].cumsum(axis=0))),
        np.concatenate((squares.cumsum(), squares[::-1].cumsum())),
    )


def _shares(scores: Floats) -> Floats:
    raw: Floats = np.exp(_SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
    whole: Floats = raw / raw.sum(axis=1, keepdims=True)
    return whole
