"""Is life at stake right now? Dangers by pattern, and what takes the alarm back.

A danger counts unless its own sentence (or, for "it is over", the message) says that it is denied,
past, imagined, asked about, told by others or a joke. Every such downgrade keeps its reason, so
that a person can look at it: missing an emergency is the worst mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nlp.lexicon import Lexicon, alternatives, mapping, table

_SENTENCE = re.compile(r"[^。!?;\n]+")
_CLAUSE = re.compile(r"[^,，。!?;\n ]+")
_GROUP = re.compile(r"\{(\w+)\}")
_GAP = r"[^。!?;\n]{0,6}?"
_DENIAL_REACH = 4
_CALM = ("denied", "over", "done", "supposed", "asked", "hearsay", "joking")
_MOODS = ("joking", "done", "asked", "hearsay", "supposed")


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger that a text names; `calm` is the kind of word that takes it back, "" if none."""

    code: str  # category, or a reason under [raise]
    start: int
    end: int
    calm: str = ""
    raises: bool = False


class _Pattern:
    """`a b & c`: parts that must all be in one sentence, each a row of words in order."""

    def __init__(self, text: str, groups: Mapping[str, tuple[str, ...]]) -> None:
        head, *others = (part.split() for part in text.split(" & "))
        self._head = re.compile(_GAP.join(_any(word, groups) for word in head))
        self._others = [re.compile(alternatives(_options(part, groups))) for part in others]

    def search(self, sentence: str) -> re.Match[str] | None:
        match = self._head.search(sentence)
        if match is None or not all(other.search(sentence) for other in self._others):
            return None
        return match


def _any(word: str, groups: Mapping[str, tuple[str, ...]]) -> str:
    name = _GROUP.fullmatch(word)
    return alternatives(groups.get(name[1], ())) if name else re.escape(word)


def _options(part: list[str], groups: Mapping[str, tuple[str, ...]]) -> list[str]:
    options: list[str] = []
    for word in part:
        name = _GROUP.fullmatch(word)
        options += groups.get(name[1], ()) if name else [word]
    return options


class UrgencyRules:
    def __init__(self, lexicon: Lexicon) -> None:
        groups = table(lexicon, "groups")
        self._emergencies = [
            (code, False, [_Pattern(text, groups) for text in texts])
            for code, texts in table(lexicon, "emergency").items()
        ] + [
            (reason, True, [_Pattern(text, groups) for text in texts])
            for reason, texts in table(lexicon, "raise").items()
        ]
        calm = table(lexicon, "calm")
        self._calm = {kind: re.compile(alternatives(calm.get(kind, ()))) for kind in _CALM}
        denied = calm.get("denied", ())
        self._denied = re.compile(rf"{alternatives(denied)}.{{0,{_DENIAL_REACH}}}$")
        harmless = table(lexicon, "harmless").get("words", ())
        self._harmless = re.compile(alternatives(harmless))
        self.reasons = mapping(lexicon, "reasons")

    def dangers(self, text: str) -> list[Danger]:
        """Every danger the text names, the real ones first."""
        found: list[Danger] = []
        text = self._harmless.sub(lambda match: "〇" * len(match[0]), text)
        for sentence in _SENTENCE.finditer(text):
            for code, raises, patterns in self._emergencies:
                for pattern in patterns:
                    if match := pattern.search(sentence[0]):
                        found.append(self._judged(text, sentence, match, code, raises))
                        break
        return sorted(found, key=lambda danger: bool(danger.calm))

    def _judged(
        self,
        text: str,
        sentence: re.Match[str],
        match: re.Match[str],
        code: str,
        raises: bool,
    ) -> Danger:
        start, end = sentence.start() + match.start(), sentence.start() + match.end()
        return Danger(code, start, end, self.calm(text, sentence[0], match.start()), raises)

    def mood(self, text: str) -> str:
        """Why a message that sounds like an emergency may be none; "" when nothing says so."""
        for kind in _MOODS:
            if self._calm[kind].search(text):
                return kind
        return ""

    def calm(self, text: str, sentence: str, at: int) -> str:
        """Why the danger at this position of the sentence is none; "" when it is one."""
        before = sentence[:at]
        clause = re.split(r"[,， ]", before)[-1]
        if self._denied.search(clause):
            return "denied"
        if self._calm["joking"].search(text):
            return "joking"
        if self._calm["done"].search(text):
            return "done"
        for kind in ("supposed", "over"):
            if self._calm[kind].search(clause + sentence[at : at + 2]):
                return kind
        for kind in ("asked", "hearsay"):
            if self._calm[kind].search(sentence):
                return kind
        return ""
