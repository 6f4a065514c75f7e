"""The words of command of the practices: who may say each, and in which shape.

A handler file has one mapping `WORDS` of names to `Word`; the words themselves and a line of help
for each stand under the same names in data/content/practices/<area>.toml. Nothing here swallows an
ordinary report: a word counts alone, with a number of its kind (愿-12), or before a gap and more
words, whichever its `takes` says, and is nothing at all in other people's mouths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from data.contents import Content
from desk import access
from desk.access import Capacity
from desk.rules.lifecycle import Forbidden
from handlers.commands import WIDE, issue_number
from handlers.which import Unclear

if TYPE_CHECKING:
    from handlers.turn import Turn

_GAP = r"[\s,:;.!+，：；！。、]"


@dataclass(frozen=True, slots=True)
class Said:
    """A word of command as it was said: 认领 愿-12 下周送去."""

    name: str
    kind: str = ""  # of the number: wish, post …
    number: int = 0
    rest: str = ""


@dataclass(frozen=True)
class Word:
    """What a word does, in whose mouth, and what must come with it."""

    do: Callable[[Turn, Said], str | None]
    who: Capacity = "anyone"
    takes: Literal["nothing", "number", "words"] = "words"
    kinds: tuple[str, ...] = ()  # whose numbers it takes
    public: bool = False  # may be said, and is answered, in a group


class Words:
    """Reads the words of all areas, by one community's content."""

    def __init__(self, content: Content, areas: Mapping[str, Mapping[str, Word]]) -> None:
        self._practices = content.practices
        self._areas = areas
        prefix = "number."
        self._kinds = {
            letter: key.removeprefix(prefix)
            for key, letter in content.replies.items()
            if key.startswith(prefix)
        }
        self._known: dict[str, list[tuple[str, Word]]] = {}
        for area, words in areas.items():
            for name, word in words.items():
                for spoken in content.practices[area].commands[name]:
                    self._known.setdefault(spoken, []).append((name, word))
        number = (
            rf"({'|'.join(map(re.escape, self._kinds))})\s*[-—–－]?\s*(\d{{1,6}})(?![\d号楼栋])"
        )
        verbs = "|".join(map(re.escape, sorted(self._known, key=lambda verb: -len(verb))))
        self._number = re.compile(number)
        self._pattern = re.compile(
            rf"(?:{number}{_GAP}*)?(?P<verb>{verbs})(?=$|{_GAP}|{number})"
            rf"{_GAP}*(?:{number}{_GAP}*)?(?P<rest>.*)",
            re.DOTALL,
        )

    def numbers(self, text: str) -> list[tuple[str, int]]:
        """Every number of the practices in a text: 愿-1 愿-2."""
        found = self._number.findall(text.translate(WIDE))
        return [(self._kinds[letter], int(digits)) for letter, digits in found]

    def said(self, text: str) -> Iterator[tuple[Word, Said]]:
        """What a text may be, as a word of command."""
        text = text.translate(WIDE).strip()
        found = self._pattern.match(text)
        if found is None:
            return
        before, after = found[1], found[found.re.groupindex["verb"] + 3]
        letter = before or after
        digits = found[2] if before else found[found.re.groupindex["verb"] + 4]
        kind, number = (self._kinds[letter], int(digits)) if letter else ("", 0)
        rest = found["rest"].strip()
        for name, word in self._known[found["verb"]]:
            if _fits(word, kind, rest):
                yield word, Said(name, kind, number, rest)

    def areas(self, turn: Turn) -> list[tuple[str, str]]:
        """The areas in which this person can do something, with their titles."""
        return [
            (area, self._practices[area].title) for area in self._areas if self.lines(turn, area)
        ]

    def lines(self, turn: Turn, area: str) -> list[str]:
        """One line of help for each thing that this person can say in an area."""
        able = access.capacities(turn.act, turn.person)
        help_ = self._practices[area].help
        return [
            help_[name]
            for name, word in self._areas[area].items()
            if word.who in able and name in help_
        ]


def _fits(word: Word, kind: str, rest: str) -> bool:
    if word.takes == "number":
        return kind in word.kinds
    if kind or issue_number(rest):
        return False
    return word.takes == "words" or not rest


def commanded(turn: Turn) -> str | None:
    """Carry out the word of command that a message is; None when it is none for this person."""
    able = access.capacities(turn.act, turn.person)
    refused: Word | None = None
    for word, said in turn.words.said(turn.message.text):
        if turn.public and not word.public:
            if said.kind:
                raise Unclear(turn.say("which.privately"))
            continue
        if word.who not in able:
            refused = word if said.kind else refused
            continue
        reply = word.do(turn, said)
        if reply is not None:
            return reply
    if refused is not None:
        raise Forbidden("member" if refused.who == "member" else "person")
    return None
