"""党组织书记星级化管理: how many stars the evidence of a quarter suggests. People decide."""

from __future__ import annotations

from collections.abc import Mapping

# What counts, and from which share on. Outcomes only.
CRITERIA: Mapping[str, float] = {
    "solution": 0.9,  # 解决率
    "satisfaction": 0.9,  # 满意率
    "on_time": 0.9,  # done in time
    "resolved": 0.8,  # of the topics, resolved
}
FEWEST = 2  # criteria with a sample, below which there is nothing to go by
MOST_STARS = 5


def suggest(evidence: Mapping[str, float | None]) -> int | None:
    """One to five stars; None where there is too little to go by.

    A criterion without a sample neither helps nor hurts: the stars are the share that is met.
    """
    known = {name: share for name in CRITERIA if (share := evidence.get(name)) is not None}
    if len(known) < FEWEST:
        return None
    met = sum(share >= CRITERIA[name] for name, share in known.items())
    return 1 + met * (MOST_STARS - 1) // len(known)
