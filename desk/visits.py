"""一帮一, 包楼, 包联: who looks after whom or what, and how often he goes there.

A bond says who answers for it; a round beside it says when he is to go, and is missed when nobody
went. For whom a visit is, its visitor reads and nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.practice_rows import Bond, Occasion, Round
from data.rows import Person, Team
from data.tables import elder_cards, people, rounds
from data.tables import members as bonds
from desk import access, journal
from desk import rounds as duties
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.when import When
from desk.service import Act
from nlp.values import Place

VISIT, PLAN = "visit", "plan"
OLD = 90  # from which age the condolence of the field's units goes to everybody


def pair(act: Act, elder: Person, helpers: Sequence[Person], when: When) -> list[Round]:
    """结对: several may look after one; each has a round of his own, so that each is reminded."""
    if not access.answers_for(act, elder.grid):
        raise Forbidden("person")
    made = []
    paired = {known.person for known in rounds.for_target(act.tx, VISIT, elder.id)}
    for helper in helpers:
        if helper.id in paired or helper.id == elder.id:
            continue
        bonds.bond(act.tx, _bond(act, "pair", act.say("bond.pair"), helper.id, target=elder.id))
        duty = duties.Duty(
            VISIT, act.say("visit.pair_title"), helper.id, when.rule, target=elder.id,
            estate=elder.estate, building=elder.building, grid=elder.grid, starts=when.starts,
            grace_hours=48,
        )  # fmt: skip
        known = duties.begin(act, duty)
        line = duties.log(act, known, "pair", data={"person": helper.id})
        text = act.say("visit.paired_you", number=duties.number(act, known), who=whom(act, elder))
        journal.tell(act, line, helper.id, text)
        made.append(known)
    return made


def whom(act: Act, person: Person) -> str:
    """Name, phone and door of somebody visited: for the eyes of whoever goes there."""
    parts = [person.estate or ""]
    for slot in ("building", "unit", "room"):
        if value := getattr(person, slot):
            parts.append(act.say(f"place.{slot}", **{slot: value}))
    name = person.name or act.say("card.resident")
    return " ".join(filter(None, (name, person.phone, "".join(parts))))


def take_on(act: Act, person: Person, title: str, place: Place, when: When) -> Round:
    """包楼: somebody answers for a building, as 楼长 or under another title, and goes round it."""
    grid = act.service.understander.grid_of(place)
    if not access.answers_for(act, grid):
        raise Forbidden("person")
    found = bonds.stewards(act.tx, place.estate or "", place.building, place.unit)
    if not any(b.person == person.id and b.building == place.building for b in found):
        bonds.bond(act.tx, _bond(act, "steward", title, person.id, place=place))
    name = (place.estate or "") + _building(act, place.building)
    duty = duties.Duty(
        VISIT, act.say("visit.round_title", place=name), person.id, when.rule,
        estate=place.estate, building=place.building, grid=grid, starts=when.starts,
        data={"steward": True},
    )  # fmt: skip
    known = duties.begin(act, duty)
    line = duties.log(act, known, "take_on", data={"person": person.id, "title": title})
    number = duties.number(act, known)
    journal.tell(act, line, person.id, act.say("visit.yours", number=number, place=name))
    return known


def plan(act: Act, team: Team, topic: str, estate: str, when: When) -> Round:
    """包联计划: a unit's 走访, 大扫除, 演练 or 慰问 in the estate that it answers for."""
    held = {(bond.team, bond.estate) for bond in bonds.bonds_of(act.tx, "steward")}
    if (team.code, estate) not in held:
        bond = _bond(act, "steward", act.say("bond.unit"), None, place=Place(estate))
        bonds.bond(act.tx, replace(bond, team=team.code))
    lead = team.members[0] if team.members else act.person.id
    title = act.say("visit.plan_title", team=team.name, estate=estate, topic=topic)
    duty = duties.Duty(
        PLAN, title, lead, when.rule, team=team.code, estate=estate, starts=when.starts,
        remind_hours=72, grace_hours=72, data={"topic": topic},
    )  # fmt: skip
    return duties.begin(act, duty)


def elders(act: Act, known: Round, age: int = OLD) -> list[Person]:
    """Whom a condolence in that estate goes to, by the elder cards; looking is written down."""
    year = act.now.astimezone(LOCAL).year - age
    found = elder_cards.born_before(act.tx, year, known.estate or "")
    duties.log(act, known, "disclose", data={"people": len(found)})
    return found


def pairs(act: Act) -> list[tuple[Person, list[Round]]]:
    """Everybody who is looked after, with the rounds of those who look after him."""
    found: dict[str, list[Round]] = {}
    for known in rounds.of_kind(act.tx, VISIT, 5000):
        if known.target:
            found.setdefault(known.target, []).append(known)
    known_people = ((people.by_id(act.tx, target), each) for target, each in found.items())
    return [(person, each) for person, each in known_people if person is not None]


def target(act: Act, known: Round) -> Person | None:
    """Whom a visit is to."""
    return people.by_id(act.tx, known.target) if known.target else None


def last_held(act: Act, known: Round) -> Occasion | None:
    done = (o for o in rounds.occasions_of(act.tx, known.id) if o.state == "held")
    return next(done, None)


def _bond(
    act: Act, kind: str, title: str, person: str | None, *, target: str | None = None,
    place: Place | None = None,
) -> Bond:  # fmt: skip
    home = place or Place()
    return Bond(
        id=0, kind=kind, title=title, person=person, team=None, target=target, estate=home.estate,
        building=home.building, unit=home.unit, since=act.now, until=None,
    )  # fmt: skip


def _building(act: Act, building: str | None) -> str:
    return act.say("place.building", building=building) if building else ""


def finish(act: Act, known: Round, reason: str) -> Round:
    """The round ends, and with it the bond that it kept."""
    kind = "pair" if known.target else "steward"
    for bond in bonds.bonds_of(act.tx, kind):
        same = (bond.person, bond.target) == (known.person, known.target)
        if same and (
            known.target or (bond.estate, bond.building) == (known.estate, known.building)
        ):
            bonds.end_bond(act.tx, replace(bond, until=act.now))
    return duties.end(act, known, reason)
