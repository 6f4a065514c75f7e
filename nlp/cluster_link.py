"""Average-link clustering of a sparse graph: pairs that are not in it are not alike at all.

Chains do not form, as they would by transitive closure: a cluster grows only while its members are
alike on average. The average of few pairs is less sure than that of many, so that two single
messages must be more alike than two groups (`least` + `doubt` / pairs). With equal likeness the
lower numbers go first, so the outcome is always the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping


def average_link(
    size: int, likeness: Mapping[tuple[int, int], float], least: float, doubt: float = 0.0
) -> list[int]:
    """For each of `size` items the lowest number in its cluster."""
    total: list[dict[int, float]] = [{} for _ in range(size)]
    for (one, other), value in likeness.items():
        total[one][other] = total[other][one] = value
    members = [1] * size
    parent = list(range(size))
    heap = [
        (-value, min(pair), max(pair)) for pair, value in likeness.items() if value >= least + doubt
    ]
    heapq.heapify(heap)
    while heap:
        mean, one, other = heapq.heappop(heap)
        if other not in total[one] or -mean != _average(total, members, one, other):
            continue  # one of the two has changed since
        del total[one][other], total[other][one]
        parent[other] = one
        for third, shared in total[other].items():
            del total[third][other]
            joined = total[one].get(third, 0.0) + shared
            total[one][third] = total[third][one] = joined
        total[other] = {}
        members[one] += members[other]
        for third in total[one]:
            mean = _average(total, members, one, third)
            if mean >= least + doubt / (members[one] * members[third]):
                heapq.heappush(heap, (-mean, min(one, third), max(one, third)))
    return [_root(parent, item) for item in range(size)]


def _average(total: list[dict[int, float]], members: list[int], one: int, other: int) -> float:
    return total[one][other] / (members[one] * members[other])


def _root(parent: list[int], item: int) -> int:
    while parent[item] != item:
        item = parent[item]
    return item
