"""任务清单和进度计划 in chat: the board by area, one's own, and how far each has come."""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.lists_rows import Task
from data.tables import projects as project_table
from data.tables import tasks as table
from desk import dates, fields, task_list
from handlers import worker
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN, EVERY = 15, 1000
LABELS = ("owner", "due")
_SHARE = re.compile(r"(\d{1,3})\s*[%％]\s*")


def board(turn: Turn, said: Said) -> str:
    """任务清单: each area; with the name of one its tasks."""
    if not said.rest:
        return _areas(turn)
    found = [task for task in table.page(turn.act.tx, "", 0, EVERY) if said.rest in task.area]
    if not found:
        raise Unclear(turn.say("task.no_area"))
    return turn.say("task.list", lines="\n".join(_line(turn, task) for task in found[:SHOWN]))


def _areas(turn: Turn) -> str:
    counts = table.board(turn.act.tx, turn.act.now)
    if not counts:
        return turn.say("task.none")
    lines = [
        turn.say("task.area", area=c.area, tasks=c.tasks, done=c.done, late=c.late,
                 progress=round(c.progress))
        for c in counts
    ]  # fmt: skip
    return turn.say(
        "task.board",
        areas=len(counts),
        tasks=sum(c.tasks for c in counts),
        done=sum(c.done for c in counts),
        late=sum(c.late for c in counts),
        lines="\n".join(lines),
    )


def _line(turn: Turn, task: Task) -> str:
    due = dates.last_day(task.due) if task.due else ""
    return turn.say("task.line", **task_list.words(turn.act, task), due=due)


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """我的清单: what I or my team still have to do."""
    teams = turn.act.roster.teams_of(turn.person.id)
    found = table.open_of(turn.act.tx, turn.person.id, teams)
    if not found:
        return turn.say("task.nothing")
    return turn.say("task.mine", lines="\n".join(_line(turn, task) for task in found))


def move(turn: Turn, said: Said) -> str:
    """进度 任-3 50% 已经装了一半; without a figure it shows where the task stands."""
    task = _find(turn, said)
    share = _SHARE.match(said.rest)
    if share is None:
        return "\n".join(filter(None, (_line(turn, task), task.note)))
    changed = task_list.move(turn.act, task, int(share[1]), said.rest[share.end() :])
    return turn.say("task.moved", **task_list.words(turn.act, changed))


def done(turn: Turn, said: Said) -> str:
    """完成 任-3 做了什么."""
    changed = task_list.move(turn.act, _find(turn, said), task_list.ALL, said.rest)
    return turn.say("task.moved", **task_list.words(turn.act, changed))


def reopen(turn: Turn, said: Said) -> str:
    """重办 任-3 原因."""
    changed = task_list.reopen(turn.act, _find(turn, said), said.rest)
    return turn.say("task.moved", **task_list.words(turn.act, changed))


def set_task(turn: Turn, said: Said) -> str:
    """加任务 环境整治 清理卫生死角 负责 绿色环保队 期限 2027-03-31 (项-1)."""
    words = turn.act.service.content.words
    found = fields.read(said.rest, {name: words[f"task_{name}"] for name in LABELS})
    area, _, title = found.get("", "").partition(" ")
    if not title.strip() or "owner" not in found:
        raise Unclear(turn.say("task.how"))
    numbers = [n for kind, n in turn.words.numbers(said.rest) if kind == "project"]
    project = project_table.by_number(turn.act.tx, numbers[0]) if numbers else None
    names = {p.name: p.id for p in turn.act.roster.staff.values()}
    team, _ = worker.named(found["owner"], worker.team_names(turn))
    person, _ = worker.named(found["owner"], names)
    if team is None and person is None:
        raise Unclear(turn.say("whistle.which_teams", unknown=found["owner"]))
    exact = names.get(found["owner"])
    task = task_list.set_task(
        turn.act,
        area,
        title.strip(),
        team=None if exact or team is None else team.code,
        person=exact or (person if team is None else None),
        project=project.id if project else None,
        due=dates.end_of(found.get("due", ""), turn.act.now),
    )
    return turn.say("task.set", **task_list.words(turn.act, task))


def _find(turn: Turn, said: Said) -> Task:
    found = table.by_number(turn.act.tx, said.number)
    if found is None:
        raise Unclear(turn.say("which.unknown", number=f"{turn.say('number.task')}-{said.number}"))
    return found


WORDS: Mapping[str, Word] = {
    "my_tasks": Word(mine, "member", "nothing"),
    "progress": Word(move, "member", "number", ("task",)),
    "task_done": Word(done, "member", "number", ("task",)),
    "board": Word(board, "worker"),
    "set_task": Word(set_task, "secretary"),
    "reopen_task": Word(reopen, "secretary", "number", ("task",)),
}
