"""Times of offers that are given out: a talk with a lawyer, the barber on Tuesday morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from data.database import Database
from data.lists_rows import Booking
from data.practice_rows import Entry, Line
from data.tables import bookings as table
from data.tables import entries, issues
from desk import access, entry_wording, events, journal, offers, wording
from desk.rules import slots as rules
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_doors
from desk.service import Act, Service
from desk.sweeping import sweep

KIND = "booking"
NOTICE = timedelta(hours=24)


def book(
    act: Act, offer: Entry, at: datetime, *, person: str = "", need: Entry | None = None,
    issue: int | None = None, told: bool = True,
) -> Booking:  # fmt: skip
    """预约: one seat of a time that is given out; whoever offers it learns who comes, and why."""
    given = {time.at: time.left for time in offers.free(act, offer)}
    if offer.kind != "resource" or offer.status != "published" or not given.get(at):
        raise Forbidden("status")
    booking = Booking(
        id=0, number=issues.next_number(act.tx, KIND), offer=offer.id, at=at, seat=0,
        timed=bool(offers.slots(offer)), person=person or act.person.id,
        need=need.id if need else None, issue=issue, state="booked", created_at=act.now, warned=0,
    )  # fmt: skip
    taken = table.take(act.tx, booking, rules.room(offer.capacity, offers.slots(offer)))
    if taken is None:
        raise Forbidden("status")
    line = _log(act, taken, "book", {"offer": offer.number, "person": taken.person})
    if told:
        text = act.say("booking.taken", **words(act, taken), who=_who(act, taken))
        journal.tell(act, line, offer.proposer, text)
    _note_issue(act, taken, "appoint")
    return taken


def cancel(act: Act, booking: Booking, reason: str) -> Booking:
    """取消预约: by either side; the other hears, and the seat is free again."""
    offer = _offer(act, booking)
    if act.person.id not in (booking.person, offer.proposer) and not access.may(act, "secretary"):
        raise Forbidden("person")
    if booking.state != "booked":
        raise Forbidden("status")
    changed = replace(booking, state="cancelled")
    table.save(act.tx, changed)
    line = _log(act, changed, "cancel", note=reason)
    text = act.say("booking.cancelled", **words(act, changed), note=reason)
    for person in (booking.person, offer.proposer):
        journal.tell(act, line, person, text)
    _note_issue(act, changed, "appoint_off")
    return changed


def met(act: Act, booking: Booking, *, came: bool) -> Booking:
    """来了, 没来: by whoever offers it, once its time has come."""
    offer = _offer(act, booking)
    if act.person.id != offer.proposer and not access.may(act, "secretary"):
        raise Forbidden("person")
    if booking.state != "booked" or (booking.timed and act.now < booking.at):
        raise Forbidden("status")
    changed = replace(booking, state="kept" if came else "missed")
    table.save(act.tx, changed)
    _log(act, changed, "keep" if came else "miss", {"offer": offer.number})
    return changed


def log_disclosure(act: Act, booking: Booking) -> None:
    """That somebody looked at who comes."""
    _log(act, booking, "disclose")


def words(act: Act, booking: Booking) -> dict[str, str]:
    """What both sides may read."""
    offer = _offer(act, booking)
    team = act.roster.teams.get(offer.team or "")
    return {
        "number": f"{act.say('number.booking')}-{booking.number}",
        "title": offer.title,
        "by": team.name if team else entry_wording.name_of(act, offer.proposer),
        "at": when(act, booking.at, timed=booking.timed),
    }


def when(act: Act, at: datetime, *, timed: bool) -> str:
    """The time, or the week of an offer that has no times."""
    if timed:
        return wording.moment(at, act)
    local = at.astimezone(LOCAL)
    return act.say("booking.week", month=local.month, day=local.day)


def _who(act: Act, booking: Booking) -> str:
    """Who comes, with his phone, and what it is about: for whoever he has an appointment with."""
    issue = issues.by_id(act.tx, booking.issue) if booking.issue else None
    person = entry_wording.contact(act, booking.person)
    category = act.service.category(issue.category) if issue else None
    about = without_doors(wording.summary(issue)) if issue else ""
    if category and category.private:  # that is for the two of them to say
        about = category.name
    return act.say("booking.who", person=person, about=about)


def _note_issue(act: Act, booking: Booking, action: str) -> None:
    issue = issues.by_id(act.tx, booking.issue) if booking.issue else None
    if issue is not None:
        data = {"booking": booking.number}
        events.append(act, issue, action, act.say("booking.noted", **words(act, booking)), data)


def _offer(act: Act, booking: Booking) -> Entry:
    offer = entries.by_id(act.tx, booking.offer)
    assert offer is not None  # a foreign key of the table
    return offer


def _log(
    act: Act, booking: Booking, action: str, data: Mapping[str, object] | None = None,
    note: str = "",
) -> Line:  # fmt: skip
    return journal.append(act, KIND, str(booking.number), action, note, data, booking.state)


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: the day before, both sides are reminded."""
    return sweep(db, service, now, lambda tx: table.to_remind(tx, now + NOTICE), _remind)


def _remind(act: Act, booking: Booking) -> None:
    table.save(act.tx, replace(booking, warned=1))
    if booking.created_at + NOTICE > booking.at:
        return  # booked within the day: they know
    line = _log(act, booking, "remind")
    for person in (booking.person, _offer(act, booking).proposer):
        journal.tell(act, line, person, act.say("booking.soon", **words(act, booking)))
