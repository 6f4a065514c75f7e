"""Common problems (共性问题): messages about the same thing at the same place, for the 议事 agenda.

Neither wording nor place alone is enough: a noisy card room in each of two estates is two problems,
and so are noise and a cracked wall in one estate. Every message gets a cluster; most are alone.
Plain Python; the same messages in any order give the same clusters.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nlp.cluster_features import Bag, Views, Words, cosine, views
from nlp.cluster_link import average_link

# Fitted by logistic regression over pairs of petitions that were sorted by hand into 57 common
# problems: the chance that two are the same, from the roots of how alike names, things and topics
# are. The product: with names and things both alike, each further bit of either tells less.
NAMES, THINGS, TOPICS, PRODUCT, NEVER = 6.4, 9.2, 7.3, -7.8, -10.9
LEAST, DOUBT = 0.16, 0.45  # mean chance from which clusters are joined: see average_link

SHARED_NAMES = 0.03  # less than this is not looked at further,
COPIED = 0.50  # unless the wording is as alike as this
NAME_HOLDERS = 300  # messages that hold a feature: beyond that it finds no pairs
WORDING_HOLDERS = 8
NEGLIGIBLE = 0.02


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    text: str
    time: str = ""


def cluster(items: Iterable[Item], words: Words) -> dict[str, str]:
    """For every item's id the id of its cluster: that of the cluster's earliest item.

    An id that comes twice is one message; the text that comes first counts. Times are compared as
    they are written, so ISO 8601 sorts rightly.
    """
    unique: dict[str, Item] = {}
    for item in items:
        unique.setdefault(item.id, item)
    ordered = sorted(unique.values(), key=lambda item: (item.time, item.id))
    seen = views([item.text for item in ordered], words)
    roots = average_link(len(ordered), _likeness(seen), LEAST, DOUBT)
    return {item.id: ordered[root].id for item, root in zip(ordered, roots, strict=True)}


def _likeness(seen: Sequence[Views]) -> dict[tuple[int, int], float]:
    """The chance that two messages are of one problem, for the pairs where there is any."""
    names = _alike(seen, lambda view: view.names, NAME_HOLDERS)
    wording = _alike(seen, lambda view: view.wording, WORDING_HOLDERS)
    pairs = {pair for pair, alike in names.items() if alike >= SHARED_NAMES}
    pairs |= {pair for pair, alike in wording.items() if alike >= COPIED}
    likeness = {}
    for one, other in sorted(pairs):
        a, b = seen[one], seen[other]
        chance = same_problem(
            cosine(a.names, b.names), cosine(a.things, b.things), cosine(a.topics, b.topics)
        )
        if chance >= NEGLIGIBLE:
            likeness[one, other] = chance
    return likeness


def same_problem(names: float, things: float, topics: float) -> float:
    """The chance that two messages so alike are about the same thing at the same place."""
    name, thing, topic = math.sqrt(names), math.sqrt(things), math.sqrt(topics)
    odds = NAMES * name + THINGS * thing + TOPICS * topic + PRODUCT * name * thing + NEVER
    return 1 / (1 + math.exp(-odds))


def _alike(
    seen: Sequence[Views], view: Callable[[Views], Bag], holders: int
) -> dict[tuple[int, int], float]:
    """How alike one view of two messages is, by the features that not too many of them hold."""
    holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, own in enumerate(seen):
        for feature, weight in view(own).items():
            holding[feature].append((number, weight))
    alike: dict[tuple[int, int], float] = defaultdict(float)
    for found in holding.values():
        if len(found) <= holders:
            for place, (one, weight) in enumerate(found):
                for other, its_weight in found[place + 1 :]:
                    alike[one, other] += weight * its_weight
    return alike
