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
        is_urgent = np.array([code in urgent for code in classifier.codes], bool)
        self._urgent, self._other = np.flatnonzero(is_urgent), np.flatnonzero(~is_urgent)
        self._weights = numbers(lexicon, "loudness")
        self.reasons = self._rules.reasons

    def hear(self, text: str, reading: Reading, lean: float, *, helpless: bool = False) -> Alarm:
        """`reading` is what the classifier of categories sees of the text, `lean` is how much the
        text is a request rather than anything else.

        What names no danger and is like no emergency of the catalogue is one only for somebody
        `helpless`: a power cut where a ventilator runs, but not any power cut.
        """
        dangers = self._rules.dangers(text)
        learned = self.learned(reading)
        calm = next((d.calm for d in dangers if d.calm), "") or self._rules.mood(text)
        loose = LOOSE if learned >= self._of("fright") else ""
        real = [danger for danger in dangers if danger.calm in ("", loose)]
        danger = self._classifier.likeliest(reading, real, key=lambda danger: danger.code)
        if danger is not None:
            learned = max(learned, self._clause(text, danger))
        told = (bool(dangers), self._of("named")), (bool(real), self._of("real"))
        loud = learned + sum(weight for holds, weight in told if holds)
        loud += self._of("calm") * bool(calm) + self._of("lean") * self._limited(lean)
        far = danger is None and not helpless and self.lead(reading) < self._of("far")
        if loud < self._of("rings") or far:
            return Alarm(False, None, "", calm or ("doubtful" if real else ""), bool(dangers))
        words = text[danger.start : danger.end] if danger else ""
        return Alarm(True, danger, words, calm, bool(dangers))

    def learned(self, reading: Reading) -> float:
        """How much a text sounds like an emergency."""
        lead = self._limited(self.lead(reading))
        return self._of("learned") * reading.alarm + self._of("lead") * lead

    def lead(self, reading: Reading) -> float:
        """By how much the likeliest emergency leads the likeliest other category."""
        if not len(self._urgent) or not len(self._other):
            return 0.0
        of = reading.scores.take
        return float(np.maximum.reduce(of(self._urgent)) - np.maximum.reduce(of(self._other)))

    def _clause(self, text: str, danger: Danger) -> float:
        """How the danger's own clause sounds: the message may be about another thing as well."""
        ends = [match.start() for match in _CLAUSE_END.finditer(text)]
        start = max((end + 1 for end in ends if end < danger.start), default=0)
        end = min((end for end in ends if end >= danger.end), default=len(text))
        return self.learned(self._classifier.read(text[start:end]))

    def _limited(self, lead: float) -> float:
        most = self._of("most")
        return max(-most, min(most, lead))

    def _of(self, name: str) -> float:
        return self._weights.get(name, 0.0)
