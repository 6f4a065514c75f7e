"""Appraisals by evidence: the secretary's stars by the street, a property company by the community
and by its owners. What was seen is kept beside what was said, in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.practice_rows import Line, Motion
from data.rows import Person, Team
from data.tables import journal as journal_table
from data.tables import motions as motion_table
from desk import access, joint_meeting, journal, motions, outcomes
from desk.outcomes import Outcome
from desk.rules import stars
from desk.rules.lifecycle import Forbidden
from desk.rules.quarters import Quarter
from desk.service import Act

STAR, PROPERTY = "star", "property"
NOTHING = Outcome(0, 0, 0, 0, None)


def evidence(act: Act, quarter: Quarter) -> dict[str, float | None]:
    """The shares by which a secretary's quarter is seen; None where there is no sample."""
    found = outcomes.measure(act, quarter.since, quarter.until, outcomes.everything)
    whole = found.get("all", NOTHING)
    met = joint_meeting.figures(act, quarter.since, quarter.until)
    return {
        "solution": whole.rates.solution if whole.rates else None,
        "satisfaction": whole.rates.satisfaction if whole.rates else None,
        "on_time": whole.promptness,
        "resolved": min(met.resolved / met.topics, 1.0) if met.topics else None,
    }


def appraise(act: Act, person: Person, quarter: Quarter, given: int, reason: str) -> Line:
    """评星: by the street, with the evidence and a reason; he hears both."""
    if not access.may(act, "street") or person.id == act.person.id:
        raise Forbidden("person")
    if person.role != "secretary" or not 1 <= given <= stars.MOST_STARS or not reason.strip():
        raise Forbidden("note")
    seen = evidence(act, quarter)
    data: dict[str, object] = {
        "stars": given, "suggested": stars.suggest(seen), "quarter": quarter.name, **seen,
    }  # fmt: skip
    line = journal.append(act, STAR, person.id, "appraise", reason, data)
    text = act.say("star.told", quarter=quarter.name, stars="★" * given, reason=reason)
    journal.tell_each(act, line, (person.id,), text)
    return line


def given(act: Act, person: Person) -> list[Line]:
    """Every appraisal of somebody; of a quarter the last one counts."""
    lines = [each for each in journal.lines(act, STAR, person.id) if each.action == "appraise"]
    return list({str(line.data["quarter"]): line for line in lines}.values())


# -- 物业 -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PropertyView:
    """A property company's quarter: what its owners said, what the community says, what it did."""

    votes: tuple[Motion, ...]
    ballots: tuple[int, ...]  # 满意, 基本满意, 不满意, over all its estates
    community: Line | None
    outcome: Outcome


def ask_owners(act: Act, team: Team, quarter: Quarter, households: int, days: int) -> list[Motion]:
    """评物业: one vote a household in each of its estates; a rating needs no quorum."""
    if team.kind != PROPERTY or not team.areas:
        raise Forbidden("note")
    if _line(act, team, quarter, "ask") is not None:
        raise Forbidden("status")
    question = act.say("property.question", team=team.name, quarter=quarter.name)
    put = [
        motions.put(act, motions.Question(
            question, tuple(act.say(f"property.{name}") for name in OPTIONS), households,
            act.now + timedelta(days=days), estate=estate, quorum=1,
        ))
        for estate in team.areas
    ]  # fmt: skip
    data = {"motions": [motion.number for motion in put]}
    journal.append(act, PROPERTY, subject(team, quarter), "ask", data=data)
    return put


OPTIONS = ("satisfied", "fairly", "unsatisfied")


def rate(act: Act, team: Team, quarter: Quarter, *, good: bool, reason: str) -> Line:
    """物业打分, by the community, with its reason; the company hears it."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if team.kind != PROPERTY or not reason.strip():
        raise Forbidden("note")
    data = {"good": good}
    line = journal.append(act, PROPERTY, subject(team, quarter), "rate", reason, data)
    verdict = act.say("rating.good" if good else "rating.poor")
    text = act.say("property.told", quarter=quarter.name, verdict=verdict, reason=reason)
    journal.tell_each(act, line, team.members[:1], text)
    return line


def view(act: Act, team: Team, quarter: Quarter) -> PropertyView:
    asked = _line(act, team, quarter, "ask")
    numbers: Sequence[int] = asked.data["motions"] if asked else ()
    votes = [found for n in numbers if (found := motion_table.by_number(act.tx, n))]
    over = [motion for motion in votes if motion.status != "open"]
    counts = [motions.count(act, motion).counts for motion in over]
    measured = outcomes.measure(act, quarter.since, quarter.until, outcomes.team)
    return PropertyView(
        votes=tuple(votes),
        ballots=tuple(map(sum, zip(*counts, strict=True))) if counts else (0, 0, 0),
        community=_line(act, team, quarter, "rate"),
        outcome=measured.get(team.code, NOTHING),
    )


def subject(team: Team, quarter: Quarter) -> str:
    return f"{team.code}:{quarter.name}"


def _line(act: Act, team: Team, quarter: Quarter, action: str) -> Line | None:
    """The last of its kind."""
    lines = journal_table.of_subject(act.tx, PROPERTY, subject(team, quarter))
    return next((line for line in reversed(lines) if line.action == action), None)


def shares(found: Mapping[str, float | None], none: str) -> dict[str, str]:
    """As one reads them."""
    return {name: none if share is None else f"{share:.0%}" for name, share in found.items()}
