"""捐赠: given in bulk, given out to wishes, each with its receipt."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.problems import Problem
from api.shapes import Name, Whole, Words
from console.practices import entries
from console.practices.shape import Cells, Doing, Options
from data.practice_rows import Entry
from data.tables import entries as table
from desk import access, donations, entry_wording, listing
from desk.service import Act

Count = Annotated[int, Field(ge=1, le=9999), Whole]


class NewDonation(Body):
    """So many of something, by whom."""

    title: Words
    capacity: Count
    team: Name | None = None


class Allocation(Body):
    """Which wishes are served from it."""

    wishes: list[Name] = Field(min_length=1, max_length=200)


def _enter(act: Act, _row: object, said: NewDonation) -> Entry:
    """In a unit's name it is the unit's lead who gives."""
    team = act.roster.teams.get(said.team or "")
    lead = team.members[0] if team and team.members else ""
    proposal = listing.Proposal(
        kind="donation", title=said.title, capacity=said.capacity, team=said.team
    )
    entry = listing.propose(act, proposal, proposer=lead)
    return listing.publish(act, entry) if lead else entry


def _fitting(act: Act, donation: Entry) -> Options:
    """The open wishes, those that its words fit first."""
    fit = donations.fitting(act, donation)
    known = {wish.id for wish in fit}
    rest = table.of_kind(act.tx, "wish", "published", limit=200)
    wishes = [*fit, *(wish for wish in rest if wish.id not in known)]
    return [(str(w.number), f"{entry_wording.number(act, w)} {w.title} {w.estate or ''}")
            for w in wishes]  # fmt: skip


def _allocate(act: Act, donation: Entry, said: Allocation) -> object:
    wishes = []
    for number in said.wishes:
        wish = table.by_number(act.tx, "wish", int(number)) if number.isdecimal() else None
        if wish is None:
            raise Problem("unknown_target", number)
        wishes.append(wish)
    return donations.allocate(act, donation, wishes)


def _can(act: Act, donation: Entry) -> list[str]:
    done, office = donations.receipts(act, donation), access.may(act, "secretary")
    able = []
    if donation.status == "published" and office and done.given < done.items:
        able += ["allocate"] if _fitting(act, donation) else []
    if done.delivered < done.given and (office or act.person.id == donation.proposer):
        able.append("deliver")
    if done.confirmed < done.delivered and office:
        able.append("confirm")
    return able


def _extra(act: Act, donation: Entry) -> Cells:
    done = donations.receipts(act, donation)
    return {"given": done.given, "delivered": done.delivered, "receipts": done.confirmed}


AREA: Final = entries.area(
    "donations",
    entries.Kind(
        "donation",
        new=(Doing("enter", NewDonation, _enter),),
        more=(Doing("allocate", Allocation, _allocate, {"wishes": _fitting}),),
        can_more=_can,
        extra=_extra,
    ),
)
