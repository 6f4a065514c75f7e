"""Is somebody in danger right now? Dangers that are named, and messages that sound like alarms.

The rules know which words name a danger and which take it back; the learned alarm knows how people
write who are in one. Each covers for the other: missing an emergency is the worst mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.classify import Classifier, Reading
from nlp.lexicon import Lexicon, numbers
from nlp.linear import Linear
from nlp.urgency import LOOSE, Danger, UrgencyRules


@dataclass(frozen=True, slots=True)
class Alarm:
    """What speaks for an emergency in a message."""

    danger: Danger | None  # a danger that is named and not taken back
    words: str  # that name it
    loudness: float  # by how much the message sounds like an emergency rather than not
    rings: bool  # it is one, if the message wants anything at all
    shouts: bool  # it is one, whatever else the message seems to want
    calm: str  # why it may be none
    named: bool  # a danger is named, taken back or not


class AlarmBell:
    """Hears emergencies. Built once; reading only."""

    def __init__(self, lexicon: Lexicon, linear: Linear) -> None:
        self._rules = UrgencyRules(lexicon)
        self._linear = linear
        levels = numbers(lexicon, "loudness")
        self._rings = levels.get("rings", 0.0)
        self._shouts = levels.get("shouts", 1.0)
        self._overrules = levels.get("overrules", 2.0)
        self._opposed = levels.get("opposed", -2.0)
        self.reasons = self._rules.reasons

    def loudness(self, reading: Reading) -> float:
        alarm, calm = self._linear.scores(reading.features)
        return float(alarm - calm)

    def hear(self, text: str, reading: Reading, classifier: Classifier) -> Alarm:
        """`reading` is what the classifier of categories sees of the text."""
        dangers = self._rules.dangers(text)
        loudness = self.loudness(reading)
        calm = next((d.calm for d in dangers if d.calm), "") or self._rules.mood(text)
        loose = LOOSE if loudness >= self._shouts else ""
        named = [danger for danger in dangers if danger.calm in ("", loose)]
        real = classifier.likeliest(reading, named, key=lambda danger: danger.code)
        if real is not None and loudness < self._opposed:
            real, calm = None, "doubtful"
        needed = self._overrules if calm else self._rings
        return Alarm(
            danger=real,
            words=text[real.start : real.end] if real else "",
            loudness=loudness,
            rings=real is not None or loudness >= needed,
            shouts=real is not None or loudness >= max(needed, self._shouts),
            calm=calm,
            named=bool(dangers),
        )
