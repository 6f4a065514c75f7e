"""What fits what on the listing: the words of two entries prepared for desk.rules.matching."""

from __future__ import annotations

from data.practice_rows import Entry, EntryKind
from data.rows import Issue
from data.tables import entries
from desk import entry_wording, offers, wanted
from desk.rules.matching import Match, Reason, Side, rank
from desk.service import Act

LOOKED_AT = 500  # open entries that are compared


def side(act: Act, entry: Entry) -> Side:
    """An entry as matching sees it. Its areas are the places it is limited to, if it says so."""
    understander = act.service.understander
    texts = f"{entry.title} {entry.text}"
    found = wanted.read(understander, texts)
    services = understander.services(" ".join(entry.skills))
    return Side(
        category=entry.category or (found.category if entry.kind == "resource" else ""),
        categories=tuple(entry.data.get("categories", ())),
        likely=found.likely,
        skills=frozenset((*entry.skills, *services, *found.skills)),
        words=wanted.words(understander, texts),
        estate=entry.estate or "",
        grids=act.roster.path(entry.grid),
        areas=tuple(entry.data.get("areas", ())),
        times=wanted.hours(entry.times or found.times),
        left=offers.left(act, entry)
        if entry.kind == "resource"
        else entry_wording.left(act, entry),
    )


def side_of_issue(act: Act, issue: Issue) -> Side:
    """A request as matching sees it."""
    understander = act.service.understander
    return Side(
        category=issue.category,
        skills=understander.services(issue.text),
        words=wanted.words(understander, issue.text),
        estate=issue.estate or "",
        grids=act.roster.path(issue.grid),
        times=wanted.hours(wanted.read(understander, issue.text).times),
    )


def best(act: Act, need: Entry, kind: EntryKind, limit: int = 3) -> list[Match[Entry]]:
    """The open entries of another kind that fit best, with their reasons; a human confirms."""
    return best_for(act, side(act, need), kind, limit, need.id)


def best_for(
    act: Act, need: Side, kind: EntryKind, limit: int = 3, itself: int = 0
) -> list[Match[Entry]]:
    found = entries.of_kind(act.tx, kind, "published", limit=LOOKED_AT)
    sides = [(offer, side(act, offer)) for offer in found if offer.id != itself]
    return rank(need, sides, limit)


def reasons(act: Act, found: Match[Entry]) -> str:
    """Why, in words."""
    said = [
        act.say(f"match.{reason.key}", words="、".join(_shown(act, found.offer, reason)))
        for reason in found.reasons
    ]
    return "；".join(said)


def _shown(act: Act, offer: Entry, reason: Reason) -> tuple[str, ...]:
    return offer.times or reason.words if reason.key == "time" else named(act, reason)


def named(act: Act, reason: Reason) -> tuple[str, ...]:
    """The words of a reason as people know them."""
    if reason.key == "category":
        return tuple(act.service.category(code).name for code in reason.words)
    if reason.key == "place":
        grids = act.roster.grids
        return tuple(grids[word].name if word in grids else word for word in reason.words)
    return reason.words
