"""红骑驿站: what a station has in stock, who keeps it, and what was taken from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from desk import claims, entry_wording, listing
from desk.rules.deadlines import LOCAL
from handlers.listing import find, listed
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

_COUNT = re.compile(r"(?P<count>[1-9]\d{0,3})[^\s\d]?(?=\s|$)")
_UNTIL = re.compile(r"(20\d\d)-(\d\d?)-(\d\d?)")


def stock(turn: Turn, said: Said) -> str:
    """上架 红骑驿站 矿泉水 200瓶 2027-06-30: by the unit that keeps it, to the agreement's end."""
    until = _until(said.rest)
    text = _UNTIL.sub("", said.rest)
    found = _COUNT.search(text)
    pieces = _COUNT.sub("", text, count=1).split()
    if found is None or len(pieces) < 2:
        raise Unclear(turn.say("supply.how"))
    place = turn.act.service.understander.place(said.rest)
    teams = turn.act.roster.teams_of(turn.person.id)
    entry = listing.propose(
        turn.act,
        listing.Proposal(
            kind="supply",
            title=" ".join(pieces),
            text=said.rest,
            estate=place.estate if place else None,
            team=teams[0] if teams else None,
            capacity=int(found["count"]),
            valid_until=until,
            data={"station": pieces[0]},
        ),
    )
    number = entry_wording.number(turn.act, entry)
    return turn.say("supply.entered", number=number, title=entry.title, count=entry.capacity)


def _until(text: str) -> datetime | None:
    """The end of the day that is written; None where there is none in the calendar."""
    found = _UNTIL.search(text)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return datetime(year, month, day, 23, 59, tzinfo=LOCAL)
    except ValueError:
        return None


def take(turn: Turn, said: Said) -> str:
    """领 物-1 2: handed out at once, and counted."""
    entry = find(turn, said)
    found = _COUNT.search(said.rest)
    count = int(found["count"]) if found else 1
    claims.hand_out(turn.act, entry, count)
    number = entry_wording.number(turn.act, entry)
    left = entry_wording.left(turn.act, entry)
    return turn.say("supply.taken", number=number, title=entry.title, count=count, left=left)


def stations(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """驿站: what there is to take, and where."""
    return listed(turn, "supply", "supply.none", "supply.list")


WORDS: Mapping[str, Word] = {
    "stations": Word(stations, takes="nothing", public=True),
    "take": Word(take, "anyone", "number", ("supply",)),
    "stock": Word(stock, "member"),
}
