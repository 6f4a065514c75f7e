"""有事来商量: a topic from its proposal to what was done about it; each step is told and logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from data.council_rows import Topic
from data.database import Database
from data.practice_rows import Line, Motion
from data.tables import issues, ledger
from data.tables import motions as motion_table
from data.tables import topics as table
from desk import access, journal, listing, motions
from desk.common import Problem
from desk.motions import Question
from desk.rules import deliberation as rules
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_doors
from desk.service import Act, Service
from desk.sweeping import sweep
from nlp.text import mask_ids

KIND = "topic"


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to have talked over."""

    title: str
    text: str = ""
    category: str = ""
    estates: tuple[str, ...] = ()
    grid: str | None = None
    issues: tuple[str, ...] = ()


def number(act: Act, topic: Topic) -> str:
    """题-3."""
    return f"{act.say('number.topic')}-{topic.number}"


def propose(act: Act, said: Proposal) -> Topic:
    """提议: by anybody; those who review hear of it."""
    topic = Topic(
        id=0,
        number=issues.next_number(act.tx, KIND),
        status="proposed",
        title=listing.shown(said.title),
        text=mask_ids(said.text or said.title),
        category=said.category,
        estates=said.estates,
        grid=said.grid,
        issues=said.issues,
        proposer=act.person.id,
        chair=None,
        venue="",
        meets_at=None,
        motion=None,
        resolution="",
        created_at=act.now,
        closed_at=None,
    )
    topic = replace(topic, id=table.add(act.tx, topic))
    data = {"estates": list(topic.estates), "issues": list(topic.issues)}
    line = log(act, topic, "propose", data=data)
    text = say(act, topic, "review", text=topic.text)
    for person in access.reviewers(act):
        journal.tell(act, line, person, text)
    return topic


def from_problem(act: Act, problem: Problem) -> Topic:
    """A common problem becomes a topic, with everything that was reported of it."""
    category = act.service.category(problem.category)
    title = act.say("topic.of_problem", place=problem.place, category=category.name)
    said = Proposal(
        title=title,
        category=problem.category,
        estates=(problem.place,) if problem.place else (),
        issues=tuple(f"{issue.day}/{issue.number}" for issue in problem.issues),
    )
    return propose(act, said)


def adopt(act: Act, topic: Topic, title: str = "") -> Topic:
    """立题, with another title where the first says too much. Whoever says so leads it, unless a
    grid worker proposed it."""
    step = take(act, topic, "adopt", "")
    staff = topic.proposer in act.roster.staff
    chair = topic.proposer if staff else act.person.id
    changed = replace(
        topic, status=step.to, chair=chair, closed_at=None,
        title=listing.shown(title) or topic.title,
    )  # fmt: skip
    line = moved(act, changed, "adopt", data={"person": topic.proposer})
    journal.tell_each(act, line, (topic.proposer, chair), say(act, changed, "adopted"))
    return changed


def refuse(act: Act, topic: Topic, reason: str) -> Topic:
    """不立题, and why."""
    step = take(act, topic, "refuse", reason)
    changed = replace(topic, status=step.to)
    line = moved(act, changed, "refuse", reason)
    journal.tell_each(act, line, (topic.proposer,), say(act, changed, "refused", reason=reason))
    return changed


def withdraw(act: Act, topic: Topic) -> Topic:
    step = take(act, topic, "withdraw", "")
    changed = replace(topic, status=step.to)
    line = moved(act, changed, "withdraw")
    tell(act, changed, line, "withdrawn")
    return changed


def convene(act: Act, topic: Topic) -> Topic:
    """开会: a sitting begins; there may be several."""
    step = take(act, topic, "convene", "")
    changed = replace(topic, status=step.to)
    moved(act, changed, "convene")
    return changed


def minute(act: Act, topic: Topic, said: str) -> Topic:
    """记录: one line of what was said, without doors and telephone numbers."""
    step = take(act, topic, "minute", said)
    changed = replace(topic, status=step.to)
    moved(act, changed, "minute", without_doors(mask_ids(said)))
    return changed


def minutes(act: Act, topic: Topic) -> list[Line]:
    """纪要: everything that was written down in the sittings, in order."""
    kept = ("convene", "minute", "vote", "carry", "miss", "resolve", "track", "again")
    return [each for each in journal.lines(act, KIND, topic.subject) if each.action in kept]


def vote(act: Act, topic: Topic, question: Question) -> Motion:
    """表决: put to the households; the result becomes the resolution."""
    step = take(act, topic, "vote", "")
    motion = motions.put(act, question)
    changed = replace(topic, status=step.to, motion=motion.id)
    moved(act, changed, "vote", motion.question, {"motion": motion.number})
    return motion


def resolve(act: Act, topic: Topic, resolution: str) -> Topic:
    """决议: told to everybody who proposed it, reported it, or was asked to come."""
    step = take(act, topic, "resolve", resolution)
    return _resolved(act, replace(topic, status=step.to), "resolve", resolution)


def _resolved(act: Act, topic: Topic, action: str, resolution: str) -> Topic:
    changed = replace(topic, resolution=listing.masked(resolution))
    line = moved(act, changed, action, changed.resolution)
    tell(act, changed, line, "resolved", resolution=changed.resolution)
    return changed


def counted(act: Act, topic: Topic) -> Topic:
    """The vote is over: an option that has carried is the resolution, else it is talked over."""
    motion = motion_table.by_id(act.tx, topic.motion) if topic.motion else None
    if motion is None:
        raise Forbidden("status")
    winner = motion.result.get("winner")
    if motion.status == "passed" and isinstance(winner, int):
        step = take(act, topic, "carry", motion.options[winner])
        return _resolved(act, replace(topic, status=step.to), "carry", motion.options[winner])
    step = take(act, topic, "miss", "")
    changed = replace(topic, status=step.to)
    line = moved(act, changed, "miss", motion.status)
    journal.tell_each(act, line, (topic.chair or topic.proposer,), say(act, changed, "missed"))
    return changed


def close(act: Act, topic: Topic) -> Topic:
    """结题: when all that was resolved has been done."""
    step = take(act, topic, "close", "")
    if any(each.done_at is None for each in table.followups(act.tx, topic.id)):
        raise Forbidden("status")
    changed = replace(topic, status=step.to, closed_at=act.now)
    line = moved(act, changed, "close")
    tell(act, changed, line, "closed")
    return changed


def again(act: Act, topic: Topic, reason: str) -> Topic:
    """再议: what was resolved does not hold."""
    step = take(act, topic, "again", reason)
    changed = replace(topic, status=step.to, closed_at=None)
    line = moved(act, changed, "again", reason)
    tell(act, changed, line, "again", reason=reason)
    return changed


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: topics whose vote is over."""
    return sweep(db, service, now, lambda tx: table.voted(tx), counted)


# -- who, and what is written down ----------------------------------------------------------------


def who_is(act: Act, topic: Topic) -> frozenset[rules.Who]:
    """In which capacities the person acting meets a topic."""
    found: set[rules.Who] = {"anyone"}
    me = act.person.id
    if me == "system":
        found.add("system")
    if me == topic.proposer:
        found.add("proposer")
    if me == topic.chair:
        found.add("chair")
    if access.may(act, "secretary"):
        found.add("reviewer")
    own = act.roster.teams_of(me)
    if any(f.person == me or f.team in own for f in table.followups(act.tx, topic.id)):
        found.add("owner")
    return frozenset(found)


def may_see(act: Act, topic: Topic) -> bool:
    """What has not been adopted is between its proposer and those who review."""
    return topic.status in rules.PUBLIC or bool(who_is(act, topic) & {"proposer", "reviewer"})


def may_read_minutes(act: Act, topic: Topic) -> bool:
    """Those who were asked to come, who leads it, and staff; the resolution is for everybody."""
    asked = {row.person for row in table.invitees(act.tx, topic.id)}
    mine = who_is(act, topic) & {"proposer", "chair", "reviewer", "owner"}
    return bool(mine) or act.person.id in asked or access.may(act, "worker")


def take(act: Act, topic: Topic, action: rules.Action, note: str) -> rules.Step:
    """The step an action takes, if the person acting may take it."""
    return rules.step(topic.status, action, who_is(act, topic), note)


def moved(
    act: Act, topic: Topic, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    """Save a topic and write the step down."""
    table.save(act.tx, topic)
    return log(act, topic, action, note, data)


def log(
    act: Act, topic: Topic, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    return journal.append(act, KIND, topic.subject, action, note, data, topic.status)


def say(act: Act, topic: Topic, step: str, /, **words: object) -> str:
    return act.say(f"topic.{step}", number=number(act, topic), title=topic.title, **words)


def tell(act: Act, topic: Topic, line: Line, step: str, **words: object) -> None:
    """Everybody who has to do with it: proposer, chair, reporters, and who was asked to come."""
    people = (topic.proposer, topic.chair, *reporters(act, topic), *_asked(act, topic))
    journal.tell_each(act, line, people, say(act, topic, step, **words))


def _asked(act: Act, topic: Topic) -> Iterable[str]:
    return (row.person for row in table.invitees(act.tx, topic.id) if row.state != "declined")


def reporters(act: Act, topic: Topic) -> list[str]:
    """Whose requests it came from."""
    found = []
    for name in topic.issues:
        day, _, digits = name.partition("/")
        issue = ledger.by_day(act.tx, day, digits)
        if issue is not None:
            found.append(issue.reporter)
    return found
