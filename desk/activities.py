"""Activities: service days, clinics, clubs, classes. Who signed up, who came, how often.

Attendance is all that is kept: no reading of anybody's body, of a child only what it is called, and
of a gathering that lives by consent (相亲角) nothing once it is over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.practice_rows import Attendance, Occasion, Round
from data.tables import journal as lines
from data.tables import people
from data.tables import rounds as table
from desk import attending, rounds
from desk.listing import shown
from desk.people import known_by_name
from desk.rules.enrolment import Child
from desk.rules.lifecycle import Forbidden
from desk.rules.when import When
from desk.service import Act
from nlp.values import Place

KIND = "event"
REMIND_HOURS, GRACE_HOURS = 24, 12


@dataclass(frozen=True)
class Plan:
    """What is to take place."""

    title: str
    when: When
    place: Place | None = None
    capacity: int | None = None
    services: tuple[str, ...] = ()
    course: bool = False  # signing up once is for every time
    minors: bool = False
    by_consent: bool = False


def begin(act: Act, plan: Plan) -> Round:
    """办活动: by whoever then runs it."""
    place = plan.place or Place()
    grid = act.service.understander.grid_of(place) if place.estate else None
    teams = act.roster.teams_of(act.person.id)
    duty = rounds.Duty(
        kind=KIND,
        title=shown(plan.title),
        person=act.person.id,
        rule=plan.when.rule,
        team=teams[0] if teams else None,
        estate=place.estate,
        building=place.building,
        grid=grid,
        starts=plan.when.starts,
        remind_hours=REMIND_HOURS,
        grace_hours=GRACE_HOURS,
        capacity=plan.capacity,
        course=plan.course,
        data={"services": list(plan.services), "minors": plan.minors, "consent": plan.by_consent},
    )
    return rounds.begin(act, duty)


def coming(act: Act, known: Round) -> Occasion:
    """The next time it takes place, or the one that is under way."""
    open_ = [o for o in table.occasions_of(act.tx, known.id) if o.lapses_at > act.now]
    planned = [o for o in open_ if o.state == "planned"]
    if not planned:
        raise Forbidden("status")
    return min(planned, key=lambda occasion: occasion.at)


def under_way(act: Act, known: Round) -> Occasion:
    """The time for which somebody checks in: today's, which may have been held already."""
    near = [
        o
        for o in table.occasions_of(act.tx, known.id)
        if o.state != "cancelled" and abs(o.at - act.now) <= timedelta(hours=GRACE_HOURS)
    ]
    return min(near, key=lambda o: abs(o.at - act.now)) if near else coming(act, known)


def left(act: Act, known: Round, occasion: Occasion) -> int | None:
    """How many can still sign up; None where there is no limit."""
    if known.capacity is None:
        return None
    taken = sum(a.state in ("signed", "came") for a in table.attendance(act.tx, occasion.id))
    return max(known.capacity - taken, 0)


def enrol(act: Act, known: Round, child: Child) -> Attendance:
    """A guardian enrols a child; what the child is called is kept until the class is over."""
    person = known_by_name(act, child.called)
    data = {"guardian": act.person.id, "guarded": child.guarded, "consent": act.now.isoformat()}
    return attending.sign_up(act, coming(act, known), person.id, data)


def children(act: Act, occasion: Occasion, guardian: str) -> list[str]:
    """Whom a guardian has enrolled."""
    rows = table.attendance(act.tx, occasion.id)
    return [a.person for a in rows if a.data.get("guardian") == guardian and a.state != "cancelled"]


def count_in(act: Act, known: Round, occasion: Occasion, count: int, service: str) -> None:
    """So many came who are not registered with us: a number, and no name."""
    if not rounds.may_do(act, known, occasion):
        raise Forbidden("person")
    data = {"occasion": occasion.id, "count": count, "service": service}
    rounds.log(act, known, "count", data=data)


def finish(act: Act, known: Round, reason: str) -> Round:
    """It is over: children's names and the list of a gathering by consent are not needed more."""
    for occasion in table.occasions_of(act.tx, known.id, 5000):
        for row in table.attendance(act.tx, occasion.id):
            if row.data.get("guardian"):
                people.forget_name(act.tx, row.person)
        if known.data.get("consent"):
            table.forget(act.tx, occasion.id)
    return rounds.end(act, known, reason)


@dataclass(frozen=True, slots=True)
class Figures:
    """What took place: how often, who signed up, who came, and to which services how many times."""

    held: int
    signed: int
    came: int  # persons by occasion, those without a name included
    times: int  # 人次: every service counts
    services: Mapping[str, int]


def figures(act: Act, known: Sequence[Round]) -> Figures:
    """The figures of some activities together, from attendance and from the journal's counts."""
    held = signed = came = times = 0
    services: Counter[str] = Counter()
    for each in known:
        for occasion in table.occasions_of(act.tx, each.id, 5000):
            rows = table.attendance(act.tx, occasion.id)
            there = [row for row in rows if row.state == "came"]
            held += occasion.state == "held" or bool(there)
            signed += sum(row.state in ("signed", "came") for row in rows)
            came += len(there)
            for row in there:
                named = list(row.data.get("services", ()))
                services.update(named)
                times += max(len(named), 1)
        for line in lines.of_subject(act.tx, KIND, str(each.number)):
            if line.action == "count":
                count = int(line.data["count"])
                came, times = came + count, times + count
                if line.data["service"]:
                    services[str(line.data["service"])] += count
    return Figures(held, signed, came, times, dict(services))
