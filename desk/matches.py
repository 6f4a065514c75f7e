"""What fits what on the listing: the words of two entries prepared for desk.rules.matching."""

from __future__ import annotations

from data.practice_rows import Entry, EntryKind
from data.tables import entries
from desk import entry_wording
from desk.rules.matching import Match, Side, rank, side_words
from desk.service import Act

LOOKED_AT = 500  # open entries that are compared


def side(act: Act, entry: Entry) -> Side:
    """An entry as matching sees it. Its areas are the places it is limited to, if it says so."""
    texts = f"{entry.title} {entry.text}"
    return Side(
        category=entry.category,
        skills=frozenset(entry.skills),
        words=side_words(act.service.understander.tokens.words(texts)),
        estate=entry.estate or "",
        grids=act.roster.path(entry.grid),
        areas=tuple(entry.data.get("areas", ())),
        times=frozenset(entry.times),
        left=entry_wording.left(act, entry),
    )


def best(act: Act, need: Entry, kind: EntryKind, limit: int = 3) -> list[Match[Entry]]:
    """The open entries of another kind that fit best, with their reasons; a human confirms."""
    offers = entries.of_kind(act.tx, kind, "published", limit=LOOKED_AT)
    sides = [(offer, side(act, offer)) for offer in offers if offer.id != need.id]
    return rank(side(act, need), sides, limit)


def reasons(act: Act, found: Match[Entry]) -> str:
    """Why, in words."""
    named = [
        act.say(f"match.{reason.key}", words="、".join(_shown(act, reason.key, reason.words)))
        for reason in found.reasons
    ]
    return "；".join(named)


def _shown(act: Act, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if key == "category":
        return tuple(act.service.category(code).name for code in words)
    if key == "place":
        grids = act.roster.grids
        return tuple(grids[word].name if word in grids else word for word in words)
    return words
