"""任务清单和进度: tasks by area, who has each, how far it has come, what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from data.database import Database
from data.lists_rows import Task
from data.practice_rows import Line
from data.tables import issues
from data.tables import tasks as table
from desk import access, entry_wording, journal
from desk.listing import shown
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeping import sweep

KIND = "task"
ALL = 100


def set_task(
    act: Act, area: str, title: str, *, team: str | None, person: str | None,
    project: int | None = None, due: datetime | None = None,
) -> Task:  # fmt: skip
    """加任务: by those who review; whoever has it is told."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if not (team or person):
        raise Forbidden("note")
    task = Task(
        id=0, number=issues.next_number(act.tx, KIND), area=area, title=shown(title), team=team,
        person=person, project=project, due=due, progress=0, state="open", note="",
        created_at=act.now, ended_at=None, warned=0,
    )  # fmt: skip
    task = replace(task, id=table.add(act.tx, task))
    line = _log(act, task, "set")
    for owner in owners(act, task)[:1]:
        journal.tell(act, line, owner, act.say("task.given", **words(act, task)))
    return task


def move(act: Act, task: Task, progress: int, note: str) -> Task:
    """进度: how far it has come, by whoever has it or reviews it; at a hundred it is done."""
    if act.person.id not in owners(act, task) and not access.may(act, "secretary"):
        raise Forbidden("person")
    if task.state != "open" or not 0 <= progress <= ALL:
        raise Forbidden("status")
    if progress == ALL and not note.strip():
        raise Forbidden("note")
    done = progress == ALL
    changed = replace(
        task,
        progress=progress,
        note=note or task.note,
        state="done" if done else "open",
        ended_at=act.now if done else None,
    )
    table.save(act.tx, changed)
    line = _log(act, changed, "done" if done else "progress", note, {"progress": progress})
    if done:
        for person in access.reviewers(act):
            text = act.say("task.finished", **words(act, changed), note=note)
            journal.tell(act, line, person, text)
    return changed


def reopen(act: Act, task: Task, reason: str) -> Task:
    """It was not done after all."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if task.state != "done":
        raise Forbidden("status")
    if not reason.strip():
        raise Forbidden("note")
    changed = replace(task, state="open", progress=ALL - 1, ended_at=None)
    table.save(act.tx, changed)
    line = _log(act, changed, "reopen", reason)
    for owner in owners(act, task)[:1]:
        text = act.say("task.reopened", **words(act, task), note=reason)
        journal.tell(act, line, owner, text)
    return changed


def owners(act: Act, task: Task) -> tuple[str, ...]:
    team = act.roster.teams.get(task.team or "")
    return tuple(team.members) if team else tuple(filter(None, (task.person,)))


def words(act: Act, task: Task) -> dict[str, str]:
    team = act.roster.teams.get(task.team or "")
    owner = team.name if team else entry_wording.name_of(act, task.person or "")
    return {
        "number": f"{act.say('number.task')}-{task.number}",
        "area": task.area,
        "title": task.title,
        "owner": owner,
        "progress": str(task.progress),
    }


def _log(
    act: Act, task: Task, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    return journal.append(act, KIND, str(task.number), action, note, data, task.state)


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: tasks past their term; whoever has each and those who review are told once."""
    return sweep(db, service, now, lambda tx: table.overdue(tx, now), _late)


def _late(act: Act, task: Task) -> None:
    table.save(act.tx, replace(task, warned=1))
    line = _log(act, task, "late")
    text = act.say("task.late", **words(act, task))
    for person in dict.fromkeys((*owners(act, task)[:1], *access.reviewers(act)[:1])):
        journal.tell(act, line, person, text)
