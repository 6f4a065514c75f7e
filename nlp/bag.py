"""The features of a text as numbers, and where each stands in a table of all that are known.

A character is its code point, a pair of characters is both in one number (Chinese characters have
16 bits); groups of words have names. Whole
arrays are looked up at once: a text costs a dozen steps, however many features it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Letters = NDArray[np.uint32]
Rows = NDArray[np.intp]

_BLANK = 0x20
_HALF = 16  # bits of a character of a pair


@dataclass(frozen=True, slots=True)
class Bag:
    """The features of a text, each once."""

    letters: Letters  # characters and pairs, in order
    names: tuple[str, ...] = ()

    def all(self) -> frozenset[int | str]:
        return frozenset((*self.letters.tolist(), *self.names))


def spelt(text: str) -> tuple[Letters, Letters]:
    """The characters of a text and its pairs of neighbours, as they come."""
    singles = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    return singles, singles[:-1] << np.uint32(_HALF) | singles[1:]


def letters(text: str) -> Letters:
    """Characters but for blanks, and pairs of them and of the text's edges."""
    singles, pairs = spelt(f" {text} ")
    found = np.concatenate((singles[singles != _BLANK], pairs))
    found.sort()
    new = np.empty(len(found), np.bool_)
    new[0] = True
    np.not_equal(found[1:], found[:-1], out=new[1:])
    return found[new]


@dataclass(frozen=True)
class Index:
    """Which row of a table belongs to a feature: letters come first, in order, then names."""

    letters: Letters
    names: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.letters) + len(self.names)

    def known(self, bag: Bag) -> tuple[Letters, tuple[str, ...], Rows]:
        """The features of a bag that have a row, and their rows."""
        at = self.letters.searchsorted(bag.letters)
        known = self._at(at) == bag.letters
        names = tuple(filter(self.names.__contains__, bag.names))
        rows = at[known]
        if names:
            rows = np.concatenate((rows, np.array([self.names[name] for name in names], np.intp)))
        return bag.letters[known], names, rows

    def held(self, bags: Sequence[Bag]) -> NDArray[np.bool_]:
        """Bags × features: which bag holds which."""
        letters = np.concatenate([bag.letters for bag in bags])
        owners = np.repeat(np.arange(len(bags)), [len(bag.letters) for bag in bags])
        at = self.letters.searchsorted(letters)
        known = self._at(at) == letters
        found = np.zeros((len(bags), len(self)), np.bool_)
        found[owners[known], at[known]] = True
        for owner, bag in enumerate(bags):
            for name in bag.names:
                if name in self.names:
                    found[owner, self.names[name]] = True
        return found

    def _at(self, places: Rows) -> NDArray[Any]:
        if not len(self.letters):
            return np.full(len(places), -1, np.int64)
        return self.letters.take(places, mode="clip")


def index(bags: Sequence[Bag]) -> tuple[Index, NDArray[np.int64]]:
    """The features of all bags, and in how many bags each is."""
    if not bags:
        return Index(np.zeros(0, np.uint32), {}), np.zeros(0, np.int64)
    known, counts = np.unique(np.concatenate([bag.letters for bag in bags]), return_counts=True)
    named = Counter(chain.from_iterable(bag.names for bag in bags))
    names = sorted(named)
    found = Index(known, numbered(names, len(known)))
    return found, np.concatenate((counts, np.array([named[name] for name in names], np.int64)))


def numbered(names: Iterable[str], first: int) -> dict[str, int]:
    return {name: first + at for at, name in enumerate(names)}
