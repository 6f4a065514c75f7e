"""What a message wants: one of the eleven intents, and whether a rating is a good one.

A linear classifier over whole messages. Word groups of intent.toml ("cues") are features of it,
and those that open a message once more. What it cannot know is how clearly the message is about
one thing of the catalogue: small talk seldom is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

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


class IntentRules:
    def __init__(self, lexicon: Lexicon, manner: Manner, linear: Linear) -> None:
        self._manner = manner
        self._linear = linear
        self._whole = [
            (cast(Intent, intent), re.compile(f"(?:{alternatives(terms)}|[^\\w+])+"))
            for intent, terms in table(lexicon, "whole").items()
        ]
        self._sharpness = number(lexicon, "sharpness", 2.0)
        self._report = linear.labels.index("report")
        self._chatter = linear.labels.index("chatter")
        self._same = {  # the labels of an intent, by number
            label.rstrip(_MOODS): [
                at
                for at, other in enumerate(linear.labels)
                if other.rstrip(_MOODS) == label.rstrip(_MOODS)
            ]
            for label in linear.labels
        }
        self._clear = number(lexicon, "clear", 0.5)
        self._unclear_gain = number(lexicon, "unclear_gain", 0.0)
        self._unclear_loss = number(lexicon, "unclear_loss", 0.0)

    def of(self, read: Read, about: Iterable[str], share: float) -> Wanted:
        """`about` are the features of what the message is about, `share` is how much of all
        likelihood the likeliest category has."""
        for intent, whole in self._whole:
            if len(read.said) <= _SHORT and whole.fullmatch(read.said):
                return Wanted(intent, 1.0)
        scores = self._linear.scores(self._manner(read.said, read.end, read.placed, about))
        scores[self._chatter] += self._unclear_gain * (self._clear - share)
        scores[self._report] -= self._unclear_loss * (self._clear - share)
        values = scores.tolist()
        best = max(range(len(values)), key=values.__getitem__)
        label = self._linear.labels[best]
        intent = cast(Intent, label.rstrip(_MOODS))
        likely = [math.exp(self._sharpness * (value - values[best])) for value in values]
        confidence = sum(likely[at] for at in self._same[intent]) / sum(likely)
        report = values.pop(self._report)
        return Wanted(intent, confidence, not label.endswith(_DISCONTENT), report - max(values))
