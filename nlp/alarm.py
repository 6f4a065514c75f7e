"""Is somebody in danger right now? Dangers that are named, and messages that sound like alarms.

The rules know which words name a danger and which take it back; the learned alarm knows how people
write who are in one. Each covers for the other: missing an emergency is the worst mistake.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from nlp.classify import Classifier, Reading
from nlp.lexicon import Lexicon, numbers
from nlp.linear import Linear
from nlp.urgency import LOOSE, Danger, UrgencyRules


@dataclass(frozen=True, slots=True)
class Alarm:
    """What speaks for an emergency in a message."""

    danger: Danger | None  # a danger that is named and not taken back
    words: str  # that name it
    rings: bool  # it is an emergency, if the message wants anything at all
    shouts: bool  # it is one, whatever else the message seems to want
    calm: str  # why it may be none
    named: bool  # a danger is named, taken back or not


class AlarmBell:
    """Hears emergencies. Built once; reading only.

    How loud it rings is a logistic sum, fitted on messages of emergencies and of near misses that
    the learned alarm had not seen.
    """

    def __init__(
        self, lexicon: Lexicon, linear: Linear, classifier: Classifier, urgent: Collection[str]
    ) -> None:
        self._rules = UrgencyRules(lexicon)
        self._linear = linear
        self._classifier = classifier
        self._is_urgent = np.array([code in urgent for code in classifier.codes], bool)
        self._weights = numbers(lexicon, "loudness")
        self.reasons = self._rules.reasons

    def hear(self, text: str, reading: Reading) -> Alarm:
        """`reading` is what the classifier of categories sees of the text."""
        dangers = self._rules.dangers(text)
        learned = self.learned(reading)
        calm = next((d.calm for d in dangers if d.calm), "") or self._rules.mood(text)
        loose = LOOSE if learned >= self._weights.get("fright", 0.5) else ""
        real = [danger for danger in dangers if danger.calm in ("", loose)]
        loud = learned + self._told(bool(real), bool(dangers), bool(calm))
        rings, shouts = self._weights.get("rings", 0.5), self._weights.get("shouts", 1.0)
        chosen = self._classifier.likeliest(reading, real, key=lambda danger: danger.code)
        if chosen is not None and loud < rings:
            chosen, calm = None, "doubtful"
        return Alarm(
            danger=chosen,
            words=text[chosen.start : chosen.end] if chosen else "",
            rings=loud >= rings,
            shouts=loud >= shouts,
            calm=calm,
            named=bool(dangers),
        )

    def learned(self, reading: Reading) -> float:
        """How much a text sounds like an emergency."""
        alarm, calm = self._linear.scores(reading.features).tolist()
        most = self._weights.get("most_lead", 3.0)
        lead = max(-most, min(most, self.lead(reading)))
        return (
            self._weights.get("learned", 1.0) * (alarm - calm)
            + self._weights.get("lead", 0.0) * lead
        )

    def lead(self, reading: Reading) -> float:
        """By how much the likeliest emergency leads the likeliest other category."""
        urgent, other = reading.scores[self._is_urgent], reading.scores[~self._is_urgent]
        return float(urgent.max() - other.max()) if len(urgent) and len(other) else 0.0

    def _told(self, real: bool, named: bool, calm: bool) -> float:
        weight = self._weights.get
        return (
            weight("at", 0.0)
            + weight("real", 1.0) * real
            + weight("named", 0.0) * named
            + weight("calm", -1.0) * calm
        )
