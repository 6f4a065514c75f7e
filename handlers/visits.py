"""一帮一, 包楼院, 包联: who looks after whom and what; the map of it; what has lapsed."""

from __future__ import annotations

from collections.abc import Mapping

from data.practice_rows import Round
from data.rows import Person, Team
from data.tables import members as bonds
from data.tables import people as table
from data.tables import rounds as round_table
from desk import access, coverage, entry_wording, naming, rounds, visits, wording
from desk.rules.lifecycle import Forbidden
from desk.rules.when import When, read
from handlers import duties
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

WEEKLY = "every 7"
SHOWN = 20


def pair(turn: Turn, said: Said) -> str:
    """结对 赵桂英 朝阳街10号楼1单元 李平、徐红 每7天: an elder, and who looks after him."""
    when, rest = _when(turn, said.rest)
    name, _, more = rest.partition(" ")
    helpers = naming.helpers(turn.act, more)
    if not name or not helpers:
        raise Unclear(turn.say("visit.how_pair"))
    elder = at_home(turn, naming.resident(turn.act, name), more)
    made = visits.pair(turn.act, elder, helpers, when)
    if not made:
        raise Unclear(turn.say("visit.paired_already"))
    numbers = "、".join(rounds.number(turn.act, known) for known in made)
    names = "、".join(entry_wording.name_of(turn.act, known.person) for known in made)
    return turn.say("visit.paired", name=name, helpers=names, numbers=numbers)


def _when(turn: Turn, text: str) -> tuple[When, str]:
    """When it recurs, weekly where nothing is said; and the other words."""
    when = read(text, turn.act.now) or When(WEEKLY, None, text)
    return when, " ".join(when.rest.split())


def at_home(turn: Turn, person: Person, text: str) -> Person:
    """With the home that was named, where none was known."""
    place = turn.act.service.understander.place(text)
    if place is None or place.estate is None or person.estate:
        return person
    grid = turn.act.service.understander.grid_of(place)
    table.move(turn.act.tx, person.id, estate=place.estate, building=place.building,
               unit=place.unit, room=place.room, grid=grid)  # fmt: skip
    return table.by_id(turn.act.tx, person.id) or person


def pairs(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """结对表: how many look after each, when somebody went last; surnames only."""
    found = visits.pairs(turn.act)
    if not found:
        return turn.say("visit.no_pairs")
    lines = [_pair_line(turn, person, each) for person, each in found[:SHOWN]]
    return turn.say("visit.pairs", count=len(found), lines="\n".join(lines))


def _pair_line(turn: Turn, person: Person, each: list[Round]) -> str:
    helpers = "、".join(entry_wording.name_of(turn.act, known.person) for known in each)
    numbers = "、".join(rounds.number(turn.act, known) for known in each)
    name = turn.say("member.masked", first=person.name[:1]) if person.name else ""
    done = [o.done_at for known in each if (o := visits.last_held(turn.act, known)) and o.done_at]
    last = wording.moment(max(done), turn.act) if done else turn.say("visit.never")
    return turn.say("visit.pair_line", name=name, estate=person.estate or "", helpers=helpers,
                    numbers=numbers, last=last)  # fmt: skip


def take_on(turn: Turn, said: Said) -> str:
    """包楼 王芳 泉馨苑3号楼 楼长 每7天."""
    when, rest = _when(turn, said.rest)
    helpers = naming.helpers(turn.act, rest)
    place = turn.act.service.understander.place(rest)
    if not helpers or place is None or place.estate is None:
        raise Unclear(turn.say("visit.how_steward"))
    titles = turn.act.service.content.words["steward_titles"]
    title = next((word for word in titles if word in rest), titles[0])
    known = visits.take_on(turn.act, helpers[0], title, place, when)
    return turn.say("visit.taken_on", name=helpers[0].name, title=title, place=known.title,
                    number=rounds.number(turn.act, known))  # fmt: skip


def steward_map(turn: Turn, said: Said) -> str:
    """包联图, or 包联图 泉馨苑: who answers for which building, and which nobody answers for."""
    place = turn.act.service.understander.place(said.rest) if said.rest else None
    wanted = [place.estate] if place and place.estate else turn.act.roster.estates()
    lines = []
    for estate in wanted:
        bare = coverage.bare_buildings(turn.act.tx, turn.act.roster, estate)
        held = [b for b in bonds.bonds_of(turn.act.tx, "steward") if b.estate == estate]
        names = "、".join(
            turn.say("visit.steward", building=bond.building or "", title=bond.title,
                     name=_holder(turn, bond.team, bond.person))
            for bond in held
        ) or turn.say("visit.nobody")  # fmt: skip
        lines.append(turn.say("visit.map_line", estate=estate, names=names,
                              bare="、".join(bare) or turn.say("visit.none_bare")))  # fmt: skip
    return turn.say("visit.map", lines="\n".join(lines))


def _holder(turn: Turn, team: str | None, person: str | None) -> str:
    unit = turn.act.roster.teams.get(team or "")
    return unit.name if unit else entry_wording.name_of(turn.act, person or "")


def lapsed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """失访: visits, plans and patrols that nobody made up for."""
    missed = round_table.missed(turn.act.tx, SHOWN)
    if not missed:
        return turn.say("visit.no_lapses")
    lines = []
    for occasion in missed:
        known = rounds.of(turn.act, occasion)
        name = entry_wording.name_of(turn.act, occasion.person or known.person)
        number, at = rounds.number(turn.act, known), wording.moment(occasion.at, turn.act)
        line = turn.say("visit.lapse", number=number, title=known.title, name=name, at=at)
        lines.append(line)
    return turn.say("visit.lapses", lines="\n".join(lines))


def plan(turn: Turn, said: Said) -> str:
    """包联计划 泉馨苑 慰问 每季度: by the unit that answers for the estate, or for it."""
    when, rest = _when(turn, said.rest)
    place = turn.act.service.understander.place(rest)
    topic = next((t for t in turn.act.service.content.words["plan_topics"] if t in rest), "")
    team = _unit(turn, rest)
    if place is None or place.estate is None or not topic or team is None:
        topics = "、".join(turn.act.service.content.words["plan_topics"])
        raise Unclear(turn.say("visit.how_plan", topics=topics))
    known = visits.plan(turn.act, team, topic, place.estate, when)
    number = rounds.number(turn.act, known)
    return turn.say("visit.planned", number=number, title=known.title)


def _unit(turn: Turn, text: str) -> Team | None:
    """The speaker's own unit; whoever reviews may name another."""
    teams = turn.act.roster.teams
    if access.may(turn.act, "secretary"):
        named = (t for t in teams.values() if any(n in text for n in (t.name, *t.aliases)))
        return next(named, None)
    own = turn.act.roster.teams_of(turn.person.id)
    return teams[own[0]] if own else None


def names(turn: Turn, said: Said) -> str:
    """名单 联-3: the eldest of the estate, for those who are to go there."""
    known = duties.find(turn, said)
    if not rounds.may_know(turn.act, known):
        raise Forbidden("person")
    found = visits.elders(turn.act, known)
    if not found:
        return turn.say("visit.no_elders", age=visits.OLD)
    lines = "\n".join(visits.whom(turn.act, person) for person in found)
    return turn.say("visit.elders", age=visits.OLD, count=len(found), lines=lines)


WORDS: Mapping[str, Word] = {
    "lapses": Word(lapsed, "worker", "nothing"),
    "pair": Word(pair, "worker"),
    "pairs": Word(pairs, "worker", "nothing"),
    "steward": Word(take_on, "worker"),
    "steward_map": Word(steward_map, "worker"),
    "unit_plan": Word(plan, "member"),
    "unit_names": Word(names, "member", "number", ("plan",)),
}
