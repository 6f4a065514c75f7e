"""Claims on the listing: taken up, given back, delivered, confirmed; how an issue moves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from data.practice_rows import Claim, Entry, Line
from data.rows import Issue
from data.tables import entries, issues
from desk import access, areas, entry_wording, journal, notices
from desk.listing import end, moved, offer, take
from desk.rules import lifecycle
from desk.rules import listing as rules
from desk.service import Act

LASTING = ("post", "area")
HANDED_OUT = ("supply", "good")  # what has come as soon as it is taken


def claim(
    act: Act, entry: Entry, *, count: int = 1, source: Entry | None = None, person: str = "",
    told: bool = True, until: datetime | None = None,
) -> Claim:  # fmt: skip
    """认领: whoever takes it up answers for it until it has come.

    With `source` it is given from a donation or an offer: then its donor (`person`) answers, and
    the desk has decided. `told`: whether the proposer hears of this one by itself. `until`: when it
    lapses, where not after the usual days.
    """
    take(act, entry, "claim", "")
    if entry.kind in HANDED_OUT:
        raise lifecycle.Forbidden("status")  # 领, 兑换
    if not access.may(act, "member"):
        raise lifecycle.Forbidden("member")
    claimer = person or act.person.id
    claims = entries.claims_of(act.tx, entry.id)
    again = any(c.person == claimer and c.state in rules.HELD for c in claims)
    if again or claimer == entry.beneficiary:
        raise lifecycle.Forbidden("person")
    if count > rules.left(entry.capacity, entry_wording.counts(claims)):
        raise lifecycle.Forbidden("status")
    taken = _new(act, entry, claimer, count, source)
    taken = replace(taken, until=until or taken.until)
    taken = replace(taken, id=entries.add_claim(act.tx, taken))
    changed, line = _counted(act, entry, "claim", taken)
    areas.taken_on(act, entry, taken)
    name = entry_wording.name_of(act, claimer)
    if told:
        text = entry_wording.say(act, changed, "claimed", name=name)
        journal.tell(act, line, entry.proposer, text)
    return taken


def _new(act: Act, entry: Entry, person: str, count: int, source: Entry | None = None) -> Claim:
    days = timedelta(days=act.service.settings.practices.claim_days)
    return Claim(
        id=0,
        entry=entry.id,
        person=person,
        team=source.team if source else None,
        source=source.id if source else None,
        count=count,
        state="claimed",
        claimed_at=act.now,
        until=None if entry.kind in LASTING else act.now + days,
        delivered_at=None,
        confirmed_at=None,
        warned=0,
        note="",
    )


def hand_out(act: Act, entry: Entry, count: int) -> Claim:
    """领: from a station's stock, by anybody; it has come as soon as it is taken."""
    take(act, entry, "claim", "")
    claims = entries.claims_of(act.tx, entry.id)
    if entry.kind not in HANDED_OUT or count > rules.left(
        entry.capacity, entry_wording.counts(claims)
    ):
        raise lifecycle.Forbidden("status")
    taken = replace(
        _new(act, entry, act.person.id, count), state="confirmed", until=None,
        delivered_at=act.now, confirmed_at=act.now,
    )  # fmt: skip
    taken = replace(taken, id=entries.add_claim(act.tx, taken))
    _counted(act, entry, "claim", taken)
    return taken


def drop(act: Act, entry: Entry, reason: str) -> Entry:
    """The claimer gives it back: listed anew."""
    take(act, entry, "drop", reason)
    return give_back(act, entry, mine(act, entry), "drop", reason)


def give_back(act: Act, entry: Entry, taken: Claim, action: rules.Action, reason: str) -> Entry:
    """Nobody holds the claim any more: proposer and claimer hear of it, others may claim."""
    ended = replace(taken, state=rules.claim_after(taken.state, action))
    entries.save_claim(act.tx, ended)
    entry = replace(entry, listed_at=act.now)
    changed, line = _counted(act, entry, action, ended, reason)
    _let_go(act, changed, ended)
    areas.given_up(act, changed, ended.person)
    journal.tell(act, line, entry.proposer, entry_wording.say(act, changed, "relisted"))
    if action == "lapse":
        journal.tell(act, line, taken.person, entry_wording.say(act, changed, "lapsed"))
    offer(act, changed, line)
    return changed


def deliver(
    act: Act, entry: Entry, note: str, taken: Claim | None = None, *, told: bool = True
) -> Entry:
    """送达: whoever gets it is asked."""
    take(act, entry, "deliver", note)
    return _delivered(act, entry, note, taken or mine(act, entry), told=told)


def _delivered(act: Act, entry: Entry, note: str, taken: Claim, *, told: bool = True) -> Entry:
    came = replace(
        taken,
        state=rules.claim_after(taken.state, "deliver"),
        delivered_at=act.now,
        note=note,
    )
    entries.save_claim(act.tx, came)
    changed, line = _counted(act, entry, "deliver", came, note)
    if told and entry.issue is None:  # else the issue asks
        text = entry_wording.say(act, changed, "delivered", note=note)
        journal.tell(act, line, receiver(act, entry), text)
    return changed


def confirm(act: Act, entry: Entry, *, told: bool = True) -> Entry:
    """满意: it has come. Whoever gave it is thanked."""
    take(act, entry, "confirm", "")
    return _answered(act, entry, "confirm", told=told)


def dispute(act: Act, entry: Entry, reason: str) -> Entry:
    """It has not come: whoever claimed it goes on."""
    take(act, entry, "dispute", reason)
    return _answered(act, entry, "dispute", reason)


def _answered(
    act: Act, entry: Entry, action: rules.Action, reason: str = "", *, told: bool = True
) -> Entry:
    """What the receiver says of the claims that he can speak of."""
    claims = [c for c in entries.claims_of(act.tx, entry.id) if (c.state, action) in rules.CLAIMS]
    arrived = [claim for claim in claims if claim.state == "delivered"] or claims
    if not arrived:
        raise lifecycle.Forbidden("status")
    for taken in arrived:
        state = rules.claim_after(taken.state, action)
        at = act.now if state == "confirmed" else None
        answered = replace(taken, state=state, confirmed_at=at)
        entries.save_claim(act.tx, answered)
        entry, line = _counted(act, entry, action, answered, reason)
        reply = "confirmed" if action == "confirm" else "disputed"
        text = entry_wording.say(act, entry, reply, reason=reason)
        for person in dict.fromkeys((taken.person, entry.proposer)) if told else ():
            journal.tell(act, line, person, text)
    return entry


def mine(act: Act, entry: Entry) -> Claim:
    """The claim of the person acting; a reviewer speaks for the only one there is."""
    held = [c for c in entries.claims_of(act.tx, entry.id) if c.state in rules.HELD]
    own = [claim for claim in held if claim.person == act.person.id]
    if own or len(held) == 1:
        return (own or held)[0]
    raise lifecycle.Forbidden("status" if not held else "person")


def receiver(act: Act, entry: Entry) -> str:
    """Who says whether it has come: whoever it is for, or the proposer where he has no phone."""
    if entry.beneficiary and notices.can_reach(act, entry.beneficiary):
        return entry.beneficiary
    return entry.proposer


def follow(act: Act, issue: Issue, action: rules.Action, note: str = "") -> None:
    """The issue has moved: so does its public listing, as far as the step means something to it."""
    entry = entries.of_issue(act.tx, issue.id)
    if entry is None or entry.status not in ("proposed", "published", "taken"):
        return
    held = [c for c in entries.claims_of(act.tx, entry.id) if c.state in rules.HELD]
    if action == "deliver" and not held and entry.status == "published":
        held = [claim(act, entry)]  # the issue's owner has done it himself
    if action in ("deliver", "confirm", "dispute") and held:
        _follow(act, entry, action, held[0], note)
    elif action != "dispute":
        end(act, entry, "withdrawn", "withdraw", note)


def _follow(act: Act, entry: Entry, action: rules.Action, taken: Claim, note: str) -> None:
    if action == "deliver" and taken.state == "claimed":
        _delivered(act, entry, note, taken)
    elif action != "deliver" and (taken.state, action) in rules.CLAIMS:
        _answered(act, entry, action, note)


def _counted(
    act: Act, entry: Entry, action: rules.Action, taken: Claim, note: str = ""
) -> tuple[Entry, Line]:
    """The entry as its claims leave it, and the line that says what happened to one of them."""
    claims = entry_wording.counts(entries.claims_of(act.tx, entry.id))
    status = rules.status_by_claims(entry.capacity, claims, lasting=entry.kind in LASTING)
    changed = replace(entry, status=status)
    source = entries.by_id(act.tx, taken.source) if taken.source else None
    data: dict[str, object] = {"claim": taken.id, "person": taken.person, "count": taken.count}
    if source:
        data["source"] = source.number
    return changed, moved(act, changed, action, note, data)


def _let_go(act: Act, entry: Entry, taken: Claim) -> None:
    """Whoever gave a claim up no longer handles its issue."""
    issue = issues.by_id(act.tx, entry.issue) if entry.issue else None
    if issue and issue.handler == taken.person:
        issues.save(act.tx, replace(issue, handler=None))
