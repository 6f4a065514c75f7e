"""院落: number, colour of danger, stars; the landlord for whoever answers for its grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Kept, Name, Whole, Words
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Cells, Doing, Filter, Mark, Options, Tone, staff
from console.practices.shelves import Shelf, number
from data.duty_rows import Yard
from data.tables import people as people_table
from desk import people, yards
from desk.rules import yards as rules
from desk.service import Act
from nlp.values import Place

TONES: Final[Mapping[str, Tone]] = dict(
    zip(rules.COLOURS, ("bad", "wait", "wait", "good"), strict=True)
)
SHELF: Final = Shelf(Yard, "yards", within=("label", "estate", "address", "reason"))
Short = Annotated[str, Field(max_length=40), Kept]
Stars = Annotated[int, Field(ge=0, le=rules.MOST_STARS), Whole]


class NewYard(Body):
    """The number on its gate, where it is, who lets it."""

    label: Name
    estate: Name
    building: Short = ""
    landlord: Short = ""


class Awarded(Body):
    """How many stars, and why."""

    stars: Stars
    note: Words


def _enter(act: Act, _row: object, said: NewYard) -> Yard:
    place = Place(said.estate, said.building or None)
    grid = act.service.understander.grid_of(place)
    if grid is None:
        raise bits.wrong(act, "building")
    landlord = people.named(act, said.landlord) if said.landlord else None
    return yards.enter(act, yards.Described(said.label, place, grid, landlord))


def _columns(act: Act, found: Sequence[Yard]) -> list[Cells]:
    return [
        {
            "number": yards.number(act, yard),
            "label": yard.label,
            "colour": Mark(yard.colour, TONES.get(yard.colour, "")),
            "stars": yard.stars,
            "estate": yard.estate,
            "building": yard.building,
            "grid": bits.grid(act, yard.grid),
            "reason": yard.reason,
            "changed_at": yard.changed_at,
        }
        for yard in found
    ]


def _facts(act: Act, yard: Yard) -> Cells:
    row = {name: value for name, value in _columns(act, [yard])[0].items() if name != "number"}
    return {**row, "address": yard.address, "hazards": yards.hazards(act, yard)}


def _reveal(act: Act, yard: Yard) -> Cells:
    yards.log(act, yard, "disclose")
    person = people_table.by_id(act.tx, yard.landlord) if yard.landlord else None
    return {"landlord": person.name, "phone": person.phone} if person else {}


def _colours(_act: Act) -> Options:
    return [(colour, colour) for colour in rules.COLOURS]


AREA: Final = Area(
    name="yards",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, yard: f"{yards.number(act, yard)} {yard.label}",
    filters=(Filter("colour", _colours), bits.ESTATE),
    doings=(
        of_api("rate", "rate_yard", lambda yard: {"yard": str(yard.number)},
               {"colour": lambda act, _row: _colours(act)}),
        Doing("award", Awarded, lambda act, yard, said: yards.award(
            act, yard, said.stars, said.note)),
    ),
    can=lambda act, yard: ("rate", "award") if yards.answers_for(act, yard) else (),
    new=(Doing("enter", NewYard, _enter),),
    may_new=staff,
    subject=lambda yard: (yards.KIND, str(yard.number)),
    reveal=_reveal,
    may_reveal=lambda act, yard: yard.landlord is not None and yards.answers_for(act, yard),
    imports=("yards",),
)  # fmt: skip
