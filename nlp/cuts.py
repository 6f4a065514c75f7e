"""Which cuts make of a message the requests that it holds.

All ways to cut it are weighed against each other and against not cutting it: by how clearly each
stretch is about one thing, how different neighbours are, how short the shortest is, and by the
characters around the cuts: 另外 and 还有 begin another request, 所以 and 结果 go on with the same
one. The weights are learned from messages of two requests and of one (nlp/cut_fit.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.bag import Floats, Rows
from nlp.clauses import ENDS, Clause
from nlp.linear import Weighed
from nlp.stored import keep, kept, packed, unpacked

MOST_CLAUSES = 10  # of a message that are looked at
FIGURES = 13  # that are known of a way to cut, besides the characters around the cuts
_MOST_REQUESTS = 4
_SHARPNESS = 1.6  # of the shares of categories
_LARGE = np.float32(99.0)
_NONE = -1 - np.arange(_MOST_REQUESTS)  # what is not there is not the same


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways to cut so many clauses; the first is not to cut."""

    starts: Rows  # the first clause of every stretch; the last stretch is the whole
    ends: Rows  # the clause behind it
    holds: Floats  # stretches × clauses: 1 where it has it
    parts: Rows  # ways × most requests: the stretches that it makes; the first again where none is
    real: NDArray[np.bool_]  # the same: where one is
    turns: Floats  # ways × boundaries: 1 where it cuts
    cuts: tuple[tuple[int, ...], ...]  # the clauses that begin another request
    many: Floats  # cuts


@cache
def ways(clauses: int) -> Ways:
    stretches = [(i, j) for j in range(1, clauses + 1) for i in reversed(range(j))]
    number = {stretch: at for at, stretch in enumerate(stretches)}
    most = min(_MOST_REQUESTS, clauses)
    found = [c for many in range(most) for c in combinations(range(1, clauses), many)]
    parts = np.zeros((len(found), _MOST_REQUESTS), np.intp)
    real = np.zeros(parts.shape, np.bool_)
    turns = np.zeros((len(found), clauses - 1), np.float32)
    for row, cuts in enumerate(found):
        own = [number[stretch] for stretch in zip((0, *cuts), (*cuts, clauses), strict=True)]
        parts[row] = own + own[:1] * (_MOST_REQUESTS - len(own))
        real[row, : len(own)] = True
        turns[row, [cut - 1 for cut in cuts]] = 1
    starts, ends = np.array(stretches, np.intp).T
    clause = np.arange(clauses)
    holds = (starts[:, None] <= clause) & (clause < ends[:, None])
    many = turns.sum(axis=1)
    return Ways(starts, ends, holds.astype(np.float32), parts, real, turns, tuple(found), many)


@dataclass(frozen=True, slots=True)
class Weighing:
    """The ways to cut a text, and what is known of each."""

    ways: Ways
    about: Rows  # the likeliest category of every stretch, by number
    figures: Floats  # ways × FIGURES
    possible: NDArray[np.bool_]  # ways whose requests are all about different things


def weighing(
    clauses: Sequence[Clause],
    weighed: Weighed,
    settle: Callable[[Weighed], Floats],
    tops: NDArray[np.intp],
) -> Weighing | None:
    """`weighed` are the sums of the clauses, `settle` makes scores of sums, `tops` are the numbers
    of the upper categories. None if every stretch is about the same: nothing turns there."""
    all_ways = ways(len(clauses))
    scores = settle(_stretches(weighed, all_ways))
    about = scores.argmax(axis=1)
    if len(set(about.tolist())) == 1:
        return None
    bounds = np.array([*(clause.start for clause in clauses), clauses[-1].end], np.float32)
    lengths = np.log1p(bounds[all_ways.ends] - bounds[all_ways.starts])
    figures = _figures(all_ways, scores, about, lengths, tops)
    return Weighing(all_ways, about, figures, _possible(all_ways, about))


def _stretches(weighed: Weighed, all_ways: Ways) -> Weighed:
    """The sums of all stretches from those of the clauses."""
    # Added up plainly: BLAS's product of a small matrix with a vector now and then warned of
    # something invalid. If there ever is, a plain sum says so, too.
    squares = np.add.reduce(all_ways.holds * weighed.squares, axis=1)
    return Weighed(all_ways.holds @ weighed.sums, squares)


def _figures(
    all_ways: Ways, scores: Floats, about: Rows, lengths: Floats, tops: NDArray[np.intp]
) -> Floats:
    whole, parts, count = len(scores) - 1, all_ways.parts, all_ways.many
    most = np.maximum.reduce(scores, axis=1)
    shares = np.exp(_SHARPNESS * (scores - most[:, None]))
    total = np.add.reduce(shares, axis=1)
    shares /= total[:, None]
    clear, missed = -np.log(total), most[whole] - scores[whole].take(about)
    one, two, real = parts[:, :-1], parts[:, 1:], all_ways.real[:, 1:]  # neighbours
    leads = [(most[a] - scores[a, about[b]]) * real for a, b in ((one, two), (two, one))]
    overlap = np.sqrt((shares @ shares.T)[one, two]) * real
    top, clear_of = tops[about], clear[parts]
    figures = np.empty((len(parts), FIGURES), np.float32)
    figures[:, 0] = count
    figures[:, 1] = count > 1
    figures[:, 2] = np.add.reduce(clear_of * all_ways.real, axis=1)
    figures[:, 3] = np.minimum.reduce(clear_of, axis=1)
    figures[:, 4] = np.minimum.reduce(lengths[parts], axis=1)
    figures[:, 5] = np.add.reduce(overlap, axis=1)
    figures[:, 6] = np.add.reduce(leads[0], axis=1)
    figures[:, 7] = np.add.reduce(leads[1], axis=1)
    figures[:, 8] = np.minimum.reduce(np.where(real, np.minimum(*leads), _LARGE), axis=1)
    figures[:, 9] = np.add.reduce((top[one] == top[two]) & real, axis=1)
    both = (missed[one] + missed[two]) * real
    figures[:, 10] = np.add.reduce(both, axis=1) / np.maximum(count, 1)
    figures[:, 11] = clear[whole]
    figures[:, 12] = len(all_ways.turns[0]) + 1
    figures[0] = 0
    return figures


def _possible(all_ways: Ways, about: Rows) -> NDArray[np.bool_]:
    """Nobody turns to something else and back again."""
    named = np.where(all_ways.real, about[all_ways.parts], _NONE)
    named.sort(axis=1)
    possible: NDArray[np.bool_] = (named[:, 1:] != named[:, :-1]).all(axis=1)
    return possible


def marks(text: str, clause: Clause) -> set[str]:
    """The characters around the boundary before the clause."""
    before = text[max(0, clause.start - 6) : clause.start].replace("\n", " ")
    left = before.rstrip(ENDS)
    stop = before[len(left) :]
    begins = text[clause.start : clause.end].rstrip(ENDS)[:3].replace("\n", " ")
    found = {f"|{stop.strip()[:1]}", f"|{stop[:1]}|", f"{left[-1:]}|", f"{left[-2:]}|"}
    found.update((f"|{begins[:1]}", f"|{begins[:2]}", f"|{begins}"))
    if clause.runs_on:
        found.update((f"-{left[-1:]}|", f"-{left[-2:]}|", f"-|{begins[:1]}", f"-|{begins[:2]}"))
        found.add("-")
    return found


@dataclass(frozen=True)
class Cuts:
    """The weights of figures and of characters."""

    index: Mapping[str, int]
    weights: Floats
    figures: Floats

    def best(
        self, text: str, clauses: Sequence[Clause], found: Weighing, needed: float
    ) -> tuple[int, ...]:
        """The clauses that begin another request. A way to cut must be better than not to cut by
        what is needed."""
        values = found.figures @ self.figures
        values += found.ways.turns @ self._marked(text, clauses)
        values[0] = needed
        values[~found.possible] = -_LARGE
        return found.ways.cuts[int(values.argmax())]

    def _marked(self, text: str, clauses: Sequence[Clause]) -> Floats:
        weight_of = self._weight_of.get
        sums = [sum(weight_of(mark, 0.0) for mark in marks(text, c)) for c in clauses[1:]]
        return np.array(sums, np.float32)

    @cached_property
    def _weight_of(self) -> dict[str, float]:
        return dict(zip(self.index, self.weights.tolist(), strict=True))

    def save(self, path: Path) -> None:
        numbers = {"weights": self.weights, "figures": self.figures}
        keep(path, {"index": packed(self.index), **numbers})

    @classmethod
    def load(cls, path: Path) -> Cuts | None:
        stored = kept(path, ("index", "weights", "figures"))
        if stored is None:
            return None
        known = unpacked(stored["index"])
        index = dict(zip(known, range(len(known)), strict=True))
        return cls(index, stored["weights"], stored["figures"])
