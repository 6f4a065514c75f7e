"""The words of what was learned from, and a text cut into them: for what people are shown.

jieba finds the words once, when the classifiers are trained. A few thousand of them are all that
can ever speak for a category, and no message waits for a dictionary of the whole language.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from nlp.scan import Terms
from nlp.stored import keep, kept, packed, unpacked

_UNMET = 0.5  # how often a character is taken to be met that never was
_LONGEST = 8


@dataclass(frozen=True)
class Vocabulary:
    """Words, and the logarithm of how large a share of all words each is."""

    shares: Mapping[str, float]
    unmet: float  # the same of a character that is no word

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        """The vocabulary of texts that are cut into words."""
        counts = Counter(word for word in words if word.isalnum() and len(word) <= _LONGEST)
        log_of_all = math.log(counts.total() + 1)
        shares = {word: math.log(count) - log_of_all for word, count in sorted(counts.items())}
        return cls(shares, math.log(_UNMET) - log_of_all)

    def knowing(self, words: Iterable[str]) -> Vocabulary:
        """And these words, which are never cut."""
        usual = max(self.shares.values(), default=0.0)
        never_cut = {word: usual for word in words if 2 <= len(word) <= _LONGEST}
        return Vocabulary({**self.shares, **never_cut}, self.unmet)

    def cut(self, text: str) -> list[str]:
        """All of the text, in the words that are together the likeliest."""
        last, unmet = len(text), self.unmet
        best, begins = [0.0], [0]
        # Words come by their ends; a letter may always stand alone.
        for share, start, end in [*self._words.all(text), (unmet, last - 1, last)]:
            for before in range(len(best) - 1, end):
                best.append(best[before] + unmet)
                begins.append(before)
            if best[start] + share > best[end]:
                best[end], begins[end] = best[start] + share, start
        words = []
        while last:
            words.append(text[begins[last] : last])
            last = begins[last]
        return words[::-1]

    @cached_property
    def _words(self) -> Terms[float]:
        return Terms(self.shares)

    def save(self, path: Path) -> None:
        """Write it where a later start finds it."""
        shares = np.array([*self.shares.values(), self.unmet], np.float32)
        keep(path, {"words": packed(self.shares), "shares": shares})

    @classmethod
    def load(cls, path: Path) -> Vocabulary | None:
        """What `save` wrote, or None if there is nothing that can be read."""
        stored = kept(path, ("words", "shares"))
        if stored is None:
            return None
        *shares, unmet = stored["shares"].tolist()
        return cls(dict(zip(unpacked(stored["words"]), shares, strict=True)), unmet)
