"""Which of the catalogue's categories a request belongs to, how surely, and by which words."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.bayes import Bayes, shares
from nlp.features import MARK, Features
from nlp.lexicon import Lexicon, number, table
from nlp.values import CategoryWords

_MOST_EVIDENCE = 4


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
    sharpness: float
    steps: tuple[tuple[float, float], ...]  # (share from which, how often right)
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
        return cls(codes, features, bayes, number(lexicon, "sharpness", 6.0), ())

    def scores(self, text: str) -> list[float]:
        """A log score for every category, in the order of `codes`."""
        return self.bayes.scores(self.features(text))

    def guess(self, text: str, barred: Collection[str] = ()) -> Guess:
        """The likeliest categories, without the barred ones."""
        found = self.features(text)
        scores = self.bayes.scores(found)
        lowest = min(scores)
        scores = [lowest if c in barred else s for c, s in zip(self.codes, scores, strict=True)]
        probabilities = shares(scores, self.sharpness)
        if corrected := self._corrected(found):
            probabilities = [p * 0.05 for p in probabilities]
            probabilities[self.codes.index(corrected)] += 0.95
        order = sorted(range(len(self.codes)), key=probabilities.__getitem__, reverse=True)[:3]
        top = tuple((self.codes[i], round(probabilities[i], 4)) for i in order)
        return Guess(top[0][0], self._calibrated(top[0][1]), top)

    def leads(self, text: str, codes: Collection[str]) -> tuple[float, float]:
        """How clearly the text is one of the codes, and how clearly it is of any one category.

        Both in log scores: the best of the codes less the best of the others, and the best of all
        less the second.
        """
        scores = list(zip(self.codes, self.scores(text), strict=True))
        inside = [score for code, score in scores if code in codes]
        outside = [score for code, score in scores if code not in codes]
        best = heapq.nlargest(2, inside + outside)
        clear = best[0] - best[1] if len(best) > 1 else 0.0
        return (max(inside) - max(outside) if inside and outside else 0.0), clear

    def evidence(self, text: str, code: str) -> tuple[str, ...]:
        """The longest pieces of the text that spoke for the category."""
        pieces: list[str] = []
        upper = text.upper()
        for feature, _ in self.bayes.evidence(self.features(text), code):
            piece = feature.strip()
            if len(piece) < 2 or piece.startswith(MARK) or piece not in upper:
                continue
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
            if len(own & other) >= 0.6 * len(own | other):
                return code
        return None

    def _calibrated(self, share: float) -> float:
        if not self.steps:
            return share
        at = bisect_right([step[0] for step in self.steps], share) - 1
        return self.steps[max(at, 0)][1]


def _texts(category: CategoryWords, phrases: Sequence[str]) -> Iterable[str]:
    """All that is known to be said about a category, once each."""
    said = (*category.examples, *phrases, *category.words, category.sub)
    return dict.fromkeys(text.strip() for text in said)
