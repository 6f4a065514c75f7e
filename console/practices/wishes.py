"""微心愿: what somebody wishes for, published, taken up, brought, confirmed."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Name, Words
from console.practices import entries
from console.practices.shape import Doing, staff
from data.practice_rows import Entry
from desk import listing, people
from desk.service import Act
from nlp.values import Place

WISH: Final = "wish.wish"
Short = Annotated[str, Field(max_length=20), Kept]


class WishFor(Body):
    """A wish that staff enter for somebody without a phone."""

    whom: Name
    title: Words
    estate: Short
    building: Short = ""
    unit: Short = ""
    room: Short = ""


def _enter(act: Act, _row: object, said: WishFor) -> Entry:
    """代许愿: told to nobody but whoever takes it up is for whom it is."""
    home = Place(said.estate, said.building or None, said.unit or None, said.room or None)
    person = people.named(act, said.whom, home)
    grid = act.service.understander.grid_of(home)
    title = said.title.replace(said.whom, act.say("card.resident"))
    return listing.propose(
        act,
        listing.Proposal(
            kind="wish", title=title, text=said.title, category=WISH, estate=said.estate,
            building=home.building, grid=grid, beneficiary=person.id,
        ),
    )  # fmt: skip


AREA: Final = entries.area(
    "wishes",
    entries.Kind("wish", new=(Doing("enter", WishFor, _enter),), may_new=staff),
)
