"""Is life at stake right now? Dangers by pattern, and what takes the alarm back.

A danger counts unless its own sentence (or, for "it is over", the message) says that it is denied,
past, imagined, asked about, told by others or a joke. Every such downgrade keeps its reason, so
that a person can look at it: missing an emergency is the worst mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nlp.lexicon import Lexicon, Scanner, alternatives, mapping, table

_SENTENCE = re.compile(r"[^。!?;\n]+")
_CLAUSE_ENDS = re.compile(r"[,， ]")
_MASK = "〇"
_GROUP = re.compile(r"\{(\w+)\}")
_GAP = r"[^。!?;\n]{0,6}?"
_DENIAL_REACH = 4
LOOSE = "exaggerated"  # people say it of real dangers too: 吓死人了
_CALM = ("denied", "over", "done", "supposed", "asked", "hearsay", "joking", LOOSE)
_OF_MESSAGE = ("joking", "done", LOOSE)
_OF_SENTENCE = ("asked", "hearsay")
_OF_CLAUSE = ("supposed", "over")
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
        self.first = _options(head[:1], groups)  # one of these is in every text it finds
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
            (code, kind == "raise", [_Pattern(text, groups) for text in texts])
            for kind in ("emergency", "raise")
            for code, texts in table(lexicon, kind).items()
        ]
        self._hints = Scanner(
            {
                code: [word for pattern in patterns for word in pattern.first]
                for code, _, patterns in self._emergencies
            }
        )
        calm = table(lexicon, "calm")
        self._calm = {kind: re.compile(alternatives(calm.get(kind, ()))) for kind in _CALM}
        self._moods = Scanner(calm)
        denied = calm.get("denied", ())
        self._denied = re.compile(rf"{alternatives(denied)}.{{0,{_DENIAL_REACH}}}$")
        harmless = table(lexicon, "harmless").get("words", ())
        self._harmless = re.compile(alternatives(harmless))
        self.reasons = mapping(lexicon, "reasons")

    def dangers(self, text: str) -> list[Danger]:
        """Every danger the text names, the real ones first."""
        found: list[Danger] = []
        if not self._hints.names(text):
            return found
        text = self._harmless.sub(lambda match: _MASK * len(match[0]), text)
        hinted = self._hints.names(text)
        whole = self._first(_OF_MESSAGE, text)
        for sentence in _SENTENCE.finditer(text):
            for code, raises, patterns in self._emergencies:
                if code not in hinted:
                    continue
                for match in filter(None, (p.search(sentence[0]) for p in patterns)):
                    calm = self._calm_at(sentence[0], match.start(), whole)
                    start, end = sentence.start() + match.start(), sentence.start() + match.end()
                    found.append(Danger(code, start, end, calm, raises))
                    if not calm:
                        break
        return sorted(found, key=lambda danger: bool(danger.calm))

    def mood(self, text: str) -> str:
        """Why a message that sounds like an emergency may be none; "" when nothing says so."""
        moods = self._moods.names(text)
        return next((mood for mood in _MOODS if mood in moods), "")

    def _calm_at(self, sentence: str, at: int, whole: str) -> str:
        """Why the danger at this position of a sentence is none; "" when it is one."""
        clause = _CLAUSE_ENDS.split(sentence[:at])[-1]
        if self._denied.search(clause):
            return "denied"
        return (
            (whole if whole != LOOSE else "")
            or self._first(_OF_CLAUSE, clause + sentence[at : at + 2])
            or self._first(_OF_SENTENCE, sentence)
            or whole
        )

    def _first(self, kinds: tuple[str, ...], text: str) -> str:
        """The first kind of calming word that the text has; "" if none."""
        return next((kind for kind in kinds if self._calm[kind].search(text)), "")
