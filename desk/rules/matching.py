"""How well an offer fits a need: a score from 0 to 1, with its reasons. People decide.

Words are compared as they are handed in: whoever calls has cut the texts (nlp's tokens).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
WEIGHTS = {"category": 0.2, "skill": 0.45, "words": 0.15, "place": 0.1, "time": 0.1}
COVERED = 0.8  # of the skill's share: how much of the need is met; the rest: how much of the offer


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of a need or of an offer. Empty means not said: it neither helps nor hurts."""

    category: str = ""  # elderly.errand; of an offer also elderly.*
    categories: tuple[str, ...] = ()  # further ones that an offer covers
    likely: Mapping[str, float] = field(default_factory=dict)  # of a need nobody has sorted
    skills: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    estate: str = ""
    grids: tuple[str, ...] = ()  # from the finest node up
    areas: tuple[str, ...] = ()  # of an offer: estates or grids it is limited to
    times: frozenset[str] = frozenset()
    left: int = 1  # how much an offer still has


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the key of a sentence, and the words that agree."""

    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """One offer, how well it fits, and why."""

    offer: T
    score: float
    reasons: tuple[Reason, ...] = field(default=())


def rank(need: Side, offers: Iterable[tuple[T, Side]], limit: int = 3) -> list[Match[T]]:
    """The best offers, the best first; the earlier of two that fit equally well."""
    found = [match(need, side, offer) for offer, side in offers]
    fitting = [each for each in found if each.score > 0]
    return sorted(fitting, key=lambda each: -each.score)[:limit]


def match(need: Side, side: Side, offer: T) -> Match[T]:
    """One offer's score. Nothing that is used up, or not for this place, fits at all."""
    if side.left < 1 or not _covers(side, need):
        return Match(offer, 0.0)
    parts = {
        "category": _category(need, side),
        "skill": _skill(need, side),
        "words": _overlap(need.words, side.words),
        "place": _place(need, side),
        "time": _overlap(need.times, side.times),
    }
    if not (parts["category"][0] or parts["skill"][0] or parts["words"][0]):
        return Match(offer, 0.0)  # near and free, but for something else
    score = sum(WEIGHTS[name] * share for name, (share, _) in parts.items())
    reasons = tuple(Reason(name, words) for name, (share, words) in parts.items() if share)
    return Match(offer, round(score, 4), reasons)


def _covers(offer: Side, need: Side) -> bool:
    """Whether an offer that is limited to some areas is for this place."""
    here = {need.estate, *need.grids} - {""}
    return not offer.areas or not here or bool(here & set(offer.areas))


def _category(need: Side, offer: Side) -> tuple[float, tuple[str, ...]]:
    """How well the need's category fits, or each that it may have, by how likely it is."""
    codes = [code for code in (offer.category, *offer.categories) if code]
    guesses = {need.category: 1.0} if need.category else need.likely
    shares = {code: sure * _share(code, codes) for code, sure in guesses.items()}
    fitting = tuple(code for code, share in shares.items() if share)
    return min(sum(shares.values()), 1.0), fitting[:1]


def _share(code: str, codes: Sequence[str]) -> float:
    """This very category before all of its kind before another of its kind."""
    top = code.partition(".")[0]
    if code in codes:
        return 1.0
    if f"{top}.*" in codes:
        return 0.8
    return 0.4 if any(other.partition(".")[0] == top for other in codes) else 0.0


def _skill(need: Side, offer: Side) -> tuple[float, tuple[str, ...]]:
    """The services that are needed and offered; where none are named, words that name a skill."""
    both = sorted(need.skills & offer.skills)
    if both:
        met, used = len(both) / len(need.skills), len(both) / len(offer.skills)
        return COVERED * met + (1 - COVERED) * used, tuple(both)
    share, words = _overlap(need.skills | need.words, offer.skills)
    return share / 2, words


def _overlap(wanted: frozenset[str], had: frozenset[str]) -> tuple[float, tuple[str, ...]]:
    """How much of the shorter list the other holds, a part of a word counting half."""
    if not wanted or not had:
        return 0.0, ()
    both = sorted(wanted & had)
    near = sorted(
        word for word in had - wanted if any(_within(word, other) for other in wanted - had)
    )
    share = (len(both) + 0.5 * len(near)) / min(len(wanted), len(had), 3)
    return min(share, 1.0), (*both, *near)


def _within(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 1 and (one in other or other in one)


def _place(need: Side, offer: Side) -> tuple[float, tuple[str, ...]]:
    if need.estate and offer.estate == need.estate:
        return 1.0, (need.estate,)
    shared = [grid for grid in need.grids if grid in offer.grids]
    if shared:
        return 0.5, (shared[0],)
    return 0.0, ()


def side_words(words: Sequence[str]) -> frozenset[str]:
    """Words worth comparing: of two letters and more."""
    return frozenset(word for word in words if len(word) > 1)
