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


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways to cut so many clauses; the first is not to cut."""

    starts: Rows  # the first clause of every stretch; the last stretch is the whole
    ends: Rows  # the clause behind it
    parts: Rows  # ways × most requests: the stretches that it makes; one too many where none is
    turns: NDArray[np.float32]  # ways × boundaries: 1 where it cuts
    cuts: tuple[tuple[int, ...], ...]  # the clauses that begin another request
    many: Floats  # cuts


@cache
def ways(clauses: int) -> Ways:
    stretches = [(i, j) for j in range(1, clauses + 1) for i in reversed(range(j))]
    number = {stretch: at for at, stretch in enumerate(stretches)}
    most = min(_MOST_REQUESTS, clauses)
    found = [c for many in range(most) for c in combinations(range(1, clauses), many)]
    parts = np.full((len(found), _MOST_REQUESTS), len(stretches), np.intp)
    turns = np.zeros((len(found), clauses - 1), np.float32)
    for row, cuts in enumerate(found):
        for at, stretch in enumerate(zip((0, *cuts), (*cuts, clauses), strict=True)):
            parts[row, at] = number[stretch]
        turns[row, [cut - 1 for cut in cuts]] = 1
    starts, ends = np.array(stretches, np.intp).T
    return Ways(starts, ends, parts, turns, tuple(found), turns.sum(axis=1))


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
    if (about == about[-1]).all():
        return None
    bounds = np.array([*(clause.start for clause in clauses), clauses[-1].end], np.float32)
    lengths = np.log1p(bounds[all_ways.ends] - bounds[all_ways.starts])
    figures = _figures(all_ways, scores, about, lengths, tops)
    return Weighing(all_ways, about, figures, _possible(all_ways, about))


def _stretches(weighed: Weighed, all_ways: Ways) -> Weighed:
    """The sums of all stretches from those of the clauses."""
    starts, ends = all_ways.starts, all_ways.ends
    sums = np.concatenate((np.zeros_like(weighed.sums[:1]), weighed.sums.cumsum(axis=0)))
    squares = np.concatenate((np.zeros_like(weighed.squares[:1]), weighed.squares.cumsum()))
    return Weighed(sums[ends] - sums[starts], squares[ends] - squares[starts])


def _figures(
    all_ways: Ways, scores: Floats, about: Rows, lengths: Floats, tops: NDArray[np.intp]
) -> Floats:
    many, whole = len(scores), len(scores) - 1
    parts, count = all_ways.parts, all_ways.many
    most = scores[np.arange(many), about]
    shares = np.exp(_SHARPNESS * (scores - most[:, None]))
    total = np.add.reduce(shares, axis=1)
    shares /= total[:, None]
    clear = -np.log(total)
    # Of every pair of stretches, and, for where a way has fewer parts, of pairs with none.
    ahead = _framed(most[:, None] - scores[:, about], 0.0)
    overlap = _framed(np.sqrt(shares @ shares.T), 0.0)
    alike = _framed((tops[about][:, None] == tops[about]).astype(np.float32), 0.0)
    missed = np.append(most[whole] - scores[whole, about], np.float32(0))
    one, two = parts[:, :-1], parts[:, 1:]
    real = two < many
    leads = ahead[one, two] * real, ahead[two, one] * real
    nearest = np.minimum(*leads)
    figures = np.empty((len(parts), FIGURES), np.float32)
    figures[:, 0] = count
    figures[:, 1] = count > 1
    figures[:, 2] = np.append(clear, np.float32(0))[parts].sum(axis=1)
    figures[:, 3] = np.append(clear, _LARGE)[parts].min(axis=1)
    figures[:, 4] = np.append(lengths, _LARGE)[parts].min(axis=1)
    figures[:, 5] = (overlap[one, two] * real).sum(axis=1)
    figures[:, 6] = leads[0].sum(axis=1)
    figures[:, 7] = leads[1].sum(axis=1)
    figures[:, 8] = np.where(real, nearest, _LARGE).min(axis=1)
    figures[:, 9] = (alike[one, two] * real).sum(axis=1)
    figures[:, 10] = ((missed[one] + missed[two]) * real).sum(axis=1) / np.maximum(count, 1)
    figures[:, 11] = clear[whole]
    figures[:, 12] = len(all_ways.turns[0]) + 1
    figures[0] = 0
    return figures


def _possible(all_ways: Ways, about: Rows) -> NDArray[np.bool_]:
    """Nobody turns to something else and back again."""
    named = np.append(about, -1)[all_ways.parts]
    named -= np.arange(_MOST_REQUESTS) * (named < 0)  # what is not there is not the same
    same = (named[:, :, None] == named[:, None, :]).sum(axis=(1, 2))
    possible: NDArray[np.bool_] = same == _MOST_REQUESTS
    return possible


def _framed(table: Floats, value: float) -> Floats:
    """With one more row and column."""
    return np.pad(table, (0, 1), constant_values=value)


def marks(text: str, clause: Clause) -> set[str]:
    """The characters around the boundary before the clause."""
    text = text.replace("\n", " ")
    before = text[max(0, clause.start - 6) : clause.start]
    left = before.rstrip(ENDS)
    begins = text[clause.start : clause.end].rstrip(ENDS)[:3]
    found = {"|" + before[len(left) :].strip()[:1], "|" + before[len(left) :][:1] + "|"}
    found.update(f"{left[-length:]}|" for length in (1, 2))
    found.update(f"|{begins[:length]}" for length in (1, 2, 3))
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
