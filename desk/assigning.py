"""A match that somebody has confirmed: the offer takes the need on, in one of its times."""

from __future__ import annotations

from datetime import datetime

from data.practice_rows import Claim, Entry
from desk import access, bookings, claims, entry_wording, journal, offers
from desk.rules.lifecycle import Forbidden
from desk.service import Act


def assign(act: Act, need: Entry, offer: Entry, at: datetime | None = None) -> Claim:
    """指派: whoever offers it holds the need from now on, and learns for whom it is."""
    if not access.may(act, "worker"):
        raise Forbidden("person")
    times = [time.at for time in offers.free(act, offer) if time.left]
    if not times:
        raise Forbidden("status")
    taken = claims.claim(act, need, source=offer, person=offer.proposer)
    for_whom = need.beneficiary or need.proposer
    booked = bookings.book(
        act, offer, at or times[0], person=for_whom, need=need, issue=need.issue, told=False
    )
    line = journal.append(
        act, "match", need.subject, "assign",
        data={"need": need.number, "offer": offer.number, "team": offer.team,
              "booking": booked.number},
    )  # fmt: skip
    text = act.say(
        "offer.assigned",
        number=entry_wording.number(act, need),
        title=need.title,
        offer=entry_wording.number(act, offer),
        at=bookings.words(act, booked)["at"],
        to=entry_wording.beneficiary(act, need),
    )
    journal.tell(act, line, offer.proposer, text)
    return taken
