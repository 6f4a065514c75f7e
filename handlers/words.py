"""The words of command of the practices: who may say each, and in which shape.

A handler file has one mapping `WORDS` of names to `Word`; the words themselves and a line of help
for each stand under the same names in data/content/practices/<area>.toml. Nothing here swallows an
ordinary report: a word counts alone, with a number of its kind (愿-12), with that of an issue
(1123-07), or before a gap and more words, whichever its `takes` says, and is nothing at all in
other people's mouths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from data.contents import Content
from desk.access import Capacity
from handlers.commands import WIDE, issue_number

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
    takes: Literal["nothing", "number", "issue", "words"] = "words"
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
        letters = "|".join(map(re.escape, self._kinds))
        digits = r"\s*[-—–－]?\s*(?P<{0}digits>\d{{1,6}})(?![\d号楼栋])"

        def number(which: str) -> str:
            return rf"(?P<{which}letter>{letters})" + digits.format(which)

        verbs = "|".join(map(re.escape, sorted(self._known, key=lambda verb: -len(verb))))
        self._number = re.compile(number(""))
        self._pattern = re.compile(
            rf"(?:{number('before')}{_GAP}*)?(?P<verb>{verbs})(?=$|{_GAP}|(?:{letters})[-—–－\d])"
            rf"{_GAP}*(?:{number('after')}{_GAP}*)?(?P<rest>.*)",
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
        which = "before" if found["beforeletter"] else "after"
        letter = found[f"{which}letter"]
        kind = self._kinds[letter] if letter else ""
        number = int(found[f"{which}digits"]) if letter else 0
        rest = found["rest"].strip()
        for name, word in self._known[found["verb"]]:
            if _fits(word, kind, rest):
                yield word, Said(name, kind, number, rest)

    def titles(self, able: Collection[Capacity]) -> list[str]:
        """The titles under which such a person can do something; areas may share one."""
        found = dict.fromkeys(self._practices[area].title for area in self._areas)
        return [title for title in found if self.lines(able, title)]

    def lines(self, able: Collection[Capacity], title: str) -> list[str]:
        """One line of help for each thing that such a person can say under a title."""
        return [
            self._practices[area].help[name]
            for area, words in self._areas.items()
            if self._practices[area].title == title
            for name, word in words.items()
            if word.who in able and name in self._practices[area].help
        ]


def _fits(word: Word, kind: str, rest: str) -> bool:
    if word.takes == "number":
        return kind in word.kinds
    if word.takes == "issue":
        return not kind and issue_number(rest) is not None
    if kind or issue_number(rest):
        return False
    return word.takes == "words" or not rest
