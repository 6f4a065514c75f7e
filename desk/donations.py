"""认领群众: a donation in bulk, given out to wishes, each with its receipt.

Every wish that is served holds a claim whose source is the donation: 59 items to 59 people are 59
claims of one donor, and the receipts are those that were confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from data.practice_rows import Claim, Entry, Line
from data.tables import entries
from desk import access, claims, entry_wording, journal, listing, matches
from desk.rules import listing as rules
from desk.rules.lifecycle import Forbidden
from desk.service import Act

AT_ONCE = 8  # names that fit one message


@dataclass(frozen=True, slots=True)
class Receipts:
    """How far a donation has come."""

    items: int
    given: int
    delivered: int
    confirmed: int


def receipts(act: Act, donation: Entry) -> Receipts:
    """How many of its items are given out, have come, and were confirmed."""
    given = [c for c in entries.given_from(act.tx, donation.id) if c.state in rules.COUNTED]
    came = [claim for claim in given if claim.state in ("delivered", "confirmed")]
    confirmed = [claim for claim in given if claim.state == "confirmed"]
    return Receipts(donation.capacity, len(given), len(came), len(confirmed))


def fitting(act: Act, donation: Entry) -> list[Entry]:
    """The open wishes that its words fit, the best first, as far as it reaches."""
    room = donation.capacity - receipts(act, donation).given
    return [match.offer for match in matches.best(act, donation, "wish", room)] if room else []


def allocate(act: Act, donation: Entry, wishes: Sequence[Entry]) -> list[Claim]:
    """分配: by the desk. The donor learns whom he gives to; each proposer hears once."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    room = donation.capacity - receipts(act, donation).given
    if donation.status != "published" or not wishes or len(wishes) > room:
        raise Forbidden("status")
    made = [
        claims.claim(act, wish, source=donation, person=donation.proposer, told=False)
        for wish in wishes
    ]
    line = _log(act, donation, "allocate", {"wishes": [wish.number for wish in wishes]})
    _tell_donor(act, donation, wishes, line)
    _tell_each(act, donation, wishes, line, "allocated", lambda wish: wish.proposer)
    return made


def _tell_donor(act: Act, donation: Entry, wishes: Sequence[Entry], line: Line) -> None:
    """Whom to bring it to, a page at a time: the donor alone reads the names."""
    for page, some in enumerate(_pages(wishes)):
        listed = "\n".join(
            act.say(
                "donation.to",
                number=entry_wording.number(act, wish),
                title=wish.title,
                to=entry_wording.beneficiary(act, wish),
            )
            for wish in some
        )
        text = entry_wording.say(act, donation, "given", count=len(wishes), listed=listed)
        journal.tell(act, line, donation.proposer, text, mark=f"p{page}")


def _pages(wishes: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for first in range(0, len(wishes), AT_ONCE):
        yield wishes[first : first + AT_ONCE]


def _tell_each(
    act: Act,
    donation: Entry,
    wishes: Sequence[Entry],
    line: Line,
    step: str,
    whom: Callable[[Entry], str],
) -> None:
    """One message to each person, whatever number of wishes it is about."""
    about: dict[str, list[Entry]] = defaultdict(list)
    for wish in wishes:
        about[whom(wish)].append(wish)
    for person, some in about.items():
        if person != donation.proposer:
            numbers = "、".join(entry_wording.number(act, wish) for wish in some[:AT_ONCE])
            text = entry_wording.say(act, donation, step, count=len(some), numbers=numbers)
            journal.tell(act, line, person, text, mark=step)


def deliver(act: Act, donation: Entry, note: str) -> int:
    """送达: everything that was given out and has not come yet; returns how many."""
    if act.person.id != donation.proposer and not access.may(act, "secretary"):
        raise Forbidden("person")
    wishes = _in_state(act, donation, "claimed")
    for wish, taken in wishes:
        claims.deliver(act, wish, note, taken, told=False)
    line = _log(act, donation, "deliver", {"count": len(wishes)}, note)
    some = [wish for wish, _ in wishes]
    _tell_each(act, donation, some, line, "came", lambda wish: claims.receiver(act, wish))
    return len(wishes)


def confirm(act: Act, donation: Entry) -> int:
    """签收: by those who entered the wishes, all at once; returns how many."""
    may_all = access.may(act, "secretary")
    found = _in_state(act, donation, "delivered")
    own = [(w, c) for w, c in found if may_all or act.person.id in (w.proposer, w.beneficiary)]
    if not own:
        raise Forbidden("status" if may_all else "person")
    for wish, _ in own:
        claims.confirm(act, wish, told=False)
    line = _log(act, donation, "confirm", {"count": len(own)})
    done = receipts(act, donation)
    text = entry_wording.say(act, donation, "receipts", confirmed=done.confirmed, items=done.items)
    journal.tell(act, line, donation.proposer, text)
    return len(own)


def _in_state(act: Act, donation: Entry, state: rules.State) -> list[tuple[Entry, Claim]]:
    found = []
    for taken in entries.given_from(act.tx, donation.id):
        wish = entries.by_id(act.tx, taken.entry)
        if wish is not None and taken.state == state:
            found.append((wish, taken))
    if not found:
        raise Forbidden("status")
    return found


def _log(act: Act, donation: Entry, action: str, data: dict[str, object], note: str = "") -> Line:
    return listing.moved(act, donation, action, note, data)
