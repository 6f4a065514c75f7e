"""兑换: goods and services for points, as long as they last; 申诉: a person decides."""

from __future__ import annotations

from datetime import datetime

from data.practice_rows import Entry, Line
from data.tables import issues
from data.tables import journal as journal_table
from desk import access, claims, journal, listing, points
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.text import mask_ids

APPEAL = "appeal"


def offer(act: Act, title: str, price: int, stock: int, until: datetime | None) -> Entry:
    """上架: what can be had for how many points, how often, until when."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    return listing.propose(
        act,
        listing.Proposal(
            kind="good", title=title, capacity=stock, valid_until=until, data={"points": price}
        ),
    )


def price(entry: Entry) -> int:
    """In points; what was put up without a price is not for points."""
    found = int(entry.data.get("points", 0))
    if not found:
        raise Forbidden("status")
    return found


def redeem(act: Act, entry: Entry) -> int:
    """兑换: one of it, for those whose points suffice; returns what is left of them."""
    me = act.person.id
    if not points.scored(act, me):
        raise Forbidden("person")
    if entry.valid_until is not None and entry.valid_until <= act.now:
        raise Forbidden("status")
    balance = points.statement(act, me).balance
    if balance < price(entry):
        raise Forbidden("status")
    claims.hand_out(act, entry, 1)
    data = {"points": price(entry), "good": entry.number}
    line = journal.append(act, points.REDEEM, me, "redeem", data=data)
    name = act.person.name or act.say("card.resident")
    letter = act.say("number.good")
    text = act.say("points.handed", name=name, number=f"{letter}-{entry.number}", title=entry.title)
    journal.tell_each(act, line, access.reviewers(act), text)
    return balance - price(entry)


# -- 申诉 -----------------------------------------------------------------------------------------


def appeal(act: Act, text: str) -> int:
    """申诉: put before those who review; returns its number."""
    if not text.strip():
        raise Forbidden("note")
    number = issues.next_number(act.tx, APPEAL)
    said = mask_ids(text)
    line = journal.append(act, APPEAL, str(number), "open", said, {"person": act.person.id}, "open")
    name = act.person.name or act.say("card.resident")
    shown = act.say("points.to_decide", number=shown_number(act, number), name=name, text=said)
    journal.tell_each(act, line, access.reviewers(act), shown)
    return number


def shown_number(act: Act, number: int) -> str:
    """诉-3."""
    return f"{act.say('number.appeal')}-{number}"


def decide(act: Act, number: int, given: int, reason: str) -> str:
    """A person decides, for reasons, and not on himself; returns whose appeal it was."""
    opened = _open(act, number)
    person = str(opened.data["person"])
    if not access.may(act, "secretary") or act.person.id == person:
        raise Forbidden("person")
    if not reason.strip():
        raise Forbidden("note")
    action = "uphold" if given else "reject"
    line = journal.append(act, APPEAL, str(number), action, reason, {"points": given}, "closed")
    if given:
        data = {"points": given, "appeal": number}
        journal.append(act, points.ADJUST, person, "adjust", reason, data)
    key = "points.upheld" if given else "points.rejected"
    text = act.say(key, number=shown_number(act, number), points=given, reason=reason)
    journal.tell_each(act, line, (person,), text)
    return person


def _open(act: Act, number: int) -> Line:
    last = journal_table.last(act.tx, APPEAL, str(number))
    if last is None or last.status != "open":
        raise Forbidden("status")
    return last
