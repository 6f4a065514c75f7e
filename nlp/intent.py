"""What a message wants: one of the eleven intents.

The same naive Bayes as for categories, trained on the intents' own examples and the catalogue's
(which are all reports), with cue groups as features; then a few rules about shape that no bag of
words can see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast, get_args

from nlp.bayes import Bayes, shares
from nlp.features import Features
from nlp.lexicon import Lexicon, number, table
from nlp.values import Intent

INTENTS = get_args(Intent)
_REPORT = INTENTS[0]


class IntentRules:
    def __init__(self, lexicon: Lexicon, reports: Iterable[str]) -> None:
        self.features = Features(table(lexicon, "cues"))
        texts = {intent: str(lexicon.get(intent, "")) for intent in INTENTS}
        examples = [
            (self.features(line), intent)
            for intent in INTENTS
            for line in texts.get(intent, "").splitlines()
            if line.strip()
        ]
        examples += [(self.features(text), _REPORT) for text in reports]
        self._bayes = Bayes.train(examples, INTENTS, smoothing=number(lexicon, "smoothing", 0.05))
        self._sharpness = number(lexicon, "sharpness", 6.0)

    def of(self, text: str) -> Mapping[Intent, float]:
        """The probability of every intent."""
        scores = self._bayes.scores(self.features(text))
        probabilities = shares(scores, self._sharpness)
        return {cast(Intent, i): p for i, p in zip(INTENTS, probabilities, strict=True)}
