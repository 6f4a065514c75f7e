"""身边的榜样: nobody is shown to others who has not said yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Final, get_args

from pydantic import Field

from api.listing import Noted
from api.operations import Body, NoBody
from api.shapes import Name, Whole, Words
from console.practices import bits
from console.practices.shape import Area, Cells, Doing, Tone, Waits, everybody, office
from console.practices.shelves import Allowed, Shelf, number
from data.council_rows import Nomination, NominationStatus
from data.tables import people
from data.tables import points as table
from desk import access, honours
from desk.rules import honours as rules
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {
    "nominated": "wait", "consented": "wait", "chosen": "wait", "published": "good",
    "declined": "past", "refused": "past",
}  # fmt: skip
AT_ONCE: Final = 8  # who can be put to one vote
Households = Annotated[int, Field(ge=1, le=99_999), Whole]
Days = Annotated[int, Field(ge=1, le=99), Whole]


class NewHonour(Body):
    """Whom somebody puts forward, and for what."""

    name: Name
    story: Words


class Ballot(Body):
    """All who have consented are put before an estate's households."""

    estate: Name
    households: Households
    days: Days = 7


def _nominate(act: Act, _row: object, said: NewHonour) -> Nomination:
    staff = [p for p in act.roster.staff.values() if p.name == said.name]
    found = staff or people.by_name(act.tx, said.name)
    if len(found) != 1:
        raise bits.wrong(act, "name")
    return honours.nominate(act, found[0], said.story)


def _vote(act: Act, _row: object, said: Ballot) -> None:
    rows = table.nominations(act.tx, ("consented",))[::-1][:AT_ONCE]
    honours.vote(act, rows, said.estate, said.households, act.now + timedelta(days=said.days))


def _allowed(act: Act) -> Allowed:
    return {} if access.may(act, "secretary") else {"status": ("published",)}


def _sees(act: Act, row: Nomination) -> bool:
    own = act.person.id in (row.person, row.proposer)
    return row.status == "published" or own or access.may(act, "secretary")


SHELF: Final = Shelf(Nomination, "nominations", within=("story",), allowed=_allowed, sees=_sees)


def _columns(act: Act, found: Sequence[Nomination]) -> list[Cells]:
    names = bits.names(act, [person for row in found for person in (row.person, row.proposer)])
    reviews = access.may(act, "secretary")
    return [
        {
            "number": honours.number(act, row),
            "name": names[row.person],
            "story": row.story,
            "status": bits.marked(act, "honour.status", row.status, TONES),
            "proposer": names[row.proposer] if reviews else "",
            "created_at": row.created_at,
            "published_at": row.published_at,
        }
        for row in found
    ]


def _can(act: Act, row: Nomination) -> list[str]:
    mine = act.person.id == row.person
    who = {"nominee"} if mine else {"reviewer"} if access.may(act, "secretary") else set()
    names: tuple[rules.Action, ...] = ("publish", "refuse", "consent", "decline")
    return [n for n in names if (step := rules.TABLE.get((row.status, n))) and step.who & who]


AREA: Final = Area(
    name="honours",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=lambda act, row: {
        name: value for name, value in _columns(act, [row])[0].items() if name != "number"
    },
    title=lambda act, row: f"{honours.number(act, row)} {honours.name_of(act, row)}",
    may=everybody,
    filters=(bits.statuses("honour.status", get_args(NominationStatus)),),
    doings=(
        Doing("publish", NoBody, lambda act, row, _: honours.publish(act, row)),
        Doing("refuse", Noted, lambda act, row, said: honours.refuse(act, row, said.note)),
        Doing("consent", NoBody, lambda act, row, _: honours.consent(act, row, yes=True)),
        Doing("decline", NoBody, lambda act, row, _: honours.consent(act, row, yes=False)),
    ),
    can=_can,
    new=(Doing("nominate", NewHonour, _nominate), Doing("vote", Ballot, _vote)),
    may_new=office,
    subject=lambda row: (honours.KIND, row.subject),
    waits=Waits("status", "consented", SHELF.count, office),
)
