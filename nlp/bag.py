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
Floats = NDArray[np.float32]

_BLANK = 0x20
_HALF = 16  # bits of a character of a pair


@dataclass(frozen=True, slots=True)
class Bag:
    """The features of a text, each once."""

    letters: Letters  # characters and pairs, in order
    names: tuple[str, ...] = ()

    def all(self) -> frozenset[int | str]:
        return frozenset((*self.letters.tolist(), *self.names))


@dataclass(frozen=True, slots=True)
class Bags:
    """The features of several texts: each with the number of the text that has it."""

    many: int
    letters: Letters
    owners: Rows
    names: tuple[tuple[int, str], ...]


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


def framed(texts: Sequence[str]) -> tuple[str, Rows]:
    """Texts as one, in lines with a blank at both ends, and which text each character is of."""
    lines = [f" {text} \n" if text else "" for text in texts]
    whole = "".join(lines)
    if len(lines) == 1:
        return whole, np.zeros(len(whole), np.intp)
    return whole, np.repeat(np.arange(len(lines)), list(map(len, lines)))


@dataclass(frozen=True, slots=True)
class Shared:
    """What of several texts is in a table: the rows, in order, which text holds which, and the
    letters among them."""

    rows: Rows
    holds: Floats  # texts × rows: 1 where it does
    letters: Letters


@dataclass(frozen=True)
class Index:
    """Which row of a table belongs to a feature: letters come first, in order, then names."""

    letters: Letters
    names: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.letters) + len(self.names)

    def known(self, bag: Bag) -> Rows:
        """The rows of the features of a bag, as far as they have one."""
        at = self.letters.searchsorted(bag.letters)
        rows = at[self._at(at) == bag.letters]
        names = [self.names[name] for name in bag.names if name in self.names]
        return np.concatenate((rows, np.array(names, np.intp))) if names else rows

    def shared(self, bags: Bags) -> Shared:
        """The rows of the features of all texts, each once, and which text has which."""
        at = self.letters.searchsorted(bags.letters)
        known = (self._at(at) == bags.letters).nonzero()[0]
        rows = at[known]
        order = rows.argsort(kind="stable")
        rows, owners = rows[order], bags.owners[known[order]]
        new = np.empty(len(rows), np.bool_)
        new[:1] = True
        np.not_equal(rows[1:], rows[:-1], out=new[1:])
        columns, rows = new.cumsum() - 1, rows[new]
        named = [(owner, self.names[name]) for owner, name in bags.names if name in self.names]
        column = {row: len(rows) + at for at, row in enumerate(dict.fromkeys(r for _, r in named))}
        holds = np.zeros((bags.many, len(rows) + len(column)), np.float32)
        holds[owners, columns] = 1
        for owner, row in named:
            holds[owner, column[row]] = 1
        letters = self.letters[rows]
        if column:
            rows = np.concatenate((rows, np.array([*column], np.intp)))
        return Shared(rows, holds, letters)

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
