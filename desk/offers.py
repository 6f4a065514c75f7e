"""资源清单, 服务清单: what units and members offer, in which weekly times, for how many a week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.practice_rows import Entry
from data.tables import agreements, bookings, entries
from data.tables import members as member_table
from desk import dates, listing, times, wanted
from desk.listing import Proposal
from desk.rules import slots as rules
from desk.rules.lifecycle import Forbidden
from desk.rules.slots import Slot
from desk.service import Act

AHEAD = 14  # days for which times are given out
_COUNT = re.compile(r"(?:每周)?(?P<count>[1-9]\d{0,3})(?:人次|[人次份名个户])")
_AGREEMENT = re.compile(r"协\s*[-—–－]?\s*(?P<number>\d{1,6})")


@dataclass(frozen=True, slots=True)
class Free:
    """One time of an offer, and how many it still has room for."""

    at: datetime
    left: int


def propose(act: Act, text: str) -> Entry:
    """提供 上门理发 周二上午 5人 泉馨苑 2027-06-30: in any order; a reviewer publishes it."""
    found = wanted.read(act.service.understander, text)
    count = _COUNT.search(text)
    agreed = _AGREEMENT.search(text)
    estate = found.place.estate if found.place else None
    title = _title(act, text)
    if not title:
        raise Forbidden("note")
    team = team_of(act)
    data: dict[str, object] = {"areas": [estate] if estate else []}
    if agreed and agreements.by_number(act.tx, int(agreed["number"])):
        data["agreement"] = int(agreed["number"])
    proposal = Proposal(
        kind="resource",
        title=title,
        text=text,
        skills=found.skills,
        times=found.times,
        estate=estate,
        grid=found.place.grid if found.place else None,
        team=team,
        capacity=int(count["count"]) if count else 1,
        valid_until=dates.end_of(text, act.now),
        data=data,
    )
    return listing.propose(act, proposal)


def _title(act: Act, text: str) -> str:
    """What is left when times, numbers, dates and places are taken out."""
    rest = _AGREEMENT.sub(" ", _COUNT.sub(" ", times.without(dates.without(text))))
    understander = act.service.understander
    return " ".join(w for w in rest.split() if not understander.place(w)).strip("，,、；; ")


def team_of(act: Act) -> str | None:
    """The unit or team in whose name somebody offers something."""
    own = act.roster.teams_of(act.person.id)
    member = member_table.of_person(act.tx, act.person.id)
    return own[0] if own else (member.team if member else None)


def slots(offer: Entry) -> tuple[Slot, ...]:
    return times.slots(offer.times)


def free(act: Act, offer: Entry, days: int = AHEAD) -> list[Free]:
    """Its next times with what is left of each, full ones too. Without times: its weeks."""
    own = slots(offer)
    if own:
        coming = rules.upcoming(own, act.now, days)
    else:
        monday = rules.week_of(act.now)
        coming = [monday + timedelta(weeks=week) for week in range(days // 7)]
    if offer.valid_until:
        coming = [at for at in coming if at < offer.valid_until]
    if not coming:
        return []
    taken = bookings.taken(act.tx, offer.id, coming[0], coming[-1] + timedelta(seconds=1))
    seats = rules.room(offer.capacity, own)
    return [Free(at, max(0, seats - taken.get(at, 0))) for at in coming]


def left(act: Act, offer: Entry) -> int:
    """How many it can still serve within the days that are given out."""
    return sum(time.left for time in free(act, offer))


def of_kind(act: Act, word: str, limit: int) -> list[Entry]:
    """The published offers, those that hold a word or a service named by it first asked for."""
    found = entries.of_kind(act.tx, "resource", "published", limit=limit)
    if not word:
        return found
    named = act.service.understander.services(word)
    return [
        offer
        for offer in found
        if word in offer.title or named & act.service.understander.services(offer.title)
    ]
