"""The words that decided: what a resident or a clerk is shown as the reason for a category."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate, pairwise

from nlp.tokens import Tokens

_MOST = 3
_CLAUSE = re.compile(r"[^\s,，。.!?;:、()]+")
_LONGEST = 12  # characters that are cut into words: what decided stands close together
_WORTH = 0.3  # of the best word's lead: below, a word is left out


class _Leads:
    """How much every stretch of a text speaks for a category."""

    def __init__(self, text: str, leads: Mapping[str, float]) -> None:
        upper = text.upper()
        of = leads.get
        self._singles = [0.0, *accumulate(of(letter, 0.0) for letter in upper)]
        self._pairs = [0.0, *accumulate(of(one + two, 0.0) for one, two in pairwise(upper))]

    def of(self, start: int, end: int) -> float:
        own = self._singles[end] - self._singles[start]
        return own + self._pairs[end - 1] - self._pairs[start]


def evidence(text: str, leads: Mapping[str, float], tokens: Tokens) -> tuple[str, ...]:
    """Whole words of the text that spoke for the category, the strongest first.

    `leads` says how much each feature of the text did.
    """
    known = _Leads(text, leads)
    spans = [window for match in _CLAUSE.finditer(text) for window in _windows(*match.span())]
    if not spans:
        return ()
    at, end = max(spans, key=lambda span: known.of(*span))
    found: list[tuple[float, str]] = []
    for word in tokens.cut(text[at:end]):
        found.append((known.of(at, at + len(word)), word))
        at += len(word)
    found = [pair for pair in found if len(pair[1]) > 1] or found
    found.sort(key=lambda pair: -pair[0])
    needed = _WORTH * found[0][0]
    return tuple(dict.fromkeys(word for lead, word in found if lead >= needed))[:_MOST]


def _windows(start: int, end: int) -> list[tuple[int, int]]:
    """The clause itself, or overlapping pieces of one that is long."""
    if end - start <= _LONGEST:
        return [(start, end)]
    step = _LONGEST // 2
    return [(at, min(at + _LONGEST, end)) for at in range(start, end - step, step)]
