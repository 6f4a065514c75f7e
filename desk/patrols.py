"""Patrols and daily checks: whose turn it is, where, and what is looked at.

What is found becomes an issue before anybody asks (未呼先应); the patrol itself is a round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.practice_rows import Occasion, Round
from data.rows import Person, Team
from data.tables import journal as lines
from data.tables import rounds as table
from desk import journal, rounds
from desk.rules.when import When
from desk.service import Act
from nlp.values import Place

KIND = "patrol"
MONTH = timedelta(days=30)
REMIND_HOURS, GRACE_HOURS = 1, 4


@dataclass(frozen=True)
class Beat:
    """What is patrolled, when, and what is looked at on the way."""

    title: str
    when: When
    checks: tuple[str, ...]
    place: Place | None = None
    team: Team | None = None
    watch: bool = False  # somebody sits at a place (值班) instead of walking round it


def arrange(act: Act, beat: Beat, people: Sequence[Person]) -> Round:
    """排班: these people in turn, one each time."""
    place = beat.place or Place()
    duty = rounds.Duty(
        kind="watch" if beat.watch else KIND,
        title=beat.title,
        person=people[0].id,
        rule=beat.when.rule,
        team=beat.team.code if beat.team else None,
        estate=place.estate,
        building=place.building,
        grid=place.grid,
        starts=beat.when.starts,
        remind_hours=REMIND_HOURS,
        grace_hours=GRACE_HOURS,
        checklist=() if beat.watch else beat.checks,
        turns=tuple(person.id for person in people) if len(people) > 1 else (),
    )
    known = rounds.begin(act, duty)
    line = rounds.log(act, known, "arrange", data={"people": len(people)})
    number = rounds.number(act, known)
    for person in people:
        journal.tell(act, line, person.id, act.say("patrol.yours", number=number, title=beat.title))
    return known


def mine(act: Act) -> list[tuple[Round, Occasion]]:
    """The patrols that the person acting is to walk next, the most pressing first."""
    found: dict[int, tuple[Round, Occasion]] = {}
    for occasion in table.planned_for(act.tx, act.person.id, 100):
        known = rounds.of(act, occasion)
        if known.kind == KIND:
            found.setdefault(known.id, (known, occasion))
    return list(found.values())


def figures(act: Act) -> dict[str, int]:
    """What the journal says of the last month's patrols."""
    since, until = act.now - MONTH, act.now + timedelta(seconds=1)
    done = lines.done(act.tx, KIND, "hold", since, until)
    seconds = sorted(int(line.data["seconds"]) for line in done if line.data.get("seconds"))
    return {
        "walked": len(done),
        "people": len({line.actor for line in done}),
        "missed": len(lines.done(act.tx, KIND, "miss", since, until)),
        "found": sum(len(line.data.get("found", ())) for line in done),
        "seconds": seconds[len(seconds) // 2] if seconds else 0,
    }
