"""One message, several requests? Cut it where it turns to something else.

A turn word (另外, 还有 …) makes a cut if both sides are about different things. Without one, both
sides must speak clearly for different categories; 也 and 还 ask for a little less. A long story
about one thing stays one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from nlp.bayes import Weighed
from nlp.lexicon import Lexicon, number, pattern, words

_CLAUSES = re.compile(r"[^,，。.!?;、\n]+[,，。.!?;、\n ]*")
_SHORTEST = 4  # characters that can be a request
_MOST_CLAUSES = 10
_MOST_REQUESTS = 4

Scores = Sequence[float]


class Judge(Protocol):
    """Scores a stretch of text for every category, from the sums of its clauses."""

    def weigh(self, text: str, /) -> Weighed: ...
    def settle(self, weighed: Weighed, /) -> Scores: ...


@dataclass(frozen=True, slots=True)
class Clause:
    start: int
    end: int
    turned: bool  # a turn word opens it
    added: bool  # it says 也 or 还


@dataclass(frozen=True, slots=True)
class _Cut:
    at: int
    value: float


class Splitter:
    """Cuts a text, given somebody who judges what its stretches are about."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._turn = pattern(words(lexicon, "turns"))
        self._also = pattern(words(lexicon, "also"))
        self._needed_turned = number(lexicon, "lead_turned", 0.3)
        self._needed_added = number(lexicon, "lead_added", 4.5)
        self._needed = number(lexicon, "lead", 6.5)
        self._both_in_whole = number(lexicon, "both_in_whole", 0.65)

    def split(self, text: str, whole: Scores, judge: Judge) -> list[str]:
        """The requests of the text, in order; the text itself when it is one.

        `whole` are the scores of the whole text.
        """
        at = self._cut(text, whole, judge)
        if not at:
            return [text]
        requests = [text[:at].strip(), text[at:].strip()]
        while len(requests) < _MOST_REQUESTS:
            rest = requests[-1]  # a third request follows the second: 另外…, 还有…
            at = self._cut(rest, judge.settle(judge.weigh(rest)), judge)
            if not at:
                break
            requests[-1:] = [rest[:at].strip(), rest[at:].strip()]
        return requests

    def _cut(self, text: str, whole: Scores, judge: Judge) -> int:
        """Where the text turns to something else; 0 if it does not."""
        clauses = self._clauses(text)[:_MOST_CLAUSES]
        if len(clauses) < 2:
            return 0
        weighed = [judge.weigh(text[clause.start : clause.end]) for clause in clauses]
        lefts = list(accumulate(weighed))
        rights = list(accumulate(reversed(weighed)))[::-1]
        both = _best_two(whole)
        best = _Cut(0, 0.0)
        for clause, before, after in zip(clauses[1:], lefts, rights[1:], strict=False):
            left, right = judge.settle(before), judge.settle(after)
            value = _lead(left, right) / self._needed_for(clause, both, left, right)
            if value >= 1.0 and value > best.value:
                best = _Cut(clause.start, value)
        return best.at

    def _needed_for(
        self, clause: Clause, whole: frozenset[int], left: Scores, right: Scores
    ) -> float:
        """How clear a cut must be: less where the whole text is about the same two things."""
        if clause.turned:
            return self._needed_turned
        needed = self._needed_added if clause.added else self._needed
        return needed * (self._both_in_whole if {_best(left), _best(right)} == whole else 1.2)

    def _clauses(self, text: str) -> list[Clause]:
        """Clauses; one that is too short to say anything belongs to the one before."""
        clauses: list[Clause] = []
        for match in _CLAUSES.finditer(text):
            bare = match[0].strip(" ,，。.!?;、\n")
            turned = bool(self._turn.match(bare))
            if clauses and len(bare) < _SHORTEST and not turned:
                last = clauses[-1]
                clauses[-1] = Clause(last.start, match.end(), last.turned, last.added)
            else:
                added = bool(self._also.search(bare))
                clauses.append(Clause(match.start(), match.end(), turned, added))
        return clauses


def _lead(left: Scores, right: Scores) -> float:
    """How clearly the two sides are about different things; below zero when they are not."""
    one, two = _best(left), _best(right)
    if one == two:
        return -1.0
    apart = min(left[one] - left[two], right[two] - right[one])
    return apart + min(_margin(left), _margin(right))


def _best(scores: Scores) -> int:
    return max(range(len(scores)), key=scores.__getitem__)


def _best_two(scores: Scores) -> frozenset[int]:
    return frozenset(heapq.nlargest(2, range(len(scores)), key=scores.__getitem__))


def _margin(scores: Scores) -> float:
    first, second = heapq.nlargest(2, scores)
    return first - second
