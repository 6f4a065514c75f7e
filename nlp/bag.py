"""The features of a text as numbers, and where each stands in a table of all that are known.

A character is its code point, a pair of characters is both in one number (Chinese characters have
16 bits); groups of words have names. All letters of a text are looked up at once; which of its
stretches has which is told by plain loops, because arrays of some dozen numbers are slower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray

Letters = NDArray[np.uint32]
Rows = NDArray[np.intp]
Floats = NDArray[np.float32]
Marks = NDArray[np.int8]

UNKNOWN = -1  # the row of what is in no table: every table's last row is empty for it
BLANK = " "


@dataclass(frozen=True, slots=True)
class Bag:
    """The features of a text, each once."""

    letters: Letters  # characters and pairs, in order
    names: tuple[str, ...] = ()

    def all(self) -> frozenset[int | str]:
        return frozenset((*self.letters.tolist(), *self.names))


@dataclass(frozen=True, slots=True)
class Bags:
    """What several texts have: letters, which are in the texts themselves, and names."""

    written: str  # all of them, with blanks between and around
    starts: list[int]  # where each begins, and where one more would
    names: list[list[str]]  # of each


def spelt(text: str) -> Letters:
    """The characters of a text as they come, and then its pairs of neighbours: the later one of a
    pair is written first, as the lower half of a number is in memory."""
    # Python itself knows these two encodings; for those without a mark of order it asks a registry.
    singles, pairs = text.encode("utf-32"), "".join(map(add, text[1:], text)).encode("utf-16")
    both: Letters = np.frombuffer(singles[4:] + pairs[2:], np.uint32)
    return both


def letters(text: str) -> Letters:
    """Characters but for blanks, and pairs of them and of the text's edges."""
    found: Letters = np.unique(spelt(f"{BLANK}{text}{BLANK}"))
    kept: Letters = found[found != ord(BLANK)]
    return kept


@dataclass(frozen=True, slots=True)
class Shared:
    """Where the features of several texts stand in a table, and which texts have them."""

    columns: dict[int, int]  # by row: each feature once
    holds: Marks  # texts × features: 1 where it does; first of all, the texts together
    letters: list[int]  # the rows of all characters as they come, and of all pairs


@dataclass(frozen=True)
class Index:
    """Which row of a table belongs to a feature: letters come first, in order, then names."""

    letters: Letters
    names: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.letters) + len(self.names)

    def known(self, bag: Bag) -> Rows:
        """The rows of the features of a bag, as far as they have one."""
        rows = self._rows(bag.letters)
        rows = rows[rows != UNKNOWN]
        names = [self.names[name] for name in bag.names if name in self.names]
        return np.concatenate((rows, np.array(names, np.intp))) if names else rows

    def shared(self, bags: Bags) -> Shared:
        """The rows of the features of all texts, each once, and which text has which."""
        rows = self._rows(spelt(bags.written)).tolist()
        many = len(bags.written)
        held = [
            rows[start : end - 1]  # characters
            + rows[many + start - 1 : many + end - 1]  # pairs of them and of the blanks around
            + [self.names.get(name, UNKNOWN) for name in names]
            for (start, end), names in zip(pairwise(bags.starts), bags.names, strict=True)
        ]
        columns = dict(zip(dict.fromkeys(chain.from_iterable(held)), count(), strict=False))
        return Shared(columns, _marked(held, columns), rows)

    def _rows(self, letters: Letters) -> Rows:
        """Where letters stand."""
        rows = self.letters.searchsorted(letters)
        if not len(self.letters):
            return np.full(len(letters), UNKNOWN, np.intp)
        rows[self.letters.take(rows, mode="clip") != letters] = UNKNOWN
        return rows


def _marked(held: list[list[int]], columns: Mapping[int, int]) -> Marks:
    """Texts × features; first of all, the texts together have all of them."""
    many = len(columns)
    marks = bytearray(b"\1" * many + bytes(many * len(held)))
    for first, rows in zip(count(many, many), held, strict=False):
        for row in rows:
            marks[first + columns[row]] = 1
    return np.frombuffer(marks, np.int8).reshape(1 + len(held), many)


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
