"""One message, several requests? Cut it where it turns to something else.

A turn word (另外, 还有 …) makes a cut if both sides are about different things. Without one, both
sides must speak clearly for different categories; 也 and 还 ask for a little less. A long story
about one thing stays one, and a clause that only asks for help belongs to the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nlp.lexicon import Lexicon, alternatives, numbers, pattern, words
from nlp.linear import Floats, Weighed

_CLAUSES = re.compile(r"[^,，。.!?;、\n]+[,，。.!?;、\n ]*")
_SHORTEST = 4  # characters that can be a request
_LONGEST_SITUATION = 16  # characters
_MOST_CLAUSES = 10
_MOST_REQUESTS = 4
_PLAIN = 3.5  # a lead that texts with two requests hardly ever have (one in fifty)


class Judge(Protocol):
    """Scores stretches of a text for every category, from the sums of its clauses."""

    def weigh(self, stretches: Iterable[str], /) -> Weighed: ...
    def settle(self, weighed: Weighed, /) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Clause:
    start: int
    end: int
    turned: bool  # a turn word opens it
    added: bool  # it says 也 or 还


class Splitter:
    """Cuts a text, given somebody who judges what its stretches are about."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._turn = pattern(words(lexicon, "turns"))
        self._also = pattern(words(lexicon, "also"))
        self._plea = re.compile(f"(?:{alternatives(words(lexicon, 'pleas'))}|[^\\w])+")
        self._situation = pattern(words(lexicon, "situations"))
        self._cut_weights = numbers(lexicon, "cut")

    def split(self, text: str, whole: Floats, judge: Judge) -> list[str]:
        """The requests of the text, in order; the text itself when it is one.

        `whole` are the scores of the whole text.
        """
        clauses = self._clauses(text)[:_MOST_CLAUSES]
        if len(clauses) < 2 or self._plain(clauses, whole):
            return [text]
        weighed = judge.weigh(text[clause.start : clause.end] for clause in clauses)
        starts = [0]
        while len(starts) < _MOST_REQUESTS:  # a third request follows the second: 另外…, 还有…
            first = next(i for i, c in enumerate(clauses) if c.start >= starts[-1])
            rest = Weighed(weighed.sums[first:], weighed.squares[first:])
            if first and len(clauses) - first > 1:
                whole = judge.settle(_added(rest))[-1]
            at = self._cut(clauses[first:], rest, whole, judge)
            if at is None:
                break
            starts.append(at)
        ends = [*starts[1:], len(text)]
        return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]

    def _plain(self, clauses: list[Clause], whole: Floats) -> bool:
        """Is the whole text so clearly about one thing that no cut is worth a look?"""
        return _margins(whole[None])[0] > _PLAIN and not any(c.turned for c in clauses)

    def _cut(
        self, clauses: list[Clause], weighed: Weighed, whole: Floats, judge: Judge
    ) -> int | None:
        """Where the clauses turn to something else; None if they do not."""
        if len(clauses) < 2:
            return None
        lefts = judge.settle(_added(weighed))[:-1]
        backwards = Weighed(weighed.sums[::-1], weighed.squares[::-1])
        rights = judge.settle(_added(backwards))[::-1][1:]
        values = self._values(clauses[1:], lefts, rights, whole)
        best = int(np.argmax(values))
        return clauses[best + 1].start if values[best] >= 0 else None

    def _values(
        self, clauses: list[Clause], lefts: Floats, rights: Floats, whole: Floats
    ) -> Floats:
        """For the cut before each clause: above zero if there are two requests, fitted on messages
        of one and of two.

        Each side must be clearly about one thing, and the whole text about both of them.
        """
        weight = self._cut_weights.get
        one, two = lefts.argmax(axis=1), rights.argmax(axis=1)
        missing = 2 * whole.max() - whole[one] - whole[two]
        turned = np.array([c.turned for c in clauses])
        added = np.array([c.added for c in clauses])
        values: Floats = (
            weight("margin", 1.0) * (_margins(lefts) + _margins(rights))
            + weight("missing", -1.0) * missing
            + weight("level", 0.0) * (lefts.max(axis=1) + rights.max(axis=1))
            + weight("turned", 1.0) * turned
            + weight("added", 1.0) * added
            - weight("needed", 1.0)
        )
        values[one == two] = -1.0
        return values

    def _clauses(self, text: str) -> list[Clause]:
        """Clauses; one that is too short to say anything belongs to the one before."""
        clauses: list[Clause] = []
        told = False
        for match in _CLAUSES.finditer(text):
            bare = match[0].strip(" ,，。.!?;、\n")
            turned = bool(self._turn.match(bare))
            plea = self._plea.fullmatch(bare) or (len(bare) < _SHORTEST and not turned)
            if clauses and not turned and (plea or told):
                last = clauses[-1]
                clauses[-1] = Clause(last.start, match.end(), last.turned, last.added)
            else:
                added = bool(self._also.search(bare))
                clauses.append(Clause(match.start(), match.end(), turned, added))
            # Who it is for (我妈87了一个人住) opens what follows and is no request by itself.
            told = len(bare) <= _LONGEST_SITUATION and bool(self._situation.search(bare))
        return clauses


def _added(weighed: Weighed) -> Weighed:
    """Every stretch with all before it."""
    return Weighed(np.cumsum(weighed.sums, axis=0), np.cumsum(weighed.squares))


def _margins(scores: Floats) -> Floats:
    """By how much the likeliest category leads the next."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores), np.float32)
    best = np.partition(scores, -2, axis=1)
    found: Floats = best[:, -1] - best[:, -2]
    return found
