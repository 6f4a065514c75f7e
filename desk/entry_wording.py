"""How an entry of the listing is put into words. Its beneficiary is named to whoever holds a claim
on it and to the proposer who named him; nobody else reads the name, and no group ever does."""

from __future__ import annotations

from data.practice_rows import Claim, Entry
from data.tables import entries, people
from desk.rules import listing as rules
from desk.service import Act


def number(act: Act, entry: Entry) -> str:
    """As residents say it: 愿-12."""
    return f"{act.say(f'number.{entry.kind}')}-{entry.number}"


def say(act: Act, entry: Entry, step: str, /, **words: object) -> str:
    """The sentence of a step: the kind's own where content has one, else the common one."""
    own = f"{entry.kind}.{step}"
    key = own if own in act.service.content.replies else f"entry.{step}"
    return act.say(key, number=number(act, entry), title=entry.title, **words)


def left(act: Act, entry: Entry) -> int:
    """How many can still be claimed."""
    return rules.left(entry.capacity, counts(entries.claims_of(act.tx, entry.id)))


def counts(claims: list[Claim]) -> list[tuple[rules.State, int]]:
    return [(claim.state, claim.count) for claim in claims]


def line(act: Act, entry: Entry) -> str:
    """One entry in a list: what everybody may read."""
    words = {"place": entry.estate or "", "status": status(act, entry), "left": left(act, entry)}
    return say(act, entry, "line", **words)


def status(act: Act, entry: Entry) -> str:
    """Where it stands; of a post that is taken, who answers for it (责任到人)."""
    owners = [claim.person for claim in entries.claims_of(act.tx, entry.id) if claim.state in _HELD]
    if entry.kind in PUBLIC_OWNER and owners:
        names = "、".join(name_of(act, person) for person in owners)
        return act.say("entry.owned", names=names)
    return act.say(f"entry.status.{entry.status}")


PUBLIC_OWNER = ("post", "area")  # whoever takes these on does so by name
_HELD = rules.HELD


def name_of(act: Act, person: str) -> str:
    found = people.by_id(act.tx, person)
    return (found.name if found else "") or act.say("card.resident")


def contact(act: Act, person: str) -> str:
    """Name and phone, for whoever has to do with him."""
    found = people.by_id(act.tx, person)
    return " ".join(filter(None, (name_of(act, person), found.phone if found else "")))


def card(act: Act, entry: Entry) -> str:
    """An entry in full, as far as whoever asks may read it."""
    lines = [
        say(act, entry, "card", place=entry.estate or "", status=status(act, entry),
            left=left(act, entry))
    ]  # fmt: skip
    if knows(act, entry):
        lines.append(beneficiary(act, entry))
    return "\n".join(filter(None, lines))


def knows(act: Act, entry: Entry) -> bool:
    """Whether the person acting may know for whom an entry is."""
    claims = entries.claims_of(act.tx, entry.id)
    holds = any(c.person == act.person.id and c.state in _HELD for c in claims)
    return holds or act.person.id in (entry.proposer, entry.beneficiary)


def beneficiary(act: Act, entry: Entry) -> str:
    """Whom to go to: name, phone, door, and what was said."""
    person = people.by_id(act.tx, entry.beneficiary) if entry.beneficiary else None
    if person is None:
        return ""
    parts = [person.estate or entry.estate or ""]
    for slot in ("building", "unit", "room"):
        value = getattr(person, slot)
        if value:
            parts.append(act.say(f"place.{slot}", **{slot: value}))
    name = person.name or act.say("card.resident")
    return act.say(
        "entry.beneficiary", name=name, phone=person.phone, place="".join(parts), text=entry.text
    )
