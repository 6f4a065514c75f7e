"""爱心助老卡: issued by the community, redeemed by a merchant, every time written down.

A merchant reads what is to be paid and the holder's surname, and nothing else of him.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from data.duty_rows import ElderCard
from data.practice_rows import Line
from data.rows import Person
from data.tables import elder_cards as table
from data.tables import issues
from data.tables import journal as lines
from desk import access, journal
from desk.rules import entitlement
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.service import Act

KIND = "card"


def number(act: Act, card: ElderCard) -> str:
    return f"{act.say('number.card')}-{card.number}"


def issue(act: Act, person: Person, born: int, groups: tuple[str, ...]) -> ElderCard:
    """办卡; a second time the card is changed, and has one number for good."""
    if not access.may(act, "worker"):
        raise Forbidden("person")
    old = table.of_person(act.tx, person.id)
    card = ElderCard(
        id=old.id if old else 0,
        number=old.number if old else issues.next_number(act.tx, KIND),
        person=person.id,
        born=born,
        groups=groups,
        issued_at=old.issued_at if old else act.now,
        ended_at=None,
    )
    if old:
        table.save(act.tx, card)
    else:
        card = replace(card, id=table.add(act.tx, card))
    log(act, card, "change" if old else "issue")
    return card


def price(act: Act, card: ElderCard) -> tuple[entitlement.Price, str]:
    """What it is worth this year, and why."""
    words = act.service.content.words
    terms = entitlement.terms(words["card_free"], words["card_alone"][0])
    year = act.now.astimezone(LOCAL).year
    return entitlement.price(card.born, card.groups, year, terms)


def redeem(act: Act, card: ElderCard, item: str) -> Line:
    """核销: once a day for each service."""
    if not act.roster.teams_of(act.person.id):
        raise Forbidden("person")
    if card.ended_at is not None or not item:
        raise Forbidden("status" if card.ended_at else "note")
    if item in _today(act, card):
        raise Forbidden("status")
    cost, why = price(act, card)
    team = act.roster.teams_of(act.person.id)[0]
    data = {"item": item, "price": cost, "why": why, "merchant": team}
    return log(act, card, "redeem", data)


def _today(act: Act, card: ElderCard) -> list[str]:
    day = act.now.astimezone(LOCAL).date()
    begin = datetime.combine(day, time.min, LOCAL)
    return [
        str(line.data["item"])
        for line in lines.of_subject(act.tx, KIND, str(card.number))
        if line.action == "redeem" and line.at >= begin
    ]


def end(act: Act, card: ElderCard, reason: str) -> ElderCard:
    if not access.may(act, "worker"):
        raise Forbidden("person")
    if not reason:
        raise Forbidden("note")
    ended = replace(card, ended_at=act.now)
    table.save(act.tx, ended)
    log(act, ended, "end", note=reason)
    return ended


@dataclass(frozen=True, slots=True)
class Figures:
    """How many hold a card, and what was redeemed."""

    cards: int
    redeemed: int
    prices: Mapping[str, int]
    items: Mapping[str, int]


def figures(act: Act) -> Figures:
    done = lines.done(act.tx, KIND, "redeem", EVER, act.now.max.replace(tzinfo=act.now.tzinfo))
    prices = Counter(str(line.data["price"]) for line in done)
    items = Counter(str(line.data["item"]) for line in done)
    return Figures(table.count(act.tx), len(done), dict(prices), dict(items))


EVER = datetime(2000, 1, 1, tzinfo=LOCAL)


def log(
    act: Act, card: ElderCard, action: str, data: Mapping[str, object] | None = None,
    note: str = "",
) -> Line:  # fmt: skip
    return journal.append(act, KIND, str(card.number), action, note, data)
