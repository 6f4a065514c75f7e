"""What a message wants: one of the eleven intents.

The same naive Bayes as for categories. It learns from whole messages, and from frames ("{x}都三天了
还没人来") filled with words of the catalogue: so it learns the frame and not the topic. Cue groups
are features, and some of them lean the decision between a request and small talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import cast, get_args

from nlp.bayes import Bayes, Example, shares
from nlp.features import MARK, Features
from nlp.lexicon import Lexicon, Lexicons, alternatives, lines, number, numbers, table
from nlp.values import CategoryWords, Intent

INTENTS = cast(tuple[Intent, ...], get_args(Intent))
_REPORT_AT, _CHATTER_AT = 0, 1
_SLOT = "{x}"
_MOST_UNCLEAR = 1.0  # log score that the lack of a category can move
_SHORT = 40  # characters of a message that can be nothing but a formula
_FILLINGS = 8  # of every frame


class IntentRules:
    def __init__(self, lexicons: Lexicons, categories: Sequence[CategoryWords]) -> None:
        lexicon: Lexicon = lexicons.get("intent", {})
        self.features = Features(table(lexicon, "cues"), by_sound=False)
        examples = [
            (self.features(text), intent)
            for intent in INTENTS
            for text in chain(
                lines(lexicon, intent),
                lines(lexicons.get("chatter", {}), intent),
                _framed(lines(lexicons.get("frames", {}), intent), categories),
            )
        ]
        examples += [
            (self.features(text), INTENTS[_REPORT_AT])
            for category in categories
            for text in (*category.examples, *category.words)
        ]
        self._bayes = Bayes.train(
            examples,
            INTENTS,
            smoothing=number(lexicon, "smoothing", 0.05),
            weights=_balanced(examples),
        )
        self._sharpness = number(lexicon, "sharpness", 6.0)
        self._lean = {MARK + cue: by for cue, by in numbers(lexicon, "lean").items()}
        needs = table(lexicon, "needs")
        self._needs = [frozenset(MARK + cue for cue in needs.get(i, ())) for i in INTENTS]
        self._opening = [
            re.compile(alternatives(table(lexicon, "opening").get(i, ()))) for i in INTENTS
        ]
        pairs = table(lexicon, "pairs")
        self._pairs = [frozenset(MARK + cue for cue in pairs.get(i, ())) for i in INTENTS]
        self._whole = [
            (intent, re.compile(f"(?:{alternatives(terms)}|[^\\w+])+"))
            for intent, terms in table(lexicon, "whole").items()
        ]
        self._opening_gain = number(lexicon, "opening_gain", 0.0)
        self._pair_gain = number(lexicon, "pair_gain", 0.0)
        self._clear_lead = number(lexicon, "clear_lead", 0.0)
        self._unclear_gain = number(lexicon, "unclear_gain", 0.0)
        self._missing = number(lexicon, "missing", 0.0)
        self._prior = number(lexicon, "report_prior", 0.0)

    def of(self, text: str, lead: float | None = None) -> Mapping[Intent, float]:
        """The probability of every intent.

        `lead` is how clearly the text belongs to one category: small talk seldom does.
        """
        for intent, whole in self._whole:
            if len(text) <= _SHORT and whole.fullmatch(text):
                return {i: 1.0 if i == intent else 0.0 for i in INTENTS}
        features = self.features(text)
        scores = self._bayes.scores(features)
        for index, needed in enumerate(self._needs):
            if needed and needed.isdisjoint(features):
                scores[index] -= self._missing
            if self._opening[index].match(text):
                scores[index] += self._opening_gain
            if self._pairs[index] and self._pairs[index] <= features.keys():
                scores[index] += self._pair_gain
        scores[_REPORT_AT] += self._prior
        if lead is not None:
            unclear = self._unclear_gain * (self._clear_lead - lead)
            scores[_CHATTER_AT] += max(-_MOST_UNCLEAR, min(_MOST_UNCLEAR, unclear))
        scores[_CHATTER_AT] += sum(by for cue, by in self._lean.items() if cue in features)
        return dict(zip(INTENTS, shares(scores, self._sharpness), strict=True))


def _framed(frames: Sequence[str], categories: Sequence[CategoryWords]) -> Iterable[str]:
    """Every frame with a few words of the catalogue, taken in turn from all categories."""
    width = max((len(c.words) for c in categories), default=0)
    topics = [c.words[i] for i in range(width) for c in categories if i < len(c.words)]
    if not topics:
        return
    for number_of_frame, frame in enumerate(frames):
        start = number_of_frame * _FILLINGS % len(topics)
        for topic in islice(chain(topics[start:], topics), _FILLINGS):
            yield frame.replace(_SLOT, topic)


def _balanced(examples: Sequence[Example]) -> Mapping[str, float]:
    """Weights that give every intent the same mass, whatever the number of its examples."""
    counts: dict[str, int] = {}
    for _, label in examples:
        counts[label] = counts.get(label, 0) + 1
    mean = len(examples) / len(counts) if counts else 1.0
    return {label: mean / count for label, count in counts.items()}
