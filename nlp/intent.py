"""What a message wants: one of the eleven intents, and whether a rating is a good one.

A linear classifier over whole messages. Word groups of intent.toml ("cues") are features of it,
and those that open a message once more. What it cannot know is how clearly the message is about
one thing of the catalogue: small talk seldom is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from nlp.classify import shares
from nlp.features import Features
from nlp.lexicon import Lexicon, alternatives, number, numbers, table
from nlp.linear import Linear
from nlp.values import Intent

INTENTS = cast(tuple[Intent, ...], get_args(Intent))
_CONTENT = "+"  # rate+ is a rating of somebody who is content, rate- of one who is not
_SHORT = 40  # characters of a message that can be nothing but a formula


@dataclass(frozen=True, slots=True)
class Wanted:
    intent: Intent
    confidence: float
    positive: bool = True


class IntentRules:
    def __init__(self, lexicon: Lexicon, features: Features, linear: Linear) -> None:
        self._features = features
        self._linear = linear
        self._names = [cast(Intent, label.rstrip("+-")) for label in linear.labels]
        self._whole = [
            (cast(Intent, intent), re.compile(f"(?:{alternatives(terms)}|[^\\w+])+"))
            for intent, terms in table(lexicon, "whole").items()
        ]
        self._sharpness = number(lexicon, "sharpness", 2.0)
        lean = numbers(lexicon, "lean")
        self._lean = [lean.get(label, 0.0) for label in linear.labels]
        self._chatter = self._names.index("chatter")
        self._clear = number(lexicon, "clear", 1.0)
        self._unclear_gain = number(lexicon, "unclear_gain", 0.0)
        self._most_unclear = number(lexicon, "most_unclear", 1.0)

    def of(self, text: str, clear: float) -> Wanted:
        """`clear` is by how much the likeliest category leads the next."""
        for intent, whole in self._whole:
            if len(text) <= _SHORT and whole.fullmatch(text):
                return Wanted(intent, 1.0)
        found = self.shares(text, clear)
        best = max(found, key=found.__getitem__)
        intent = cast(Intent, best.rstrip("+-"))
        whole = sum(share for label, share in found.items() if label.rstrip("+-") == intent)
        return Wanted(intent, whole, positive=not best.endswith("-"))

    def shares(self, text: str, clear: float) -> Mapping[str, float]:
        """The probability of every label."""
        scores = self._linear.scores(self._features(text)) + self._lean
        unclear = self._unclear_gain * (self._clear - clear)
        scores[self._chatter] += max(-self._most_unclear, min(self._most_unclear, unclear))
        return dict(
            zip(self._linear.labels, map(float, shares(scores, self._sharpness)), strict=True)
        )
