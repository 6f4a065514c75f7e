"""跟踪: what a resolution has somebody do, until when; as an issue of its own, or as a project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from data.council_rows import FollowUp, Topic
from data.database import Database, Tx
from data.rows import Person, Team
from data.tables import issues as issue_table
from data.tables import projects
from data.tables import topics as table
from desk import issues, journal, listing, recording, topics, wording
from desk.recording import Draft, Origin
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeping import sweep


@dataclass(frozen=True)
class Task:
    """What is to be done, by whom, until when; `project` is the number of one that does it."""

    text: str
    owner: Team | Person
    due_at: datetime
    project: int | None = None


def track(act: Act, topic: Topic, task: Task, origin: Origin | None) -> FollowUp:
    """Somebody answers for it from now on. With an `origin` it becomes an issue in his queue."""
    step = topics.take(act, topic, "track", task.text)
    if task.due_at <= act.now:
        raise Forbidden("note")
    if task.project is not None and projects.by_number(act.tx, task.project) is None:
        raise Forbidden("note")
    issue = _issue(act, topic, task, origin) if origin and task.project is None else None
    team = task.owner if isinstance(task.owner, Team) else None
    person = team.members[0] if team and team.members else None
    row = FollowUp(
        id=0,
        topic=topic.id,
        text=listing.masked(task.text),
        person=task.owner.id if isinstance(task.owner, Person) else person,
        team=team.code if team else None,
        issue=issue,
        project=f"{act.say('number.project')}-{task.project}" if task.project else "",
        due_at=task.due_at,
        created_at=act.now,
        done_at=None,
        warned=0,
    )
    row = replace(row, id=table.add_followup(act.tx, row))
    changed = replace(topic, status=step.to)
    data = {"followup": row.id, "team": row.team, "person": row.person, "project": row.project}
    line = topics.moved(act, changed, "track", row.text, data)
    text = topics.say(act, changed, "tracked", text=row.text, due=wording.moment(row.due_at, act))
    journal.tell_each(act, line, (row.person,), text)
    return row


def _issue(act: Act, topic: Topic, task: Task, origin: Origin) -> int:
    """The issue that carries it out, with whoever was named as its owner."""
    category = topic.category or _understood(act, task.text)
    draft = Draft(
        text=task.text,
        category=category,
        confidence=1.0,
        estate=topic.estates[0] if topic.estates else None,
        grid=topic.grid,
        source="found",
    )
    issue = recording.record(act, draft, origin)
    if isinstance(task.owner, Person):
        named = issue.owner_person == task.owner.id
    else:
        named = issue.owner_team == task.owner.code
    if not named:
        issue = issues.transfer(act, issue, task.owner, topics.say(act, topic, "reason"))
    issue_table.save(act.tx, replace(issue, done_due=task.due_at))
    return issue.id


def _understood(act: Act, text: str) -> str:
    parts = act.service.understander.understand(text, addressed=True).parts
    return parts[0].category if parts else "suggest.community"


def done(act: Act, topic: Topic, note: str, row: FollowUp | None = None) -> FollowUp:
    """Its owner says so; without a `row` of the oldest that is left to his word."""
    step = topics.take(act, topic, "done", note)
    among = table.followups(act.tx, topic.id) if row is None else [row]
    waiting = [each for each in among if waits_for_word(act, topic, each)]
    if not waiting:
        raise Forbidden("status")
    return _finish(act, replace(topic, status=step.to), waiting[0], note)


def waits_for_word(act: Act, topic: Topic, row: FollowUp) -> bool:
    """Still to be done, without an issue that would say so, and for the person acting to say."""
    if row.done_at is not None or row.issue is not None:
        return False
    leads = topics.who_is(act, topic) & {"chair", "reviewer"}
    return bool(leads) or is_owner(act, row)


def is_owner(act: Act, row: FollowUp) -> bool:
    return row.person == act.person.id or row.team in act.roster.teams_of(act.person.id)


def _finish(act: Act, topic: Topic, row: FollowUp, note: str) -> FollowUp:
    ended = replace(row, done_at=act.now)
    table.save_followup(act.tx, ended)
    line = topics.moved(act, topic, "done", note, {"followup": row.id})
    text = topics.say(act, topic, "done", text=row.text)
    journal.tell_each(act, line, (topic.chair, topic.proposer), text)
    return ended


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: those whose issue is closed are done; of what is late its owner and chair hear."""

    def late(tx: Tx) -> list[FollowUp]:
        return table.overdue(tx, now)

    done_ = sweep(db, service, now, lambda tx: table.finished(tx), _closed)
    return done_ + sweep(db, service, now, late, _remind)


def _closed(act: Act, row: FollowUp) -> None:
    topic = table.by_id(act.tx, row.topic)
    if topic is not None:
        _finish(act, topic, row, "")


def _remind(act: Act, row: FollowUp) -> None:
    topic = table.by_id(act.tx, row.topic)
    table.save_followup(act.tx, replace(row, warned=1))
    if topic is not None:
        line = topics.log(act, topic, "late", data={"followup": row.id})
        text = topics.say(act, topic, "late", text=row.text, due=wording.moment(row.due_at, act))
        journal.tell_each(act, line, (row.person, topic.chair), text)
