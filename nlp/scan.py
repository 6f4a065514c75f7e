"""Many words found in one pass over a text, each with what it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick, MatchKind

T = TypeVar("T")


class Terms(Generic[T]):
    """Words and their meanings. Built once; reading only."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._meanings = list(meanings.values())
        self._every = AhoCorasick(meanings.keys()) if meanings else None

    def all(self, text: str) -> list[tuple[T, int, int]]:
        """(meaning, start, end) of every word, words within words too, by their ends."""
        if self._every is None:
            return []
        found = self._every.find_matches_as_indexes(text, overlapping=True)
        return [(self._meanings[word], start, end) for word, start, end in found]


class LongestTerms(Generic[T]):
    """The same for words that do not overlap: of those that begin first, the longest."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._meanings = list(meanings.values())
        longest = MatchKind.LeftmostLongest
        self._apart = AhoCorasick(meanings.keys(), matchkind=longest) if meanings else None

    def all(self, text: str) -> list[tuple[T, int, int]]:
        """(meaning, start, end) of each, in the order of the text."""
        if self._apart is None:
            return []
        found = self._apart.find_matches_as_indexes(text)
        return [(self._meanings[word], start, end) for word, start, end in found]
