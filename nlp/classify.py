"""Which of the catalogue's categories a request belongs to, and how surely."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from nlp.bag import Bag
from nlp.evidence import Leads
from nlp.features import Features
from nlp.linear import Floats, Linear, Vector, Weighed

T = TypeVar("T")
_TOP = 3
_WHOLE = 0.3  # how much the whole message counts for a part of it (bench/RESULTS.md)
_CORRECTED = 0.95  # share of the category that a correction of the same text names
_SAME = 0.6  # of all features shared: two texts say the same


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to be about."""

    code: str
    confidence: float  # how often such an answer is right
    top: tuple[tuple[str, float], ...]  # the likeliest (code, share of likelihood), best first


NOTHING = Guess("", 0.0, ())


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of text as the classifier sees it."""

    text: str
    bag: Bag
    vector: Vector
    weighted: Floats  # what every feature of it adds to the sum for every label
    sums: Floats  # of all of them
    scores: Floats  # in the order of the classifier's codes
    alarm: float  # how much more it sounds like an emergency than like none
    guess: Guess


@dataclass(frozen=True)
class Classifier:
    """`linear` answers with one look-up what a text is about and, by the two labels behind the
    codes, whether it sounds like an emergency."""

    features: Features
    linear: Linear
    codes: tuple[str, ...]
    sharpness: float  # makes a share of 0.8 right eight times in ten (python -m bench.quality)
    corrections: tuple[tuple[frozenset[int | str], str], ...] = ()  # the latest first

    def read(self, text: str) -> Reading:
        bag = self.features(text)
        vector = self.linear.vector(bag)
        weighted = self.linear.weighted(vector)
        sums: Floats = np.add.reduce(weighted)
        last = len(self.codes)
        scores = sums[: last + 2] / np.float32(vector.length) + self.linear.bias[: last + 2]
        about = scores[:last]
        alarm = float(scores[last] - scores[last + 1])
        guess = self._guess(about, self._corrected(bag)) if self.codes else NOTHING
        return Reading(text, bag, vector, weighted, sums, about, alarm, guess)

    def leaning(self, part: Reading, whole: Reading) -> Reading:
        """A part read in the light of the message it was cut from: short words say little."""
        scores: Floats = part.scores + np.float32(_WHOLE) * whole.scores
        guess = self._guess(scores, self._corrected(part.bag))
        return replace(part, scores=scores, guess=guess)

    def weigh(self, reading: Reading, stretches: Iterable[str]) -> Weighed:
        """The sums of stretches of the text, to be added to those of their neighbours."""
        bags = [self.features(stretch) for stretch in stretches]
        return self.linear.weigh(reading.vector, reading.weighted, bags)

    def settle(self, weighed: Weighed) -> Floats:
        """The scores of stretches from their sums."""
        return self.linear.settle(weighed)[:, : len(self.codes)]

    def without(self, reading: Reading, barred: Collection[str]) -> Guess:
        """The likeliest categories but for the barred ones."""
        scores = reading.scores.copy()
        scores[[self.codes.index(code) for code in barred]] = scores.min()
        return self._guess(scores, self._corrected(reading.bag))

    def _guess(self, scores: Floats, corrected: str | None) -> Guess:
        probabilities = shares(scores, self.sharpness)
        if corrected is not None:
            probabilities *= 1 - _CORRECTED
            probabilities[self.codes.index(corrected)] += _CORRECTED
        order = np.argsort(-probabilities, kind="stable")[:_TOP]
        top = tuple((self.codes[i], round(float(probabilities[i]), 4)) for i in order)
        return Guess(top[0][0], top[0][1], top)

    def leads(self, reading: Reading, code: str) -> Leads:
        """How much each character and pair of the text speaks for the category."""
        letters = reading.vector.letters
        weighted = reading.weighted[: len(letters), : len(self.codes)]
        mean = np.add.reduce(weighted, axis=1) / np.float32(len(self.codes))
        return Leads(letters, weighted[:, self.codes.index(code)] - mean)

    def likeliest(
        self, reading: Reading, options: Sequence[T], key: Callable[[T], str]
    ) -> T | None:
        """The option whose category fits best; one that is no category comes before all."""
        if len(options) < 2:
            return options[0] if options else None
        fit = dict(zip(self.codes, reading.scores.tolist(), strict=True))
        return max(options, key=lambda option: fit.get(key(option), math.inf))

    def with_examples(self, examples: Iterable[tuple[str, str]]) -> Classifier:
        """The same classifier, corrected by what these texts (text, code) really are about."""
        read = [(self.features(text), code) for text, code in examples if code in self.codes]
        taught = tuple((bag.all(), code) for bag, code in read)
        return replace(
            self,
            linear=self.linear.with_examples(read, among=len(self.codes)),
            corrections=(*reversed(taught), *self.corrections),
        )

    def _corrected(self, bag: Bag) -> str | None:
        """The code of a correction that says almost the same."""
        if not self.corrections:
            return None
        own = bag.all()
        for other, code in self.corrections:
            if len(own & other) >= _SAME * len(own | other):
                return code
        return None


def shares(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities."""
    raw: Floats = np.exp(sharpness * (scores - scores.max(initial=-np.inf)))
    whole: Floats = raw / raw.sum()
    return whole
