"""What tells whether two messages speak of the same thing at the same place.

Four views of a message, each a bag of weighted features:
  names    characters around the endings of names (丽景花园, 凉塘路), found in this very set of
           messages: kept when they mostly stand in such surroundings, weighted by rarity squared
  things   pairs of characters that belong to no name
  wording  all triples of characters: finds texts that were copied
  topics   the word lists of civic_topics.toml
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from nlp.lexicon import Lexicons, alternatives, table, words
from nlp.plain import plain
from nlp.scan import LongestTerms

Bag = dict[str, float]

READ = 600  # characters: a petition has said by then what it is about
OPENING = 60  # what stands here counts double for its topic
BEFORE = 6  # characters before an ending that may belong to the name
NAME_SIZES = (2, 3, 4)
NAME_SHARE = 0.03  # of all messages: what more of them hold names nothing in particular
COMMON_SHARE = 0.15
FEW = 50  # messages: up to so many the shares above say nothing
KEPT = 100  # features of a view that are compared, the weightiest
URL = re.compile(r"https?://\S+|\*+")


@dataclass(frozen=True)
class Words:
    """The word lists that clustering needs (data/content/lexicons)."""

    endings: tuple[str, ...] = ()
    breaks: str = ""
    not_names: tuple[str, ...] = ()
    topics: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, lexicons: Lexicons) -> Words:
        own = lexicons.get("common_problems", {})
        topics = table(lexicons.get("civic_topics", {}), "topics")
        return cls(
            endings=words(own, "name_endings"),
            breaks=str(own.get("name_breaks", "")),
            not_names=words(own, "not_names"),
            topics=tuple(topics[name] for name in sorted(topics)),
        )

    @cached_property
    def ending(self) -> re.Pattern[str]:
        return re.compile(alternatives(self.endings))

    @cached_property
    def nameless(self) -> re.Pattern[str]:
        return re.compile(alternatives(self.not_names))

    @cached_property
    def terms(self) -> LongestTerms[list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, listed in enumerate(self.topics):
            for word in dict.fromkeys(plain(word) for word in listed):
                found[word].append(number)
        found.pop("", None)
        return LongestTerms(found)


@dataclass(frozen=True, slots=True)
class Views:
    names: Bag
    things: Bag
    wording: Bag
    topics: Bag


def views(texts: Sequence[str], known: Words) -> list[Views]:
    """The four views of every text. What is rare is judged by these texts themselves."""
    read = [URL.sub(" ", plain(text))[:READ] for text in texts]
    names = _names(read, known)
    own = {gram for bag in names for gram in bag}
    things = _weighted(read, lambda text: _grams(text, (2,)), COMMON_SHARE, own)
    wording = _weighted(read, lambda text: _grams(text, (3,)), COMMON_SHARE)
    topics = _weighted(read, lambda text: _topics(text, known), 1.0)
    return [Views(*view) for view in zip(names, things, wording, topics, strict=True)]


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Of two bags of length one."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[feature] for feature, weight in one.items() if feature in other)


def _names(texts: Sequence[str], known: Words) -> list[Bag]:
    counts = [Counter(_around_endings(text, known)) for text in texts]
    beside = Counter(gram for bag in counts for gram in bag)
    most = max(NAME_SHARE * len(texts), FEW)
    maybe = {g for g, n in beside.items() if 2 <= n <= most}
    anywhere = Counter(
        gram for text in texts for gram in maybe & _grams(text, NAME_SIZES).keys()
    )  # in how many texts, beside an ending or not
    weight = {
        gram: beside[gram] / n * math.log((1 + len(texts)) / n)
        for gram, n in anywhere.items()
        if n <= most and 2 * beside[gram] >= n
    }
    return [
        _unit({g: (1 + math.log(n)) * weight[g] ** 2 for g, n in bag.items() if g in weight})
        for bag in counts
    ]


def _around_endings(text: str, known: Words) -> Iterator[str]:
    """Characters around the endings of names, two of them at least neither ending nor topic."""
    endings = [match.span() for match in known.ending.finditer(text)]
    starts = {start for start, _ in endings}
    # 洪山公园: where one ending follows another, the first is part of the name.
    last = [(start, end) for start, end in endings if end not in starts]
    taken = bytearray(len(text))
    nameless = [match.span() for match in known.nameless.finditer(text)]
    for start, end in [*last, *nameless, *_topic_spans(text, known)]:
        taken[start:end] = b"\1" * (end - start)
    seen: set[tuple[int, int]] = set()
    for ending, end in endings:
        start = max(0, ending - BEFORE)
        for place in range(end - 1, start - 1, -1):
            if text[place] in known.breaks:
                start = place + 1
                break
        for size in NAME_SIZES:
            for place in range(start, end - size + 1):
                own = size - sum(taken[place : place + size])
                if own >= 2 and (place, size) not in seen:
                    seen.add((place, size))
                    yield text[place : place + size]


def _topic_spans(text: str, known: Words) -> Iterator[tuple[int, int]]:
    for _, start, end in known.terms.all(text):
        yield start, end


def _topics(text: str, known: Words) -> Counter[str]:
    counts: Counter[str] = Counter()
    for numbers, _, end in known.terms.all(text):
        for number in numbers:
            counts[str(number)] += 2 if end <= OPENING else 1
    return counts


def _grams(text: str, sizes: Iterable[int]) -> Counter[str]:
    return Counter(
        text[place : place + size] for size in sizes for place in range(len(text) - size + 1)
    )


def _weighted(
    texts: Sequence[str],
    features: Callable[[str], Counter[str]],
    share: float,
    without: Set[str] = frozenset(),
) -> list[Bag]:
    """Damped counts by rarity, of the features that neither too few nor too many texts hold.

    Features are read twice, since holding all of them at once would take most of the memory.
    """
    found: Counter[str] = Counter()
    for text in texts:
        found.update(features(text).keys() - without)
    most = max(share * len(texts), FEW)
    rarity = {f: math.log((1 + len(texts)) / n) for f, n in found.items() if 2 <= n <= most}
    del found
    bags = []
    for text in texts:
        weighed = {
            sys.intern(feature): (1 + math.log(n)) * rarity[feature]
            for feature, n in features(text).items()
            if feature in rarity
        }
        kept = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:KEPT]
        bags.append(_unit(dict(kept)))
    return bags


def _unit(bag: Bag) -> Bag:
    length = math.sqrt(sum(weight * weight for weight in bag.values()))
    return {feature: weight / length for feature, weight in bag.items()} if length else {}
