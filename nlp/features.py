"""What the classifiers look at: single characters, pairs of characters, and concepts.

A concept is a group of words that mean the same to the desk (漏 渗 滴 呲 …); it lets an example
about one of them speak for the others. Concept words are also found by sound, so that a typo of
voice input still counts. An opening is a group of words that means more where a text begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import ahocorasick

from nlp.bag import Bag, letters
from nlp.homophone import sounds
from nlp.lexicon import alternatives

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NOT_TEXT = re.compile(r"[^\u4e00-\u9fffA-Za-z0?+]+")
_EDGE = " "
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
        self._concepts = _automaton(named)
        self._heard = _automaton({sounds(w): name for w, name in named.items() if len(w) >= 2})

    def __call__(self, text: str) -> Bag:
        text = normal(text)
        found: dict[str, None] = {}
        if self._concepts:
            found.update((name, None) for _, name in self._concepts.iter(text))
        if self._heard:
            found.update((name, None) for _, name in self._heard.iter(sounds(text)))
        return Bag(letters(text), tuple(found))


class Manner:
    """What shows how a whole message is meant: words and openings, length, place, end."""

    def __init__(self, cues: Words, openings: Words) -> None:
        self._cues = _automaton({w: f"{_CUE}{name}" for name, ws in cues.items() for w in ws})
        self._openings = [
            (_OPENS + name, re.compile(alternatives(terms))) for name, terms in openings.items()
        ]

    def __call__(self, said: str, end: str, placed: bool) -> tuple[str, ...]:
        """`end` is the message's last character."""
        text = normal(said)
        found: dict[str, None] = {}
        if self._cues:
            found.update((name, None) for _, name in self._cues.iter(text))
        found.update((name, None) for name, opening in self._openings if opening.match(text))
        found[f"{_SHAPE}{min(len(said) // _STEP, _STEPS)}"] = None
        found[f"{_SHAPE}{end}"] = None
        if placed:
            found[_SHAPE] = None
        return tuple(found)


def normal(text: str) -> str:
    """Upper case; every number is 0, and what is neither word nor question is a blank."""
    return _NOT_TEXT.sub(_EDGE, _NUMBER.sub("0", text).upper()).strip()


def _automaton(named: Mapping[str, str]) -> ahocorasick.Automaton | None:
    if not named:
        return None
    automaton = ahocorasick.Automaton()
    for word, name in named.items():
        automaton.add_word(word, name)
    automaton.make_automaton()
    return automaton
