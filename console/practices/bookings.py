"""预约: who has which time of which offer, and whether he came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from api.listing import Noted
from api.operations import NoBody
from console.practices import bits
from console.practices.shape import Area, Cells, Doing, Link, Tone, office
from console.practices.shelves import Shelf, number
from data.lists_rows import Booking, BookingState
from data.tables import entries
from desk import bookings, entry_wording
from desk.service import Act

TONES: Final[Mapping[str, Tone]] = {
    "booked": "wait", "kept": "good", "missed": "bad", "cancelled": "past"
}  # fmt: skip
SHELF: Final = Shelf(Booking, "bookings")


def _columns(act: Act, found: Sequence[Booking]) -> list[Cells]:
    rows: list[Cells] = []
    for booking in found:
        offer = entries.by_id(act.tx, booking.offer)
        link = Link(offer.title, f"practices/resources/{offer.number}") if offer else None
        rows.append(
            {
                "number": f"{act.say('number.booking')}-{booking.number}",
                "offer": link,
                "team": bits.team(act, offer.team) if offer else "",
                "at": booking.at if booking.timed else None,
                "week": "" if booking.timed else bookings.when(act, booking.at, timed=False),
                "state": bits.marked(act, "area.bookings.state", booking.state, TONES),
            }
        )
    return rows


def _reveal(act: Act, booking: Booking) -> Cells:
    """Who comes; that it was looked at is written down."""
    bookings.log_disclosure(act, booking)
    return {"who": entry_wording.contact(act, booking.person)}


def _mine(act: Act, booking: Booking) -> bool:
    offer = entries.by_id(act.tx, booking.offer)
    return office(act) or (offer is not None and offer.proposer == act.person.id)


def _can(act: Act, booking: Booking) -> list[str]:
    if booking.state != "booked" or not _mine(act, booking):
        return []
    past = not booking.timed or act.now >= booking.at
    return ["came", "missed", "cancel"] if past else ["cancel"]


AREA: Final = Area(
    name="bookings",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=lambda act, booking: {
        name: value for name, value in _columns(act, [booking])[0].items() if name != "number"
    },
    title=lambda act, booking: f"{act.say('number.booking')}-{booking.number}",
    filters=(bits.statuses("area.bookings.state", get_args(BookingState), "state"),),
    doings=(
        Doing("came", NoBody, lambda act, b, _: bookings.met(act, b, came=True)),
        Doing("missed", NoBody, lambda act, b, _: bookings.met(act, b, came=False)),
        Doing("cancel", Noted, lambda act, b, said: bookings.cancel(act, b, said.note)),
    ),
    can=_can,
    subject=lambda booking: (bookings.KIND, str(booking.number)),
    reveal=_reveal,
    may_reveal=_mine,
)
