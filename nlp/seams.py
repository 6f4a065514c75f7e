"""Where a message may turn although nobody wrote a stop: 电梯坏了门口垃圾也没人倒.

Who speaks into the telephone, or is in a hurry, leaves stops out. A logistic sum over the
characters around a place, learned from where people did write one (nlp/seam_fit.py), tells where
one may be missing. Whether another request begins there is for nlp/cuts.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.bag import Floats, Letters, Rows, spelt
from nlp.clauses import ENDS, Clause
from nlp.stored import keep, kept

SHORTEST = 4  # characters on both sides of a place
_MOST = 2  # places in a clause
_STOP = re.compile(f"[{ENDS}]")
_RARE = re.compile("[^\u0001-\uffff]|[\ud800-\udfff]")  # no pair of them fits into a number


@dataclass(frozen=True)
class Seams:
    """What characters and pairs say before a place, behind it and across it."""

    letters: Letters  # in order
    weights: Floats  # letters and one that is unknown × 3
    bias: Floats  # one number

    def finer(self, text: str, clauses: Sequence[Clause]) -> list[Clause]:
        """The clauses, parted where a stop may be missing."""
        long = any(clause.end - clause.start >= 2 * SHORTEST for clause in clauses)
        if not long or not len(self.letters):
            return list(clauses)
        values = self.values(text)
        likely = ((values > 0).nonzero()[0] + 1).tolist()
        found: list[Clause] = []
        for clause in clauses:
            if not any(clause.start < at < clause.end for at in likely):
                found.append(clause)
                continue
            inner = [at for at in places(text, clause.start, clause.end) if at in likely]
            inner = sorted(sorted(inner, key=lambda at: -values[at - 1])[:_MOST])
            starts = [clause.start, *inner]
            ends = [*inner, clause.end]
            found += [
                Clause(start, end, runs_on=start != clause.start)
                for start, end in zip(starts, ends, strict=True)
            ]
        return found

    def values(self, text: str) -> Floats:
        """For the place behind every character but the last: above zero where a stop is likely."""
        many = len(text)
        of_each = self.weights.take(self._rows(written(text)), axis=0)
        singles, pairs = of_each[:many], of_each[many:]
        values: Floats = singles[:-1, 0] + singles[1:, 1] + pairs[:, 2] + self.bias
        values[1:] += pairs[:-1, 0]
        values[:-1] += pairs[1:, 1]
        return values

    def _rows(self, letters: Letters) -> Rows:
        rows = self.letters.searchsorted(letters)
        rows[self.letters.take(rows, mode="clip") != letters] = len(self.letters)
        return rows

    def save(self, path: Path) -> None:
        keep(path, {"letters": self.letters, "weights": self.weights, "bias": self.bias})

    @classmethod
    def load(cls, path: Path) -> Seams | None:
        stored = kept(path, ("letters", "weights", "bias"))
        return cls(**stored) if stored is not None else None


def written(text: str) -> Letters:
    """The characters of a text, and its pairs."""
    return spelt(_RARE.sub("?", text))


def places(text: str, start: int, end: int) -> Iterator[int]:
    """Where a clause may be parted: not too near its ends, within no number or foreign word, and
    not behind a stop that it has: what stands there goes with it (nlp/clauses.py)."""
    stop = _STOP.search(text, start, end)
    last = (stop.start() if stop else end) - SHORTEST
    for at in range(start + SHORTEST, last + 1):
        if not (text[at - 1].isascii() and text[at].isascii()):
            yield at
