"""Is somebody in danger right now? Dangers that are named, and messages that sound like alarms.

The rules know which words name a danger and which take it back; the learned alarm knows how people
write who are in one. Each covers for the other: missing an emergency is the worst mistake.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from nlp.classify import Classifier, Reading
from nlp.lexicon import Lexicon, numbers
from nlp.urgency import LOOSE, Danger, UrgencyRules

_CLAUSE_END = re.compile(r"[,，。.!?;\n ]")


@dataclass(frozen=True, slots=True)
class Alarm:
    """What speaks for an emergency in a message."""

    rings: bool
    danger: Danger | None  # that is named and not taken back, if it rings
    words: str  # that name it
    calm: str  # why it may be none
    named: bool  # a danger is named, taken back or not


class AlarmBell:
    """Hears emergencies. Built once; reading only.

    How loud it rings is a logistic sum, fitted on messages of emergencies and of near misses that
    the learned alarm had not seen.
    """

    def __init__(self, lexicon: Lexicon, classifier: Classifier, urgent: Collection[str]) -> None:
        self._rules = UrgencyRules(lexicon)
        self._classifier = classifier
        is_urgent = [code in urgent for code in classifier.codes]
        self._urgent_first = np.argsort(np.logical_not(is_urgent), kind="stable")
        self._both = [0, sum(is_urgent)] if len(set(is_urgent)) == 2 else []
        self._weights = numbers(lexicon, "loudness")
        self.reasons = self._rules.reasons

    def hear(self, text: str, reading: Reading, lean: float, *, helpless: bool = False) -> Alarm:
        """`reading` is what the classifier of categories sees of the text, `lean` is how much the
        text is a request rather than anything else.

        What names no danger and is like no emergency of the catalogue is one only for somebody
        `helpless`: a power cut where a ventilator runs, but not any power cut.
        """
        of = self._weights.get
        dangers = self._rules.dangers(text)
        lead = self.lead(reading)
        learned = self._learned(reading, lead)
        calm = next((d.calm for d in dangers if d.calm), "") or self._rules.mood(text)
        loose = LOOSE if learned >= of("fright", 0.0) else ""
        real = [danger for danger in dangers if danger.calm in ("", loose)]
        danger = self._classifier.likeliest(reading, real, key=lambda danger: danger.code)
        if danger is not None:
            learned = max(learned, self._clause(text, danger))
        loud = learned + of("calm", 0.0) * bool(calm) + of("lean", 0.0) * self._limited(lean)
        loud += of("named", 0.0) * bool(dangers) + of("real", 0.0) * bool(real)
        far = danger is None and not helpless and lead < of("far", 0.0)
        if loud < of("rings", 0.0) or far:
            return Alarm(False, None, "", calm or ("doubtful" if real else ""), bool(dangers))
        words = text[danger.start : danger.end] if danger else ""
        return Alarm(True, danger, words, calm, bool(dangers))

    def learned(self, reading: Reading) -> float:
        """How much a text sounds like an emergency."""
        return self._learned(reading, self.lead(reading))

    def _learned(self, reading: Reading, lead: float) -> float:
        of = self._weights.get
        return of("learned", 0.0) * reading.alarm + of("lead", 0.0) * self._limited(lead)

    def lead(self, reading: Reading) -> float:
        """By how much the likeliest emergency leads the likeliest other category."""
        if not self._both:
            return 0.0
        scores = reading.scores.take(self._urgent_first)
        urgent, other = np.maximum.reduceat(scores, self._both).tolist()
        return float(urgent - other)

    def _clause(self, text: str, danger: Danger) -> float:
        """How the danger's own clause sounds: the message may be about another thing as well."""
        ends = [match.start() for match in _CLAUSE_END.finditer(text)]
        start = max((end + 1 for end in ends if end < danger.start), default=0)
        end = min((end for end in ends if end >= danger.end), default=len(text))
        return self.learned(self._classifier.read(text[start:end]))

    def _limited(self, lead: float) -> float:
        most = self._weights.get("most", 0.0)
        return max(-most, min(most, lead))
