"""Reading the word lists of data/content/lexicons, wherever they came from.

A lexicon is parsed TOML: strings, lists of strings and tables of them. These helpers give typed
views and treat a missing file or key as empty, so that a community may leave a list out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from nlp.scan import Terms

Lexicon = Mapping[str, object]
Lexicons = Mapping[str, Lexicon]


def words(lexicon: Lexicon, key: str) -> tuple[str, ...]:
    """The list under `key`. A string holding words separated by blanks is a list too."""
    value = lexicon.get(key, ())
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    return ()


def lines(lexicon: Lexicon, key: str) -> tuple[str, ...]:
    """The lines of the text under `key`, without empty ones."""
    return tuple(filter(None, map(str.strip, str(lexicon.get(key, "")).splitlines())))


def table(lexicon: Lexicon, key: str) -> dict[str, tuple[str, ...]]:
    """The table of word lists under `key`."""
    value = lexicon.get(key, {})
    if not isinstance(value, Mapping):
        return {}
    return {str(name): words(value, str(name)) for name in value}


def mapping(lexicon: Lexicon, key: str) -> dict[str, str]:
    """The table of single strings under `key`."""
    value = lexicon.get(key, {})
    if not isinstance(value, Mapping):
        return {}
    return {str(name): str(item) for name, item in value.items()}


def number(lexicon: Lexicon, key: str, default: float) -> float:
    value = lexicon.get(key, default)
    return float(value) if isinstance(value, int | float) else default


def numbers(lexicon: Lexicon, key: str) -> dict[str, float]:
    """The table of numbers under `key`."""
    value = lexicon.get(key, {})
    if not isinstance(value, Mapping):
        return {}
    return {str(name): float(item) for name, item in value.items()}


def alternatives(terms: Iterable[str]) -> str:
    """A regex group that matches any of the words, the longest first; never an empty one."""
    ordered = sorted(set(terms), key=lambda term: (-len(term), term))
    return "(?:" + "|".join(map(re.escape, ordered)) + ")" if ordered else "(?!)"


def pattern(terms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(alternatives(terms))


class Scanner:
    """Which of many named word lists have a word in a text, all at once."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        names: dict[str, set[str]] = {}
        for name, terms in lists.items():
            for term in filter(None, terms):
                names.setdefault(term, set()).add(name)
        self._terms = Terms({term: frozenset(of_term) for term, of_term in names.items()})

    def names(self, text: str) -> frozenset[str]:
        """The names of the lists that have a word in the text."""
        return frozenset().union(*(names for names, _, _ in self._terms.all(text)))
