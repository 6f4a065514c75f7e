"""The words that decided: what a resident or a clerk is shown as the reason for a category."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate
from operator import add

from nlp.vocabulary import Vocabulary

_MOST = 3
_CLAUSE = re.compile(r"[^\s,，。.!?;:、()]+")
_LONGEST = 12  # characters that are cut into words: what decided stands close together
_WORTH = 0.3  # of the best word's lead: below, a word is left out

Leads = Mapping[str, float]  # how much each character and pair of a text speaks for a category


def evidence(text: str, leads: Leads, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Whole words of the text that spoke for the category, the strongest first."""
    spans = [window for match in _CLAUSE.finditer(text) for window in _windows(*match.span())]
    if not spans:
        return ()
    upper = text.upper()
    singles, pairs = _summed(leads, upper), _summed(leads, map(add, upper, upper[1:]))

    def lead(start: int, end: int) -> float:
        return singles[end] - singles[start] + pairs[end - 1] - pairs[start]

    at, end = max(spans, key=lambda span: lead(*span))
    found: list[tuple[float, str]] = []
    for word in vocabulary.cut(text[at:end]):
        found.append((lead(at, at + len(word)), word))
        at += len(word)
    found = [pair for pair in found if len(pair[1]) > 1] or found
    found.sort(key=lambda pair: -pair[0])
    needed = _WORTH * found[0][0]
    return tuple(dict.fromkeys(word for lead, word in found if lead >= needed))[:_MOST]


def _summed(leads: Leads, letters: Iterable[str]) -> list[float]:
    """At any number, how much as many of the first letters say together."""
    return list(accumulate([leads.get(letter, 0.0) for letter in letters], initial=0.0))


def _windows(start: int, end: int) -> list[tuple[int, int]]:
    """The clause itself, or overlapping pieces of one that is long."""
    if end - start <= _LONGEST:
        return [(start, end)]
    step = _LONGEST // 2
    return [(at, min(at + _LONGEST, end)) for at in range(start, end - step, step)]
