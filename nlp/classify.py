"""Which of the catalogue's categories a request belongs to, how surely, and by which words."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from nlp.bayes import Bayes, Weighed, shares
from nlp.features import MARK, Features
from nlp.lexicon import Lexicon, number, table
from nlp.values import CategoryWords

T = TypeVar("T")
_TOP = 3
_PAIR = 2  # characters: a single one explains nothing
_MOST_EVIDENCE = 4
_CORRECTED = 0.95  # share of the category that a correction of the same text names
_SAME = 0.6  # of all features shared: two texts say the same


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of text as the classifier sees it."""

    text: str
    features: Mapping[str, None]
    scores: Sequence[float]  # log scores in the order of the classifier's codes

    @property
    def clear(self) -> float:
        """By how much the likeliest category leads the next."""
        best = heapq.nlargest(2, self.scores)
        return best[0] - best[1] if len(best) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to be about."""

    code: str
    confidence: float
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Classifier:
    codes: tuple[str, ...]
    features: Features
    bayes: Bayes
    sharpness: float  # makes a share of 0.8 right eight times in ten (python -m bench.quality)
    corrections: tuple[tuple[frozenset[str], str], ...] = ()

    @classmethod
    def train(
        cls,
        categories: Sequence[CategoryWords],
        phrases: Mapping[str, Sequence[str]],
        lexicon: Lexicon,
    ) -> Classifier:
        features = Features(table(lexicon, "concepts"))
        examples = [
            (features(text), category.code)
            for category in categories
            for text in _texts(category, phrases.get(category.code, ()))
        ]
        codes = tuple(category.code for category in categories)
        bayes = Bayes.train(examples, codes, smoothing=number(lexicon, "smoothing", 0.05))
        return cls(codes, features, bayes, number(lexicon, "sharpness", 1.6))

    def read(self, text: str) -> Reading:
        found = self.features(text)
        return Reading(text, found, self.bayes.scores(found))

    def weigh(self, text: str) -> Weighed:
        """The sums of a stretch of text, to be added to those of its neighbours."""
        return self.bayes.weigh(self.features(text))

    def settle(self, weighed: Weighed) -> list[float]:
        """The scores of a stretch from its sums."""
        return self.bayes.settle(weighed)

    def guess(self, reading: Reading, barred: Collection[str] = ()) -> Guess:
        """The likeliest categories, without the barred ones."""
        lowest = min(reading.scores)
        scores = [
            lowest if code in barred else score
            for code, score in zip(self.codes, reading.scores, strict=True)
        ]
        probabilities = shares(scores, self.sharpness)
        if corrected := self._corrected(reading.features):
            probabilities = [p * (1 - _CORRECTED) for p in probabilities]
            probabilities[self.codes.index(corrected)] += _CORRECTED
        order = heapq.nlargest(_TOP, range(len(self.codes)), key=probabilities.__getitem__)
        top = tuple((self.codes[i], round(probabilities[i], 4)) for i in order)
        return Guess(top[0][0], top[0][1], top)

    def lead(self, reading: Reading, codes: Collection[str]) -> float:
        """By how much the best of the codes leads the best of the others (log scores)."""
        scored = list(zip(self.codes, reading.scores, strict=True))
        inside = [score for code, score in scored if code in codes]
        outside = [score for code, score in scored if code not in codes]
        return max(inside) - max(outside) if inside and outside else 0.0

    def likeliest(
        self, reading: Reading, options: Sequence[T], key: Callable[[T], str]
    ) -> T | None:
        """The option whose category fits best; one that is no category comes before all."""
        fit = dict(zip(self.codes, reading.scores, strict=True))
        return max(options, key=lambda option: fit.get(key(option), math.inf), default=None)

    def evidence(self, reading: Reading, code: str) -> tuple[str, ...]:
        """The pieces of the text that spoke for the category, as they were written."""
        pieces: list[str] = []
        upper = reading.text.upper()
        pairs = [f for f in reading.features if len(f) == _PAIR and f[0] != MARK and f in upper]
        for piece in self.bayes.evidence(pairs, code):
            if not any(piece in other or other in piece for other in pieces):
                pieces.append(piece)
            if len(pieces) == _MOST_EVIDENCE:
                break
        return tuple(pieces)

    def with_example(self, text: str, code: str) -> Classifier:
        """The same classifier, corrected by one more example."""
        found = self.features(text)
        return replace(
            self,
            bayes=self.bayes.with_example(found, code, weight=3.0),
            corrections=((frozenset(found), code), *self.corrections),
        )

    def _corrected(self, found: Iterable[str]) -> str | None:
        """The code of a correction that says almost the same."""
        own = frozenset(found)
        for other, code in self.corrections:
            if len(own & other) >= _SAME * len(own | other):
                return code
        return None


def _texts(category: CategoryWords, phrases: Sequence[str]) -> Iterable[str]:
    """All that is known to be said about a category, once each."""
    said = (*category.examples, *phrases, *category.words, category.sub)
    return dict.fromkeys(text.strip() for text in said)
