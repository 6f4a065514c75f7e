"""What the classifiers look at: single characters, pairs of characters, and concepts.

A concept is a group of words that mean the same to the desk (漏 渗 滴 呲 …); it lets an example
about one of them speak for the others. Concept words are also found by sound, so that a typo of
voice input still counts. An opening is a group of words that means more where a text begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from nlp.bag import BLANK, Bag, Bags, letters
from nlp.homophone import sounds
from nlp.scan import Terms

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NOT_TEXT = re.compile(r"[^\u4e00-\u9fffA-Za-z0?+]+")
MARK = "#"  # begins the name of a concept feature: no text can contain it
_CUE = MARK + "~"
_OPENS = MARK + MARK
_SHAPE = MARK + "="
_STEP, _STEPS = 6, 6  # lengths are told apart in steps of so many characters, up to so many steps

Words = Mapping[str, Iterable[str]]


class Features:
    """Text → the bag of its features."""

    def __init__(self, concepts: Words):
        named = {word: MARK + name for name, words in concepts.items() for word in words}
        heard = {sounds(word): name for word, name in named.items() if len(word) >= 2}
        self._terms = Terms({**heard, **named})  # what sounds is written in letters of its own

    def __call__(self, text: str) -> Bag:
        text = normal(text)
        return Bag(letters(text), tuple({name: None for name, _ in self._named(text)}))

    def of_each(self, texts: Sequence[str]) -> Bags:
        """What `__call__` finds in each of the texts."""
        lines = [f"{text}{BLANK}" if text else "" for text in map(normal, texts)]
        written = f"{BLANK}{''.join(lines)}"
        starts = list(accumulate(map(len, lines), initial=1))
        names: list[list[str]] = [[] for _ in lines]
        for name, start in self._named(written):
            names[bisect_right(starts, start) - 1].append(name)
        return Bags(written, starts, names)

    def _named(self, text: str) -> list[tuple[str, int]]:
        """The concepts of a text, and where the words stand that name them."""
        found = self._terms.all(f"{text}\n{sounds(text)}")
        return [(name, start % (len(text) + 1)) for name, start, _ in found]


class Manner:
    """What shows how a whole message is meant: words and openings, length, place, end."""

    def __init__(self, cues: Words, openings: Words) -> None:
        self._openings = [_OPENS + name for name in openings]
        named = {word: f"{_CUE}{name}" for name, words in cues.items() for word in words}
        opening: dict[str, list[str]] = {}
        for name, words in openings.items():
            for word in words:
                opening.setdefault(word, []).append(_OPENS + name)
        self._words = Terms({w: (named.get(w), opening.get(w)) for w in {**named, **opening}})

    def __call__(self, said: str, end: str, placed: bool) -> tuple[str, ...]:
        """`end` is the message's last character."""
        found: dict[str, None] = {}
        opened: list[str] = []
        for (cue, openings), start, _ in self._words.all(normal(said)):
            if cue:
                found[cue] = None
            if openings and start == 0:
                opened += openings
        if opened:
            found.update((name, None) for name in self._openings if name in opened)
        found[f"{_SHAPE}{min(len(said) // _STEP, _STEPS)}"] = None
        found[f"{_SHAPE}{end}"] = None
        if placed:
            found[_SHAPE] = None
        return tuple(found)


def normal(text: str) -> str:
    """Upper case; every number is 0, and what is neither word nor question is a blank."""
    text = _NUMBER.sub("0", text).upper().replace("?", f"?{BLANK}")  # a clause ends there
    return _NOT_TEXT.sub(BLANK, text).strip()
