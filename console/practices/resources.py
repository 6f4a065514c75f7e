"""资源清单, 服务清单: what units and members can do, in which times, for how many."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Moment, Name, Whole, Words
from console.practices import entries
from console.practices.shape import Block, Cells, Doing, Options
from data.practice_rows import Entry
from desk import access, bookings, listing, naming, offers
from desk.rules.deadlines import LOCAL
from desk.service import Act

AHEAD: Final = 28  # days of the calendar
Count = Annotated[int, Field(ge=1, le=9999), Whole]
Short = Annotated[str, Field(max_length=40), Kept]


class NewOffer(Body):
    """What somebody can do, and when."""

    title: Words
    team: Name
    skills: list[Short] = Field(default_factory=list, max_length=20)
    times: list[Short] = Field(default_factory=list, max_length=20)
    estate: Name | None = None
    capacity: Count = 1
    valid_until: Moment | None = None


def _enter(act: Act, _row: object, said: NewOffer) -> Entry:
    """In the name of a unit; its lead answers for it."""
    team = act.roster.teams[said.team]
    lead = team.members[0] if team.members else act.person.id
    entry = listing.propose(
        act,
        listing.Proposal(
            kind="resource", title=said.title, skills=tuple(said.skills), times=tuple(said.times),
            estate=said.estate, team=team.code, capacity=said.capacity,
            valid_until=said.valid_until, data={"areas": [said.estate] if said.estate else []},
        ),
        proposer=lead,
    )  # fmt: skip
    return listing.publish(act, entry)


class Appointment(Body):
    """Who comes, or is gone to, and when."""

    whom: Name
    at: Moment


def _times(act: Act, offer: Entry | None) -> Options:
    """The times that still have room, as the clock here shows them."""
    free = offers.free(act, offer) if offer else ()
    local = [time.at.astimezone(LOCAL).replace(tzinfo=None) for time in free if time.left]
    return [(at.isoformat(), f"{at:%m-%d %H:%M}") for at in local]


def _book(act: Act, offer: Entry, said: Appointment) -> object:
    person = naming.resident(act, said.whom)
    return bookings.book(act, offer, said.at, person=person.id)


def _can(act: Act, offer: Entry) -> list[str]:
    open_ = offer.status == "published" and access.may(act, "worker")
    return ["book"] if open_ and _times(act, offer) else []


def _blocks(act: Act, offer: Entry) -> list[Block]:
    if offer.status != "published":
        return []
    rows: list[Cells] = [{"at": time.at, "left": time.left}
                         for time in offers.free(act, offer, AHEAD)]  # fmt: skip
    return [Block("calendar", rows)]


AREA: Final = entries.area(
    "resources",
    entries.Kind(
        "resource", new=(Doing("enter", NewOffer, _enter),), blocks=_blocks,
        more=(Doing("book", Appointment, _book, {"at": _times}),), can_more=_can,
        imports=("resources",),
    ),
)  # fmt: skip
