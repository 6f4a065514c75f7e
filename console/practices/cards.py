"""助老卡: which card, what it is worth and why, how often it was used. Names are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field

from api.listing import Noted
from api.operations import Body
from api.shapes import Kept, Name, Whole
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import Area, Block, Cells, Doing, Mark, staff
from console.practices.shelves import Shelf, number
from data.duty_rows import ElderCard
from data.tables import people as people_table
from desk import elder_cards, journal, people, visits
from desk.service import Act
from nlp.values import Place

SHELF: Final = Shelf(ElderCard, "elder_cards", within=("groups",))
Year = Annotated[int, Field(ge=1900, le=2100), Whole]
Short = Annotated[str, Field(max_length=20), Kept]


class NewCard(Body):
    """Whose, born in which year, of which groups, living where."""

    name: Name
    born: Year
    groups: list[Name] = Field(default_factory=list, max_length=9)
    estate: Name
    building: Short = ""
    room: Short = ""


def _issue(act: Act, _row: object, said: NewCard) -> ElderCard:
    home = Place(said.estate, said.building or None, None, said.room or None)
    person = people.named(act, said.name, home)
    return elder_cards.issue(act, person, said.born, tuple(said.groups))


def _columns(act: Act, found: Sequence[ElderCard]) -> list[Cells]:
    names = bits.names(act, [card.person for card in found])
    rows: list[Cells] = []
    for card in found:
        price, why = elder_cards.price(act, card)
        name = names[card.person]
        rows.append(
            {
                "number": elder_cards.number(act, card),
                "name": act.say("member.masked", first=name[:1]),
                "born": card.born,
                "groups": card.groups,
                "price": act.say(f"area.cards.price.{price}"),
                "why": why,
                "issued_at": card.issued_at,
                "ended": Mark(act.say("area.cards.ended"), "past") if card.ended_at else None,
            }
        )
    return rows


def _facts(act: Act, card: ElderCard) -> Cells:
    return {n: v for n, v in _columns(act, [card])[0].items() if n != "number"}


def _blocks(act: Act, card: ElderCard) -> list[Block]:
    lines = journal.lines(act, elder_cards.KIND, str(card.number))
    rows: list[Cells] = [
        {"at": line.at, "item": str(line.data.get("item", "")),
         "price": act.say(f"area.cards.price.{line.data['price']}")}
        for line in lines
        if line.action == "redeem"
    ]  # fmt: skip
    return [Block("redeemed", rows)]


def _reveal(act: Act, card: ElderCard) -> Cells:
    elder_cards.log(act, card, "disclose")
    person = people_table.by_id(act.tx, card.person)
    return {"whom": visits.whom(act, person) if person else ""}


def _can(act: Act, card: ElderCard) -> list[str]:
    if card.ended_at is not None:
        return []
    able = ["redeem"] if act.roster.teams_of(act.person.id) else []
    return [*able, "end"] if staff(act) else able


def _figures(act: Act) -> Cells:
    found = elder_cards.figures(act)
    return {"cards": found.cards, "redeemed": found.redeemed}


AREA: Final = Area(
    name="cards",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, card: elder_cards.number(act, card),
    doings=(
        of_api("redeem", "redeem_card", lambda card: {"card": str(card.number)}),
        Doing("end", Noted, lambda act, card, said: elder_cards.end(act, card, said.note)),
    ),
    can=_can,
    new=(Doing("issue", NewCard, _issue),),
    may_new=staff,
    blocks=_blocks,
    subject=lambda card: (elder_cards.KIND, str(card.number)),
    reveal=_reveal,
    figures=_figures,
    imports=("cards",),
)
