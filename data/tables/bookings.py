"""The times of offers that are taken. One row a seat, so that none is given twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data.database import Tx
from data.lists_rows import Booking
from data.tables import columns


def take(tx: Tx, booking: Booking, seats: int) -> Booking | None:
    """Take the first free seat of a time; None when all are taken."""
    for seat in range(seats):
        found = tx.scalar(
            "INSERT INTO bookings (number, offer, at, seat, timed, person, need, issue, state,"
            " created_at, warned) VALUES (:number, :offer, :at, :seat, :timed, :person, :need,"
            " :issue, :state, :created_at, 0) ON CONFLICT DO NOTHING RETURNING id",
            number=booking.number,
            offer=booking.offer,
            at=booking.at,
            seat=seat,
            timed=int(booking.timed),
            person=booking.person,
            need=booking.need,
            issue=booking.issue,
            state=booking.state,
            created_at=booking.created_at,
        )
        if found is not None:
            return replace(booking, id=int(found), seat=seat)
    return None


def save(tx: Tx, booking: Booking) -> None:
    columns.save(tx, "bookings", booking)


def by_number(tx: Tx, number: int) -> Booking | None:
    return tx.one(Booking, "SELECT * FROM bookings WHERE number = :number", number=number)


def taken(tx: Tx, offer: int, since: datetime, until: datetime) -> dict[datetime, int]:
    """How many seats are taken at each time of an offer."""
    rows = tx.rows(
        "SELECT at, COUNT(*) AS count FROM bookings WHERE offer = :offer AND at >= :since"
        " AND at < :until AND state <> 'cancelled' GROUP BY at",
        offer=offer,
        since=since,
        until=until,
    )
    return {datetime.fromisoformat(row["at"]): int(row["count"]) for row in rows}


def of_person(tx: Tx, person: str, since: datetime) -> list[Booking]:
    """What a person has booked, or is come to for, from that moment on."""
    return tx.all(
        Booking,
        "SELECT b.* FROM bookings b JOIN entries e ON e.id = b.offer"
        " WHERE (b.person = :person OR e.proposer = :person) AND b.state = 'booked'"
        " AND b.at >= :since ORDER BY b.at, b.id LIMIT 20",
        person=person,
        since=since,
    )


def to_remind(tx: Tx, before: datetime, limit: int = 200) -> list[Booking]:
    """Booked times before that moment of which nobody was reminded."""
    return tx.all(
        Booking,
        "SELECT * FROM bookings WHERE state = 'booked' AND timed = 1 AND warned = 0"
        " AND at <= :before ORDER BY id LIMIT :limit",
        before=before,
        limit=limit,
    )
