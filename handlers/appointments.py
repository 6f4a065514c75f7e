"""Appointments in chat: a choice of times, offered at once where a legal matter is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from data.lists_rows import Booking
from data.practice_rows import Entry
from data.rows import Issue
from data.tables import bookings as table
from desk import bookings, matches, offers
from desk.rules.slots import week_of
from handlers import choices, dialog, which
from handlers.commands import issue_number
from handlers.listing import find
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word


def offered(turn: Turn, issues: Sequence[Issue]) -> str:
    """After a legal matter was recorded: the next times of whoever fits it best, to choose from."""
    codes = turn.act.service.content.words["appointment_categories"]
    legal = [i for i in issues if i.category.startswith(codes) and i.level not in ("U0", "U1")]
    if turn.public or not legal or dialog.waiting(turn):
        return ""
    found = _fitting(turn, legal[0])
    return _ask(turn, found, legal[0].number, "booking.offered") if found else ""


def _fitting(turn: Turn, issue: Issue) -> Entry | None:
    """The offer that fits best among those with free times; nobody it is about."""
    blamed = turn.act.roster.blamed(issue.against)
    for each in matches.best_for(turn.act, matches.side_of_issue(turn.act, issue), "resource", 5):
        timed = offers.slots(each.offer) and any(t.left for t in offers.free(turn.act, each.offer))
        if timed and each.offer.proposer not in blamed:
            return each.offer
    return None


def _ask(turn: Turn, offer: Entry, number: str, reply: str) -> str:
    times = options(turn, offer)
    if not times:
        raise Unclear(turn.say("booking.full", title=offer.title))
    team = turn.act.roster.teams.get(offer.team or "")
    question = turn.say(reply, title=offer.title, by=team.name if team else "")
    kept = {"offer": offer.number, "issue": number}
    return choices.ask(turn, question, times, "booking.chosen", kept)


def options(turn: Turn, offer: Entry) -> list[tuple[str, str]]:
    """The next times that are free, each with how many it has left."""
    free = [time for time in offers.free(turn.act, offer) if time.left]
    lines = _lines(turn, offer, free)
    return [(line, time.at.isoformat()) for line, time in zip(lines, free, strict=True)]


def _lines(turn: Turn, offer: Entry, times: Sequence[offers.Free]) -> list[str]:
    timed = bool(offers.slots(offer))
    return [
        turn.say("booking.option", at=bookings.when(turn.act, time.at, timed=timed), left=time.left)
        for time in times
    ]


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    offer = find(turn, Said("book", "resource", kept["offer"]))
    issue = which.by_number(turn, kept["issue"]) if kept["issue"] else None
    booked = bookings.book(
        turn.act, offer, datetime.fromisoformat(value), issue=issue.id if issue else None
    )
    return turn.say("booking.done", **bookings.words(turn.act, booked))


def book(turn: Turn, said: Said) -> str:
    """预约 资-3."""
    return _ask(turn, find(turn, said), "", "booking.which")


def book_for_issue(turn: Turn, said: Said) -> str:
    """预约 1123-07: for what was told before."""
    issue = which.by_number(turn, issue_number(said.rest) or "")
    found = _fitting(turn, issue)
    if found is None:
        raise Unclear(turn.say("booking.nobody"))
    return _ask(turn, found, issue.number, "booking.which")


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """我的预约: mine, and with me."""
    found = table.of_person(turn.act.tx, turn.person.id, week_of(turn.act.now))
    if not found:
        return turn.say("booking.none")
    lines = [turn.say("booking.line", **bookings.words(turn.act, each)) for each in found]
    return turn.say("booking.list", lines="\n".join(lines))


def calendar(turn: Turn, said: Said) -> str:
    """日历 资-3: what is left in the coming weeks."""
    offer = find(turn, said)
    lines = _lines(turn, offer, offers.free(turn.act, offer, 4 * 7))
    return turn.say("booking.calendar", title=offer.title, lines="\n".join(lines))


def cancel(turn: Turn, said: Said) -> str:
    changed = bookings.cancel(turn.act, _booking(turn, said), said.rest)
    return turn.say("booking.cancel_done", **bookings.words(turn.act, changed))


def came(turn: Turn, said: Said) -> str:
    changed = bookings.met(turn.act, _booking(turn, said), came=True)
    return turn.say("booking.met", **bookings.words(turn.act, changed))


def missed(turn: Turn, said: Said) -> str:
    changed = bookings.met(turn.act, _booking(turn, said), came=False)
    return turn.say("booking.met", **bookings.words(turn.act, changed))


def _booking(turn: Turn, said: Said) -> Booking:
    found = table.by_number(turn.act.tx, said.number)
    if found is None:
        number = f"{turn.say('number.booking')}-{said.number}"
        raise Unclear(turn.say("which.unknown", number=number))
    return found


WORDS: Mapping[str, Word] = {
    "book": Word(book, "anyone", "number", ("resource",)),
    "book_for_issue": Word(book_for_issue, "anyone", "issue"),
    "bookings": Word(mine, takes="nothing"),
    "cancel_booking": Word(cancel, "anyone", "number", ("booking",)),
    "calendar": Word(calendar, "anyone", "number", ("resource",)),
    "came": Word(came, "member", "number", ("booking",)),
    "missed": Word(missed, "member", "number", ("booking",)),
}
ANSWERS: Mapping[str, choices.Answer] = {"booking.chosen": _chosen}
