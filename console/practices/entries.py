"""What every kind of entry of the listing has in common: wishes, needs, posts, donations …"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from api.operations import Body
from api.shapes import Name, Whole
from api.shapes import Words as Spoken
from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import (
    Area,
    Block,
    Cells,
    Doing,
    Filter,
    Link,
    Mark,
    Options,
    Tone,
    Waits,
    everybody,
    office,
)
from console.practices.shelves import Allowed, Shelf, number
from data.practice_rows import Claim, Entry, EntryKind
from data.tables import board, issues
from data.tables import entries as table
from desk import access, claims, entry_wording, listing, views
from desk.rules import listing as rules
from desk.rules.masking import HIDDEN
from desk.service import Act

Count = Annotated[int, Field(ge=1, le=9999), Whole]
SHOWN: Final = ("published", "taken", "fulfilled")  # what everybody may read
TONES: Final[Mapping[str, Tone]] = {
    "proposed": "wait", "published": "good", "fulfilled": "past", "refused": "past",
    "withdrawn": "past", "expired": "past",
}  # fmt: skip
STATES: Final[Mapping[str, Tone]] = {
    "claimed": "wait", "delivered": "wait", "confirmed": "good", "dropped": "past",
    "lapsed": "past",
}  # fmt: skip
ON: Final[Mapping[rules.Action, frozenset[str]]] = {  # which claims an action is about
    "drop": frozenset(("claimed",)), "deliver": frozenset(("claimed",)),
    "confirm": frozenset(("claimed", "delivered")), "dispute": frozenset(("delivered",)),
}  # fmt: skip
ACTIONS: Final[tuple[rules.Action, ...]] = (
    "publish", "refuse", "claim", "deliver", "confirm", "dispute", "drop", "close", "withdraw"
)  # fmt: skip


class NewEntry(Body):
    """What is to be listed, where, and for how many."""

    title: Spoken
    estate: Name | None = None
    capacity: Count = 1


def setting_up(kind: EntryKind) -> Doing:
    """Entries of which nothing more needs to be said."""

    def set_up(act: Act, _row: object, said: NewEntry) -> Entry:
        proposal = listing.Proposal(
            kind=kind, title=said.title, estate=said.estate, capacity=said.capacity
        )
        return listing.propose(act, proposal)

    return Doing("set_up", NewEntry, set_up)


@dataclass(frozen=True)
class Kind:
    """How one kind of entry differs from the others."""

    kind: EntryKind
    new: tuple[Doing, ...] = ()
    more: tuple[Doing, ...] = ()
    can_more: Callable[[Act, Entry], Collection[str]] = lambda _act, _entry: ()
    blocks: Callable[[Act, Entry], Sequence[Block]] = lambda _act, _entry: ()
    extra: Callable[[Act, Entry], Cells] = lambda _act, _entry: {}
    imports: tuple[str, ...] = ()
    may_new: Callable[[Act], bool] = office


def area(name: str, kind: Kind) -> Area[Entry]:
    """The area of one kind."""
    shelf = Shelf(
        Entry, "entries", within=("title",), fixed={"kind": kind.kind}, allowed=_allowed,
        sees=_sees,
    )  # fmt: skip
    return Area(
        name=name,
        find=shelf.find,
        one=shelf.one,
        key=number,
        columns=columns,
        facts=lambda act, entry: {**_facts(act, entry), **kind.extra(act, entry)},
        title=lambda act, entry: f"{entry_wording.number(act, entry)} {entry.title}",
        may=everybody,
        filters=(Filter("status", _statuses), bits.ESTATE),
        doings=(*(_doing(name) for name in ACTIONS), *kind.more),
        can=lambda act, entry: {*_can(act, entry), *kind.can_more(act, entry)},
        new=kind.new,
        may_new=kind.may_new,
        blocks=lambda act, entry: [*kind.blocks(act, entry), *_claimed(act, entry)],
        subject=lambda entry: (entry.kind, entry.subject),
        shown=_shown,
        imports=kind.imports,
        waits=Waits("status", "proposed", shelf.count, office),
    )


def path(entry: Entry) -> dict[str, str]:
    """As the API's addresses name it."""
    return {"entry": f"{entry.kind}-{entry.number}"}


def _doing(name: str) -> Doing:
    return of_api(name, f"entry_{name}", path)


def _allowed(act: Act) -> Allowed:
    return {} if access.may(act, "secretary") else {"status": SHOWN}


def _sees(act: Act, entry: Entry) -> bool:
    """What was not published is between its proposer and those who review."""
    if entry.status in SHOWN:
        return True
    return bool(listing.who_is(act, entry, ()) & {"proposer", "beneficiary", "reviewer"})


def _statuses(act: Act) -> Options:
    names = rules.STATUSES if access.may(act, "secretary") else SHOWN
    return [(name, act.say(f"entry.status.{name}")) for name in names]


def columns(act: Act, found: Sequence[Entry]) -> list[Cells]:
    """The rows of a list, their claims and names fetched for all of them at once."""
    held: dict[int, list[Claim]] = defaultdict(list)
    for claim in table.claims_on(act.tx, [entry.id for entry in found]):
        if claim.state in rules.COUNTED:
            held[claim.entry].append(claim)
    people = [claim.person for some in held.values() for claim in some]
    names = board.names(act.tx, people) if access.may(act, "worker") else {}
    return [_columns(act, entry, held[entry.id], names) for entry in found]


def _columns(act: Act, entry: Entry, held: Sequence[Claim], names: Mapping[str, str]) -> Cells:
    taken = sum(claim.count for claim in held)
    who = dict.fromkeys(names.get(claim.person, "") for claim in held)
    return {
        "number": entry_wording.number(act, entry),
        "title": entry.title,
        "status": mark(act, entry),
        "estate": entry.estate,
        "team": bits.team(act, entry.team),
        "taken": f"{taken}/{entry.capacity}" if entry.capacity > 1 else None,
        "claimers": "、".join(name for name in who if name),
        "listed_at": entry.listed_at or entry.created_at,
    }


def mark(act: Act, entry: Entry) -> Mark:
    return Mark(act.say(f"entry.status.{entry.status}"), TONES.get(entry.status, ""))


def _facts(act: Act, entry: Entry) -> Cells:
    issue = issues.by_id(act.tx, entry.issue) if entry.issue else None
    seen = issue is not None and access.may_see(act, issue, act.person)
    knows = entry_wording.knows(act, entry)
    several = entry.capacity > 1
    return {
        "title": entry.title,
        "status": mark(act, entry),
        "category": act.service.category(entry.category).name if entry.category else "",
        "estate": entry.estate,
        "team": bits.team(act, entry.team),
        "skills": entry.skills,
        "times": entry.times,
        "left": entry_wording.left(act, entry) if several else None,
        "capacity": entry.capacity if several else None,
        "listed_at": entry.listed_at,
        "valid_until": bits.last(entry.valid_until),
        "beneficiary": entry_wording.beneficiary(act, entry) if knows else "",
        "text": _shown(act, entry, entry.text) if access.may(act, "secretary") or knows else "",
        "issue": Link(issue.number, f"issues/{views.reference(issue)}") if issue and seen else None,
    }


def _claimed(act: Act, entry: Entry) -> list[Block]:
    """Who has taken it up, for staff."""
    if not access.may(act, "worker"):
        return []
    found = table.claims_of(act.tx, entry.id)
    names = board.names(act.tx, [claim.person for claim in found])
    rows: list[Cells] = [
        {
            "person": names.get(claim.person, "") or act.say("card.resident"),
            "team": bits.team(act, claim.team),
            "count": claim.count,
            "state": Mark(act.say(f"area.common.claim.{claim.state}"), STATES[claim.state]),
            "claimed_at": claim.claimed_at,
            "until": claim.until if claim.state == "claimed" else None,
            "delivered_at": claim.delivered_at,
            "confirmed_at": claim.confirmed_at,
        }
        for claim in found
    ]
    return [Block("claims", rows)]


def _can(act: Act, entry: Entry) -> list[str]:
    """What the table of the listing lets the person acting do now."""
    found = table.claims_of(act.tx, entry.id)
    who = listing.who_is(act, entry, found)
    states = {claim.state for claim in found}
    able: list[str] = []
    for name in ACTIONS:
        step = rules.ENTRIES.get((entry.status, name))
        if step is None or not step.who & who or (name in ON and not ON[name] & states):
            continue
        if name == "claim" and not _may_claim(act, entry, who):
            continue
        able.append(name)
    return able


def _may_claim(act: Act, entry: Entry, who: Collection[str]) -> bool:
    if entry.kind in (*claims.HANDED_OUT, "donation", "resource") or not access.may(act, "member"):
        return False
    return not {"claimer", "beneficiary"} & set(who) and entry_wording.left(act, entry) > 0


def _shown(act: Act, entry: Entry, note: str) -> str:
    """A note without the name of whom it is for, unless whoever reads it may know."""
    if not entry.beneficiary or entry_wording.knows(act, entry):
        return note
    name = board.names(act.tx, [entry.beneficiary]).get(entry.beneficiary, "")
    return note.replace(name, HIDDEN) if len(name) > 1 else note
