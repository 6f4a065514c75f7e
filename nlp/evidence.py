"""The words that decided: what a resident or a clerk is shown as the reason for a category."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from nlp.bag import Floats, Letters, spelt
from nlp.vocabulary import Vocabulary

_MOST = 3
_CLAUSE = re.compile(r"[^\s,，。.!?;:、()]+")
_LONGEST = 12  # characters that are cut into words: what decided stands close together
_WORTH = 0.3  # of the best word's lead: below, a word is left out


@dataclass(frozen=True, slots=True)
class Leads:
    """How much each character and pair of a text speaks for a category."""

    letters: Letters  # in order
    leads: Floats

    def summed(self, text: str) -> tuple[list[float], list[float]]:
        """The sums of the text's first characters, and of its first pairs of them: at any number
        how much as many of them say together."""
        text = text.upper()
        if not len(self.letters):
            return [0.0] * (len(text) + 1), [0.0] * (len(text) + 1)
        both = np.concatenate(spelt(text))
        at = self.letters.searchsorted(both)
        known = self.letters.take(at, mode="clip") == both
        leads = self.leads.take(at, mode="clip") * known
        of_singles, of_pairs = leads[: len(text)], leads[len(text) :]
        return [0.0, *of_singles.cumsum().tolist()], [0.0, *of_pairs.cumsum().tolist()]


def evidence(text: str, leads: Leads, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Whole words of the text that spoke for the category, the strongest first."""
    spans = [window for match in _CLAUSE.finditer(text) for window in _windows(*match.span())]
    if not spans:
        return ()
    singles, pairs = leads.summed(text)

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


def _windows(start: int, end: int) -> list[tuple[int, int]]:
    """The clause itself, or overlapping pieces of one that is long."""
    if end - start <= _LONGEST:
        return [(start, end)]
    step = _LONGEST // 2
    return [(at, min(at + _LONGEST, end)) for at in range(start, end - step, step)]
