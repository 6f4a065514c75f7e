"""The words that decided: what a resident or a clerk is shown as the reason for a category."""

from __future__ import annotations

import re
from itertools import accumulate

from nlp.linear import Linear
from nlp.tokens import Tokens

_MOST = 3
_CLAUSE = re.compile(r"[^\s,，。.!?;:、()]+")
_LONGEST = 12  # characters that are cut into words: what decided stands close together
_WORTH = 0.3  # of the best word's lead: below, a word is left out


class _Leads:
    """How much every stretch of a text speaks for a category."""

    def __init__(self, text: str, code: str, linear: Linear) -> None:
        upper = text.upper()
        pairs = [upper[i : i + 2] for i in range(len(upper) - 1)]
        leads: list[float] = linear.leads([*upper, *pairs], code).tolist()
        self._singles = [0.0, *accumulate(leads[: len(upper)])]
        self._pairs = [0.0, *accumulate(leads[len(upper) :])]

    def of(self, start: int, end: int) -> float:
        own = self._singles[end] - self._singles[start]
        return own + self._pairs[end - 1] - self._pairs[start]


def evidence(text: str, code: str, linear: Linear, tokens: Tokens) -> tuple[str, ...]:
    """Whole words of the text that spoke for the category, the strongest first."""
    leads = _Leads(text, code, linear)
    spans = [window for match in _CLAUSE.finditer(text) for window in _windows(*match.span())]
    if not spans:
        return ()
    at, end = max(spans, key=lambda span: leads.of(*span))
    found: list[tuple[float, str]] = []
    for word in tokens.cut(text[at:end]):
        found.append((leads.of(at, at + len(word)), word))
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
