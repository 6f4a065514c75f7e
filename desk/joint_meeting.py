"""季度共商会: a recurring round that puts its own agenda together a week before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from data.council_rows import Topic
from data.database import Database
from data.practice_rows import Occasion, Round
from data.tables import journal as journal_table
from data.tables import members
from data.tables import rounds as round_table
from data.tables import topics as table
from desk import access, common, journal, rounds, topics
from desk.common import Problem
from desk.rules import deliberation as rules
from desk.rules.lifecycle import Forbidden
from desk.rules.recurring import quarterly
from desk.service import Act, Service
from desk.sweeping import sweep

KIND = "council"
BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Agenda:
    """What a joint meeting talks over: what is new, what is under way, what is late."""

    fresh: tuple[Topic, ...]
    under_way: tuple[Topic, ...]
    problems: tuple[Problem, ...]


def begin(act: Act, day: int, at: time, venue: str) -> Round:
    """Set it up, once: on that day of each quarter's last month."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if round_table.of_kind(act.tx, KIND):
        raise Forbidden("status")
    duty = rounds.Duty(
        kind=KIND,
        title=act.say("council.title"),
        person=act.person.id,
        rule=quarterly(day, at),
        grace_hours=72,
        data={"venue": venue},
    )
    return rounds.begin(act, duty)


def current(act: Act) -> tuple[Round, Occasion | None] | None:
    """The round and the occasion that comes next, where it is planned already."""
    found = round_table.of_kind(act.tx, KIND)
    if not found:
        return None
    planned = [o for o in round_table.occasions_of(act.tx, found[0].id) if o.state == "planned"]
    return found[0], planned[-1] if planned else None


def agenda(act: Act) -> Agenda:
    """From the open topics, and the common problems that are no topic yet."""
    open_ones = table.page(act.tx, sorted(rules.OPEN | {"proposed"}), 0, 500)
    known = {(t.category, estate) for t in open_ones for estate in (t.estates or ("",))}
    return Agenda(
        fresh=tuple(t for t in open_ones if t.status in ("proposed", "adopted", "invited")),
        under_way=tuple(t for t in open_ones if t.status in ("meeting", "resolved", "tracking")),
        problems=tuple(p for p in common.problems(act) if (p.category, p.place) not in known),
    )


def lines(act: Act, found: Agenda) -> list[str]:
    """An agenda in words."""
    named = [
        topics.say(act, topic, "agenda_line", status=act.say(f"topic.status.{topic.status}"))
        for topic in (*found.fresh, *found.under_way)
    ]
    return named + [
        act.say(
            "council.problem",
            place=problem.place,
            category=act.service.category(problem.category).name,
            count=len(problem.issues),
            people=problem.people,
        )
        for problem in found.problems
    ]


def hold(act: Act, note: str) -> Occasion:
    """It was held; what was resolved stands with its topics."""
    found = current(act)
    if found is None or found[1] is None:
        raise Forbidden("status")
    return rounds.hold(act, found[1], note)


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: meetings that come within a week get their agenda, and those who take part hear."""
    return sweep(db, service, now, lambda tx: table.unbuilt_agendas(tx, now + BEFORE), _build)


def _build(act: Act, number: int) -> None:
    occasion = round_table.occasion(act.tx, number)
    if occasion is None:
        return
    found = agenda(act)
    shown = lines(act, found)
    data = {
        "topics": [topic.number for topic in (*found.fresh, *found.under_way)],
        "problems": [[problem.category, problem.place] for problem in found.problems],
    }
    line = journal.append(act, "agenda", str(number), "build", data=data)
    text = act.say("council.agenda", lines="\n".join(shown) or act.say("council.empty"))
    known = rounds.of(act, occasion)
    committee = (bond.person for bond in members.bonds_of(act.tx, "committee"))
    journal.tell_each(act, line, (known.person, *access.reviewers(act), *committee), text)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the topics of a span came to, counted from the journal."""

    topics: int
    estates: int
    sittings: int
    resolved: int
    closed: int


def figures(act: Act, since: datetime, until: datetime) -> Figures:
    def done(action: str) -> list[str]:
        found = journal_table.done(act.tx, topics.KIND, action, since, until)
        return [line.subject for line in found]

    proposed = journal_table.done(act.tx, topics.KIND, "propose", since, until)
    return Figures(
        topics=len(proposed),
        estates=len({estate for line in proposed for estate in line.data["estates"]}),
        sittings=len(done("convene")),
        resolved=len(set(done("resolve")) | set(done("carry"))),
        closed=len(set(done("close"))),
    )
