"""Which of the catalogue's categories a request belongs to, and how surely."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from operator import add
from typing import TypeVar

import numpy as np

from nlp.bag import Floats
from nlp.clauses import Clause
from nlp.evidence import Leads
from nlp.features import Features
from nlp.linear import Found, Linear, Weighed

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
    written: str  # the same as its features see it
    found: Found  # its features in the table
    weighed: Weighed  # all of it, and then its clauses
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

    def read(self, text: str, clauses: Sequence[Clause] = ()) -> Reading:
        """`clauses` are all of the text, if it may be cut."""
        bags = self.features.of_each([text[c.start : c.end] for c in clauses] or [text])
        found = self.linear.find(bags)
        return self._judged(text, clauses, bags.written, found, found.weigh(found.shared.holds))

    def part(self, whole: Reading, clauses: slice) -> Reading:
        """Some clauses of a text. Short words say little, so what else they may mean is judged by
        the whole text too. (What they mean first is not: in a message of two requests the whole
        speaks for the other one.)"""
        found, own = whole.found, whole.clauses[clauses]
        text = whole.text[own[0].start : own[-1].end].strip()
        holds = np.maximum.reduce(found.shared.holds[1:][clauses])
        part = self._judged(text, (), whole.written, found, found.weigh(holds[None, :]))
        guess = part.guess.or_else(self._guess(part.scores + _WHOLE * whole.scores, None))
        return replace(part, guess=guess)

    def _judged(
        self, text: str, clauses: Sequence[Clause], written: str, found: Found, weighed: Weighed
    ) -> Reading:
        length = math.sqrt(weighed.squares.item(0)) or 1.0
        scores = weighed.sums[0] * (self.linear.step / length) + self.linear.bias
        last = len(self.codes)
        alarm = scores.item(last) - scores.item(last + 1)
        about = scores[:last]
        guess = self._guess(about, self._corrected(text))
        return Reading(text, clauses, written, found, weighed, about, alarm, guess)

    def weigh(self, reading: Reading) -> Weighed:
        """The sums of the clauses of a text, to be added to those of their neighbours."""
        weighed = reading.weighed
        return Weighed(weighed.sums[1:, : len(self.codes)], weighed.squares[1:])

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
        behind, likely = likelihoods(scores, self.sharpness)
        total = float(np.add.reduce(likely))
        if corrected is not None:
            likely[self.codes.index(corrected)] += total * _CORRECTED / (1 - _CORRECTED)
            total /= 1 - _CORRECTED
            behind = -likely
        best = behind.argsort(kind="stable")[:_TOP].tolist()
        top = tuple([(self.codes[at], round(likely.item(at) / total, 4)) for at in best])
        return Guess(*top[0], top)

    def leads(self, reading: Reading, code: str) -> Leads:
        """How much each character and pair of the text speaks for the category."""
        found, text = reading.found, reading.written
        leads = (found.weights @ self._contrast[self.codes.index(code)] * found.rarity).tolist()
        column = found.shared.columns
        rows = zip(chain(text, map(add, text, text[1:])), found.shared.letters, strict=True)
        return {letter: leads[column[row]] for letter, row in rows if row in column}

    @cached_property
    def _contrast(self) -> Floats:
        """What a label has more than the mean of all codes, as a product with a row of weights."""
        codes = len(self.codes)
        contrast = np.zeros((codes, len(self.linear.labels)), np.float32)
        contrast[:, :codes] = np.eye(codes) - 1 / codes
        return contrast

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


def likelihoods(scores: Floats, sharpness: float) -> tuple[Floats, Floats]:
    """By how much each score is behind the best, and how likely it is beside that one."""
    behind: Floats = np.maximum.reduce(scores) - scores
    return behind, np.exp(behind * -sharpness)


def share_of_best(scores: Floats, sharpness: float) -> float:
    """How likely the best is beside all the others together."""
    if not len(scores):
        return 0.0
    _, likely = likelihoods(scores, sharpness)
    return 1.0 / float(np.add.reduce(likely))
