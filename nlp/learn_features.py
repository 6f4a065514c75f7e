"""What the learner sees of a text: characters, pairs of characters and topics.

Counts are damped (1 + log), weighted by rarity and brought to length one. The opening of a text is
seen a second time: residents say first what it is about, and a title is nothing but an opening.
Topics are word lists (data/content/lexicons/civic_topics.toml): they tell the learner that 托班 is
about the same as 幼儿园 when the ledger holds only one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlp.plain import plain
from nlp.scan import LongestTerms

Topics = Mapping[str, Sequence[str]]

VOCABULARY = 100_000  # pairs that are kept at most, the most frequent first
RARE = 2  # a pair in fewer texts than this is not kept: neither use nor anybody's secret
OPENING = 60
OPENING_WEIGHT = 0.5
TOPIC_WEIGHT = 0.25
RARITY_POWER = 0.75

_NUMBER = re.compile(r"\d+")
_STARS = re.compile(r"\*+")


def folded(text: str) -> str:
    """The plain text; every number is 0, as which number it is tells nothing."""
    return _STARS.sub("*", _NUMBER.sub("0", plain(text)))


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each feature stands in the whole text and in its opening."""

    whole: Counter[str]
    opening: Counter[str]


@dataclass(frozen=True, slots=True)
class Reading:
    grams: Counts
    topics: Counts


@dataclass(frozen=True)
class Reader:
    """Reads features off texts. Holds the topics, so that a saved model brings its own."""

    topics: Topics

    @cached_property
    def _terms(self) -> LongestTerms[list[str]]:
        by_word: dict[str, list[str]] = {}
        for topic, listed in self.topics.items():
            for word in dict.fromkeys(folded(word) for word in listed):
                by_word.setdefault(word, []).append(topic)
        by_word.pop("", None)
        return LongestTerms(by_word)

    def read(self, text: str) -> Reading:
        whole = folded(text)
        grams = Counts(_grams(whole), _grams(whole[:OPENING]))
        return Reading(grams, self._topics(whole))

    def _topics(self, whole: str) -> Counts:
        counts = Counts(Counter(), Counter())
        for topics, _, end in self._terms.all(whole):
            counts.whole.update(topics)
            if end <= OPENING:
                counts.opening.update(topics)
        return counts


def _grams(text: str) -> Counter[str]:
    counts = Counter(text)
    counts.update(map("".join, pairwise(text)))
    return counts


@dataclass(frozen=True)
class Space:
    """The features a model knows, each with its rarity. Grams come first, topics after them."""

    grams: tuple[str, ...]
    topics: tuple[str, ...]
    rarity: NDArray[np.float32]

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> Space:
        grams = _document_counts(reading.grams for reading in readings)
        topics = _document_counts(reading.topics for reading in readings)
        kept = sorted((g for g in grams if grams[g] >= RARE), key=lambda g: (-grams[g], g))
        kept = sorted(kept[:VOCABULARY])
        counts = [grams[g] for g in kept] + [topics[t] for t in sorted(topics)]
        found = np.array(counts, dtype=np.float64)
        rarity = (np.log((1 + len(readings)) / (1 + found)) + 1) ** RARITY_POWER
        return cls(tuple(kept), tuple(sorted(topics)), rarity.astype(np.float32))

    def __len__(self) -> int:
        return len(self.grams) + len(self.topics)

    @cached_property
    def _gram_index(self) -> dict[str, int]:
        return {gram: index for index, gram in enumerate(self.grams)}

    @cached_property
    def _topic_index(self) -> dict[str, int]:
        return {topic: index for index, topic in enumerate(self.topics, len(self.grams))}

    def vector(self, reading: Reading) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The features of one text: where they are, and how much of each there is."""
        grams = self._block(reading.grams, self._gram_index, 1.0)
        topics = self._block(reading.topics, self._topic_index, TOPIC_WEIGHT)
        return np.concatenate((grams[0], topics[0])), np.concatenate((grams[1], topics[1]))

    def _block(
        self, counts: Counts, index: Mapping[str, int], weight: float
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        known = [feature for feature in counts.whole if feature in index]
        if not known:
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
        where = np.array([index[feature] for feature in known], dtype=np.intp)
        rarity = self.rarity[where]
        whole = _unit(_damped([counts.whole[feature] for feature in known]) * rarity)
        opening = _unit(_damped([counts.opening.get(feature, 0) for feature in known]) * rarity)
        return where, (weight * _unit(whole + OPENING_WEIGHT * opening)).astype(np.float32)


def _document_counts(all_counts: Iterable[Counts]) -> Counter[str]:
    found: Counter[str] = Counter()
    for counts in all_counts:
        found.update(counts.whole.keys())
    return found


def _damped(counts: list[int]) -> NDArray[np.float64]:
    array = np.array(counts, dtype=np.float64)
    return np.where(array > 0, 1 + np.log(np.maximum(array, 1)), 0.0)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    length = float(np.sqrt(vector @ vector))
    return vector / length if length else vector
