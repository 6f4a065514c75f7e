"""One message, several requests? Cut it where it turns to something else (nlp/cuts.py says how
likely it does). A long story about one thing stays one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from nlp.bag import Floats
from nlp.classify import Reading
from nlp.clauses import Clause
from nlp.cuts import Cuts, sides
from nlp.linear import Weighed

_MOST_CLAUSES = 10
_MOST_REQUESTS = 4


class Judge(Protocol):
    """Scores stretches of a text for every category, from the sums of its clauses."""

    def weigh(self, reading: Reading, /) -> Weighed: ...
    def settle(self, weighed: Weighed, /) -> Floats: ...


class Splitter:
    """Cuts a text, given somebody who judges what its stretches are about."""

    def __init__(self, cuts: Cuts, needed: float) -> None:
        self._cuts = cuts
        self._needed = needed

    def split(self, reading: Reading, judge: Judge) -> list[slice]:
        """The requests of the text, in order: which of its clauses."""
        text = reading.text
        clauses = reading.clauses[:_MOST_CLAUSES]
        if len(clauses) < 2:
            return [slice(None)]
        weighed = judge.weigh(reading)
        firsts = [0]
        while len(firsts) < _MOST_REQUESTS:  # a third request follows the second: 另外…, 还有…
            first = firsts[-1]
            rest = Weighed(weighed.sums[first:_MOST_CLAUSES], weighed.squares[first:_MOST_CLAUSES])
            at = self._cut(text, clauses[first:], rest, judge)
            if at is None:
                break
            firsts.append(first + at)
        return [*map(slice, firsts, [*firsts[1:], None])]

    def _cut(
        self, text: str, clauses: Sequence[Clause], weighed: Weighed, judge: Judge
    ) -> int | None:
        """The clause that turns to something else; None if there is none."""
        if len(clauses) < 2:
            return None
        found = sides(clauses, weighed, judge.settle)
        if found is None:
            return None
        values = self._cuts.values(text, clauses, found)
        best = int(np.argmax(values))
        return best + 1 if values[best] >= self._needed else None
