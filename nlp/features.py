"""What the classifiers look at: single characters, pairs of characters, and concepts.

A concept is a group of words that mean the same to the desk (漏 渗 滴 呲 …); it lets an example
about one of them speak for the others. Concept words are also found by sound, so that a typo of
voice input still counts. An opening is a group of words that means more where a text begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from nlp.bag import Bag, Bags, framed, letters, spelt
from nlp.homophone import sounds
from nlp.lexicon import alternatives
from nlp.scan import Terms

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
        self._concepts = Terms(named)
        self._heard = Terms({sounds(w): name for w, name in named.items() if len(w) >= 2})

    def __call__(self, text: str) -> Bag:
        text = normal(text)
        return Bag(letters(text), tuple({name: None for name, _, _ in self._named(text)}))

    def of_each(self, texts: Sequence[str]) -> Bags:
        """What `__call__` finds in each of the texts."""
        text, owners = framed([normal(text) for text in texts])
        singles, pairs = spelt(text)
        both = np.concatenate((singles, pairs)), np.concatenate((owners, owners[:-1]))
        named = self._named(text)
        owner_of = owners.tolist() if named else []
        return Bags(len(texts), *both, tuple((owner_of[start], name) for name, start, _ in named))

    def _named(self, text: str) -> list[tuple[str, int, int]]:
        """The concepts of a text, and where the words stand that name them."""
        return self._concepts.all(text) + self._heard.all(sounds(text))


class Manner:
    """What shows how a whole message is meant: words and openings, length, place, end."""

    def __init__(self, cues: Words, openings: Words) -> None:
        self._cues = Terms({w: f"{_CUE}{name}" for name, ws in cues.items() for w in ws})
        self._openings = [
            (_OPENS + name, re.compile(alternatives(terms))) for name, terms in openings.items()
        ]

    def __call__(self, said: str, end: str, placed: bool) -> tuple[str, ...]:
        """`end` is the message's last character."""
        text = normal(said)
        found = {name: None for name, _, _ in self._cues.all(text)}
        found.update((name, None) for name, opening in self._openings if opening.match(text))
        found[f"{_SHAPE}{min(len(said) // _STEP, _STEPS)}"] = None
        found[f"{_SHAPE}{end}"] = None
        if placed:
            found[_SHAPE] = None
        return tuple(found)


def normal(text: str) -> str:
    """Upper case; every number is 0, and what is neither word nor question is a blank."""
    text = _NUMBER.sub("0", text).upper().replace("?", f"?{_EDGE}")  # a clause ends there
    return _NOT_TEXT.sub(_EDGE, text).strip()
