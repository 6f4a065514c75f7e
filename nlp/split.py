"""One message, several requests? Cut it where it turns to something else (nlp/cuts.py says how
likely it does). A long story about one thing stays one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.bag import Floats
from nlp.classify import Reading
from nlp.clauses import Clause
from nlp.cuts import MOST_CLAUSES, Cuts, weighing
from nlp.linear import Weighed
from nlp.seams import Seams


class Judge(Protocol):
    """Reads texts, and scores their stretches for every category from the sums of clauses."""

    def read(self, text: str, clauses: Sequence[Clause], /) -> Reading: ...
    def part(self, whole: Reading, clauses: slice, /) -> Reading: ...
    def weigh(self, reading: Reading, /) -> Weighed: ...
    def settle(self, weighed: Weighed, /) -> Floats: ...


class Splitter:
    """Cuts a text, given somebody who judges what its stretches are about."""

    def __init__(self, seams: Seams, cuts: Cuts, tops: Sequence[str], needed: float) -> None:
        """`tops` are the upper categories of what the judge scores for."""
        self._seams = seams
        self._cuts = cuts
        self._tops = numbered_tops(tops)
        self._needed = needed

    def split(self, reading: Reading, judge: Judge) -> list[Reading]:
        """The requests of the text, in order; none if it is one."""
        clauses = self._seams.finer(reading.text, reading.clauses[:MOST_CLAUSES])[:MOST_CLAUSES]
        if len(clauses) < 2:
            return []
        finer = len(clauses) > len(reading.clauses[:MOST_CLAUSES])
        judged = judge.read(reading.text, clauses) if finer else reading
        weighed = judge.weigh(judged)
        looked_at = Weighed(weighed.sums[:MOST_CLAUSES], weighed.squares[:MOST_CLAUSES])
        found = weighing(clauses, looked_at, judge.settle, self._tops)
        cuts = self._cuts.best(reading.text, clauses, found, self._needed) if found else ()
        if not cuts:
            return []
        if not finer:
            return [judge.part(judged, each) for each in map(slice, (0, *cuts), (*cuts, None))]
        starts = [0, *(clauses[cut].start for cut in cuts)]
        ends = [*starts[1:], len(reading.text)]
        pieces = [Clause(*both) for both in zip(starts, ends, strict=True)]
        parted = judge.read(reading.text, pieces)
        return [judge.part(parted, slice(at, at + 1)) for at in range(len(pieces))]


def numbered_tops(tops: Sequence[str]) -> NDArray[np.intp]:
    """The same number for the same upper category."""
    number = {top: at for at, top in enumerate(dict.fromkeys(tops))}
    return np.array([number[top] for top in tops], np.intp)
