"""What a message wants: one of the eleven intents, and whether a rating is a good one.

A linear classifier over whole messages. Word groups of intent.toml ("cues") are features of it,
and those that open a message once more. What it cannot know is how clearly the message is about
one thing of the catalogue: small talk seldom is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from nlp.classify import Reading, share_of_best
from nlp.features import Manner
from nlp.lexicon import Lexicon, alternatives, number, table
from nlp.linear import Linear
from nlp.reader import Read
from nlp.values import Intent

_MOODS = "+-"  # rate+ is a rating of somebody who is content, rate- of one who is not
_DISCONTENT = "-"
_SHORT = 40  # characters of a message that can be nothing but a formula


@dataclass(frozen=True, slots=True)
class Wanted:
    intent: Intent
    confidence: float
    positive: bool = True
    lean: float = -4.0  # by how much a request leads all others (log scores)
    words_lean: float = -4.0  # the same by the words alone, however unclear what it is about


class IntentRules:
    def __init__(
        self, lexicon: Lexicon, manner: Manner, linear: Linear, labels: Sequence[str]
    ) -> None:
        """`labels` are the last of the classifier's."""
        self._manner = manner
        self._labels = tuple(labels)
        self._linear = linear
        self._bias = linear.bias[-len(labels) :].tolist()
        self._named = _named(linear, len(labels))
        self._intent_of = [cast(Intent, label.rstrip(_MOODS)) for label in labels]
        self._whole = [
            (cast(Intent, intent), re.compile(f"(?:{alternatives(terms)}|[^\\w+])+"))
            for intent, terms in table(lexicon, "whole").items()
        ]
        self._sharpness = number(lexicon, "sharpness", 2.0)
        self._report = self._labels.index("report")
        self._chatter = self._labels.index("chatter")
        self._softness = number(lexicon, "softness", 1.6)
        self._clear = number(lexicon, "clear", 0.5)
        self._unclear_gain = number(lexicon, "unclear_gain", 0.0)
        self._unclear_loss = number(lexicon, "unclear_loss", 0.0)
        self._quiet = number(lexicon, "quiet", 0.0)

    def of(self, read: Read, reading: Reading) -> Wanted:
        """`reading` is what the message is about."""
        for intent, whole in self._whole:
            if len(read.said) <= _SHORT and whole.fullmatch(read.said):
                return Wanted(intent, 1.0)
        values = self._scores(read, reading)
        words_lean = self._lean(values)
        clear = share_of_best(reading.scores, self._softness)
        unclear = self._clear - clear
        values[self._chatter] += self._unclear_gain * unclear
        values[self._report] -= self._unclear_loss * unclear
        lean = self._lean(values)
        values[self._chatter] += self._quiet
        best = max(range(len(values)), key=values.__getitem__)
        likely = [math.exp(self._sharpness * (value - values[best])) for value in values]
        intent = self._intent_of[best]
        both = zip(self._intent_of, likely, strict=True)
        confidence = sum(share for other, share in both if other == intent) / sum(likely)
        positive = not self._labels[best].endswith(_DISCONTENT)
        return Wanted(intent, confidence, positive, lean, words_lean)

    def _lean(self, values: list[float]) -> float:
        others = values[: self._report] + values[self._report + 1 :]
        return values[self._report] - max(others)

    def _scores(self, read: Read, reading: Reading) -> list[float]:
        """The sums of the topic's features and, looked up besides, of the manner's."""
        manner = self._manner(read.said, read.end, read.placed)
        named = [self._named[name] for name in manner if name in self._named]
        weighed = reading.weighed
        topic = weighed.sums[0, -len(self._labels) :].tolist()
        square = weighed.squares.item(0) + sum(square for _, square in named)
        unit = float(self._linear.step) / (math.sqrt(square) or 1.0)
        sums = map(sum, zip(topic, *(weights for weights, _ in named), strict=True))
        return [total * unit + bias for total, bias in zip(sums, self._bias, strict=True)]


def _named(linear: Linear, many: int) -> dict[str, tuple[tuple[float, ...], float]]:
    """The weights (in steps) of every name for the last labels, and its squared length."""
    first = len(linear.index.letters)  # the rows of names are behind those of letters
    rarity = linear.rarity[first:-1]
    weights = linear.weights[first:-1, -many:] * rarity[:, None]
    both = zip(map(tuple, weights.tolist()), (rarity * rarity).tolist(), strict=True)
    return dict(zip(linear.index.names, both, strict=True))
