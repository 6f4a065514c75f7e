"""Whether two questions are the same one, in other words. In doubt they are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

SURE = 0.8  # share of the words that must agree
SAME_WORD = 80  # rapidfuzz ratio from which a word is a mistyped other one
FEWEST = 2  # words that say what it is about; a shorter question may mean anything


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How many of the words of both have their like in the other: 0 to 1."""
    first, second = set(one), set(other)
    if not first or not second:
        return 0.0
    met = sum(_has(second, word) for word in first) + sum(_has(first, word) for word in second)
    return met / (len(first) + len(second))


def sure(one: Sequence[str], other: Sequence[str], turning: frozenset[str]) -> bool:
    """The same question: nearly every word, and every number and every `turning` word.

    A turning word asks for something else: not, how much, when, who.
    """
    if min(len(set(one)), len(set(other))) < FEWEST:
        return False
    if _numbers(one) != _numbers(other) or turning & {*one} != turning & {*other}:
        return False
    return likeness(one, other) >= SURE


def _has(words: Iterable[str], wanted: str) -> bool:
    return any(_same(word, wanted) for word in words)


def _same(word: str, other: str) -> bool:
    """A word mistyped is still the word; a short one is only itself."""
    if word == other:
        return True
    long = min(len(word), len(other)) > 3
    return long and fuzz.ratio(word, other) >= SAME_WORD


def _numbers(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(sign.isdigit() for sign in word))
