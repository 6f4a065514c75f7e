"""What can be said of any entry by its number: 发布 认领 送达 满意 放弃 撤销 详情 (愿-12, 岗-3)."""

from __future__ import annotations

from collections.abc import Mapping

from data.practice_rows import Entry
from data.tables import entries
from desk import claims, donations, entry_wording, fulfilling, listing, wording
from desk import ratings as rated
from handlers import ratings
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

KINDS = ("wish", "demand", "resource", "post", "area", "donation", "supply", "good")
GIVEN = ("wish", "demand", "resource", "supply", "donation")  # what comes, and is confirmed
SHOWN = 8


def find(turn: Turn, said: Said) -> Entry:
    """The entry of that number, if this person may read of it; else as if there were none."""
    entry = entries.by_number(turn.act.tx, said.kind, said.number)
    hidden = entry is None or (
        entry.status in ("proposed", "refused")
        and not listing.who_is(turn.act, entry, ()) & {"proposer", "beneficiary", "reviewer"}
    )
    if entry is None or hidden:
        letter = turn.say(f"number.{said.kind}")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return entry


def listed(turn: Turn, kind: str, nothing: str, heading: str) -> str:
    """The open entries of a kind, the latest first."""
    found = [
        *entries.of_kind(turn.act.tx, kind, "published", limit=SHOWN),  # type: ignore[arg-type]
        *entries.of_kind(turn.act.tx, kind, "taken", limit=SHOWN),  # type: ignore[arg-type]
    ]
    if not found:
        return turn.say(nothing)
    lines = "\n".join(entry_wording.line(turn.act, entry) for entry in found[:SHOWN])
    return turn.say(heading, lines=lines)


def publish(turn: Turn, said: Said) -> str:
    """发布 愿-12, or 发布 愿-12 with another title."""
    entry = listing.publish(turn.act, find(turn, said), said.rest)
    return turn.say("entry.done.publish", number=entry_wording.number(turn.act, entry),
                    title=entry.title)  # fmt: skip


def refuse(turn: Turn, said: Said) -> str:
    entry = listing.refuse(turn.act, find(turn, said), said.rest)
    return _done(turn, entry, "refuse")


def claim(turn: Turn, said: Said) -> str:
    """认领 愿-12: for whom it is, to whoever claims it, and in no group."""
    entry = find(turn, said)
    taken = claims.claim(turn.act, entry)
    number = entry_wording.number(turn.act, entry)
    until = wording.moment(taken.until, turn.act) if taken.until else ""
    key = f"{entry.kind}.claim_done"
    known = key in turn.act.service.content.replies
    reply = turn.say(key if known else "entry.done.claim", number=number, title=entry.title,
                     until=until)  # fmt: skip
    if turn.public:
        return turn.say("entry.claimed_in_group", number=number)
    return "\n".join(filter(None, (reply, entry_wording.beneficiary(turn.act, entry))))


def drop(turn: Turn, said: Said) -> str:
    return _done(turn, claims.drop(turn.act, find(turn, said), said.rest), "drop")


def deliver(turn: Turn, said: Said) -> str:
    """送达 愿-12 电热毯已送到; of a donation everything that was given out."""
    entry = find(turn, said)
    note = said.rest or turn.say("entry.came")
    if entry.kind == "donation":
        donations.deliver(turn.act, entry, note)
    else:
        entry = fulfilling.deliver(turn.act, entry, note)
    return _done(turn, entry, "deliver")


def confirm(turn: Turn, said: Said) -> str:
    """满意 愿-12."""
    entry = find(turn, said)
    if entry.kind == "donation":
        donations.confirm(turn.act, entry)
    else:
        entry = fulfilling.confirm(turn.act, entry)
    return ratings.offer(turn, _done(turn, entry, "confirm"), rated.of_entry(turn.act, entry))


def dispute(turn: Turn, said: Said) -> str:
    """没收到 愿-12."""
    entry = fulfilling.dispute(turn.act, find(turn, said), said.rest)
    return _done(turn, entry, "dispute")


def withdraw(turn: Turn, said: Said) -> str:
    return _done(turn, listing.withdraw(turn.act, find(turn, said), said.rest), "withdraw")


def close(turn: Turn, said: Said) -> str:
    return _done(turn, listing.close(turn.act, find(turn, said), said.rest), "close")


def details(turn: Turn, said: Said) -> str:
    entry = find(turn, said)
    card = entry_wording.card(turn.act, entry)
    if entry.kind != "donation":
        return card
    done = donations.receipts(turn.act, entry)
    return "\n".join((card, turn.say(
        "donation.progress", items=done.items, given=done.given, delivered=done.delivered,
        confirmed=done.confirmed,
    )))  # fmt: skip


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """我的认领: what I still have to bring."""
    held = entries.held_by(turn.act.tx, turn.person.id)
    found = [entry for c in held if (entry := entries.by_id(turn.act.tx, c.entry))]
    if not found:
        return turn.say("entry.none_held")
    lines = [
        "\n".join((entry_wording.line(turn.act, entry), entry_wording.beneficiary(turn.act, entry)))
        for entry in found[:SHOWN]
    ]
    return turn.say("entry.held", count=len(found), lines="\n".join(lines))


def _done(turn: Turn, entry: Entry, action: str) -> str:
    return turn.say(f"entry.done.{action}", number=entry_wording.number(turn.act, entry))


TAKEN_UP = tuple(kind for kind in KINDS if kind not in ("donation", *claims.HANDED_OUT))

WORDS: Mapping[str, Word] = {
    "mine": Word(mine, "member", "nothing"),
    "claim": Word(claim, "member", "number", TAKEN_UP, public=True),
    "deliver": Word(deliver, "member", "number", GIVEN),
    "drop": Word(drop, "member", "number", KINDS),
    "confirm": Word(confirm, "anyone", "number", GIVEN),
    "dispute": Word(dispute, "anyone", "number", GIVEN),
    "withdraw": Word(withdraw, "anyone", "number", KINDS),
    "details": Word(details, "anyone", "number", KINDS),
    "publish": Word(publish, "secretary", "number", KINDS),
    "refuse": Word(refuse, "secretary", "number", KINDS),
    "close": Word(close, "secretary", "number", KINDS),
}
