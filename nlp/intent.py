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

import numpy as np

from nlp.classify import Reading, shares
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
        self._bias = linear.bias[-len(labels) :]
        self._row_of = linear.index.names
        # The rows of names are the last of the table.
        self._first = len(linear.index.letters)
        self._rarity = linear.rarity[self._first :]
        self._weights = linear.weights[self._first :, -len(labels) :] * linear.step
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
        clear = float(np.maximum.reduce(shares(reading.scores, self._softness), initial=0.0))
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
        rows = [self._row_of[name] - self._first for name in manner if name in self._row_of]
        rarity = self._rarity.take(rows)
        sums = reading.sums[-len(self._labels) :] + rarity @ self._weights.take(rows, axis=0)
        length = math.sqrt(reading.vector.square + float(rarity @ rarity)) or 1.0
        found: list[float] = (sums / np.float32(length) + self._bias).tolist()
        return found
