"""Which of the catalogue's categories a request belongs to, and how surely."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from nlp.bag import Floats, Letters
from nlp.clauses import Clause
from nlp.evidence import Leads
from nlp.features import Features
from nlp.linear import Linear, Vector, Weighed, weigh

T = TypeVar("T")
_TOP = 3
_WHOLE = np.float32(0.3)  # how much the message counts for what else a part may be about
_CORRECTED = 0.95  # share of the category that a correction of the same text names
_SAME = 0.6  # of all features shared: two texts say the same


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to be about."""

    code: str
    confidence: float  # how often such an answer is right
    top: tuple[tuple[str, float], ...]  # the likeliest (code, share of likelihood), best first

    def or_else(self, other: Guess) -> Guess:
        """The same, with what the other takes it for behind it."""
        behind = (choice for choice in other.top if choice[0] != self.code)
        return replace(self, top=(self.top[:1] + tuple(behind))[:_TOP])


NOTHING = Guess("", 0.0, ())


@dataclass(frozen=True, slots=True)
class Reading:
    """A stretch of text as the classifier sees it."""

    text: str
    clauses: Sequence[Clause]
    letters: Letters  # that are known, in order
    holds: Floats  # clauses × features: which of them hold which
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

    def read(
        self, text: str, clauses: Sequence[Clause] = (), whole: Reading | None = None
    ) -> Reading:
        """`clauses` are all of the text, if it may be cut; `whole` is the message that it was cut
        from: short words say little, so what else they may mean is judged by it too. (What they
        mean first is not: in a message of two requests the whole speaks for the other one.)"""
        bags = self.features.of_each([text[c.start : c.end] for c in clauses] or [text])
        shared = self.linear.index.shared(bags)
        vector = self.linear.vector_of(shared.rows)
        weighted = self.linear.weighted(vector)
        sums: Floats = np.add.reduce(weighted)
        last = len(self.codes)
        scores = sums[: last + 2] / np.float32(vector.length) + self.linear.bias[: last + 2]
        alarm = float(scores[last] - scores[last + 1])
        about = scores[:last]
        guess = self._guess(about, self._corrected(text))
        if whole is not None:
            guess = guess.or_else(self._guess(about + _WHOLE * whole.scores, None))
        stretches = shared.letters, shared.holds
        return Reading(text, clauses, *stretches, vector, weighted, sums, about, alarm, guess)

    def weigh(self, reading: Reading) -> Weighed:
        """The sums of the clauses of a text, to be added to those of their neighbours."""
        about = reading.weighted[:, : len(self.codes)]
        return weigh(reading.holds, reading.vector, about)

    def settle(self, weighed: Weighed) -> Floats:
        """The scores of stretches from their sums."""
        return self.linear.settle(weighed)

    def without(self, reading: Reading, barred: Collection[str]) -> Guess:
        """The likeliest categories but for the barred ones."""
        scores = reading.scores.copy()
        scores[[self.codes.index(code) for code in barred]] = scores.min()
        return self._guess(scores, self._corrected(reading.text))

    def _guess(self, scores: Floats, corrected: str | None) -> Guess:
        if not self.codes:
            return NOTHING
        probabilities = shares(scores, self.sharpness)
        if corrected is not None:
            probabilities *= 1 - _CORRECTED
            probabilities[self.codes.index(corrected)] += _CORRECTED
        order = (-probabilities).argsort(kind="stable")[:_TOP]
        both = zip(order.tolist(), probabilities[order].tolist(), strict=True)
        top = tuple((self.codes[at], round(share, 4)) for at, share in both)
        return Guess(top[0][0], top[0][1], top)

    def leads(self, reading: Reading, code: str) -> Leads:
        """How much each character and pair of the text speaks for the category."""
        weighted = reading.weighted[: len(reading.letters), : len(self.codes)]
        mean = np.add.reduce(weighted, axis=1) / np.float32(len(self.codes))
        return Leads(reading.letters, weighted[:, self.codes.index(code)] - mean)

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

    def _corrected(self, text: str) -> str | None:
        """The code of a correction that says almost the same."""
        if not self.corrections:
            return None
        own = self.features(text).all()
        for other, code in self.corrections:
            if len(own & other) >= _SAME * len(own | other):
                return code
        return None


def shares(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities."""
    raw: Floats = np.exp(sharpness * (scores - np.maximum.reduce(scores, initial=-np.inf)))
    raw /= np.add.reduce(raw)
    return raw
