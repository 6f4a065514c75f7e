"""One message, several requests? Cut it where it turns to something else.

A turn word (另外, 还有 …) makes a cut if both sides are about different things. Without one, both
sides must speak clearly for different categories; 也 and 还 ask for a little less. A long story
about one thing stays one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.lexicon import Lexicon, number, pattern, words

_CLAUSES = re.compile(r"[^,，。.!?;、\n]+[,，。.!?;、\n ]*")
_SHORTEST = 4  # characters that can be a request
_MOST_CLAUSES = 10
_MOST_REQUESTS = 4

Scores = Sequence[float]


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
    """Cuts a text, given a function that scores a stretch of it for every category."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._turn = pattern(words(lexicon, "turns"))
        self._also = pattern(words(lexicon, "also"))
        self._needed_turned = number(lexicon, "lead_turned", 0.3)
        self._needed_added = number(lexicon, "lead_added", 4.5)
        self._needed = number(lexicon, "lead", 6.5)
        self._both_in_whole = number(lexicon, "both_in_whole", 0.65)

    def split(self, text: str, score: Callable[[str], Scores]) -> list[str]:
        """The requests of the text, in order; the text itself when it is one."""
        requests = [text]
        while len(requests) < _MOST_REQUESTS:
            for index, request in enumerate(requests):
                if at := self._cut(request, score):
                    pieces = [request[:at].strip(), request[at:].strip()]
                    requests[index : index + 1] = pieces
                    break
            else:
                break
        return requests

    def _cut(self, text: str, score: Callable[[str], Scores]) -> int:
        """Where the text turns to something else; 0 if it does not."""
        clauses = self._clauses(text)[:_MOST_CLAUSES]
        best = _Cut(0, 0.0)
        whole = _best_two(score(text)) if len(clauses) > 1 else frozenset()
        for clause in clauses[1:]:
            left, right = score(text[: clause.start]), score(text[clause.start :])
            value = _lead(left, right) / self._needed_for(clause, whole, left, right)
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
