"""决议跟踪: what was resolved to be done, by whom, until when; its owner says that it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from api.operations import Body
from api.shapes import Kept
from console.practices import bits, topics
from console.practices.shape import (
    Area,
    Asked,
    Cells,
    Doing,
    Filter,
    Found,
    Link,
    Options,
    Tone,
    Waits,
    everybody,
    office,
)
from console.practices.shelves import listed
from data.council_rows import FollowUp, Topic
from data.tables import issues
from data.tables import projects as project_table
from data.tables import topics as table
from desk import access, followups, views
from desk import topics as desk
from desk.rules import deliberation as rules
from desk.service import Act

MOST: Final = 2000
State = Literal["open", "late", "done"]
STATES: Final[Mapping[str, Tone]] = {"open": "good", "late": "bad", "done": "past"}


class Done(Body):
    """What was done, where there is something to say."""

    note: Annotated[str, Field(max_length=2000), Kept] = ""


@dataclass(frozen=True)
class Tracked:
    """What is to be done, and the topic in which it was resolved."""

    row: FollowUp
    topic: Topic


def _known(act: Act, rows: Sequence[FollowUp]) -> list[Tracked]:
    """With their topics, as far as the person acting may know of those."""
    found = {topic.id: topic for topic in table.of_ids(act.tx, sorted({r.topic for r in rows}))}
    every = [Tracked(row, found[row.topic]) for row in rows]
    hidden = {topic.id for topic in found.values() if not desk.may_see(act, topic)}
    return [each for each in every if each.topic.id not in hidden]


def _state(act: Act, row: FollowUp) -> State:
    if row.done_at is not None:
        return "done"
    return "late" if row.due_at <= act.now else "open"


def _find(act: Act, asked: Asked) -> Found[Tracked]:
    state, whose = asked.chosen.get("state", ""), asked.chosen.get("whose", "")
    fitting = [
        row
        for row in table.every_followup(act.tx, MOST)
        if state in ("", _state(act, row)) and (not whose or followups.is_owner(act, row))
    ]
    texts = "{0.row.text} {0.topic.title} {0.row.project}"
    return listed(_known(act, fitting), asked, texts.format)


def _late(act: Act, _chosen: Mapping[str, str]) -> int:
    return table.late(act.tx, act.now)


def _one(act: Act, key: str) -> Tracked | None:
    if not (key.isdecimal() and key.isascii() and len(key) < 10):
        return None
    row = table.followup(act.tx, int(key))
    return next(iter(_known(act, [row])), None) if row else None


def _columns(act: Act, found: Sequence[Tracked]) -> list[Cells]:
    names = bits.names(act, [each.row.person for each in found])
    return [
        {
            "task": each.row.text,
            "state": bits.marked(act, "area.followups.state", _state(act, each.row), STATES),
            "owner": bits.team(act, each.row.team) or names.get(each.row.person, ""),
            "due": bits.late(act, each.row.due_at, waits=each.row.done_at is None),
            "topic": Link(f"{desk.number(act, each.topic)} {each.topic.title}",
                          f"practices/topics/{each.topic.number}"),
            "by": _by(act, each.row),
            "done_at": each.row.done_at,
        }
        for each in found
    ]  # fmt: skip


def _by(act: Act, row: FollowUp) -> str:
    """What says that it is done: the issue that it became, or its owner's word."""
    return row.project or act.say(f"area.followups.by.{'issue' if row.issue else 'word'}")


def _facts(act: Act, tracked: Tracked) -> Cells:
    row = {name: value for name, value in _columns(act, [tracked])[0].items() if name != "task"}
    return {**row, "due": bits.last(tracked.row.due_at), "by": _carrier(act, tracked.row),
            "resolution": tracked.topic.resolution}  # fmt: skip


def _carrier(act: Act, row: FollowUp) -> Link | str:
    """The issue or the project that carries it, for whoever may read that."""
    issue = issues.by_id(act.tx, row.issue) if row.issue else None
    if issue is not None and access.may_see(act, issue, act.person):
        return Link(issue.number, f"issues/{views.reference(issue)}")
    digits = row.project.rpartition("-")[2]
    project = project_table.by_number(act.tx, int(digits)) if digits.isdecimal() else None
    if project is not None:
        return Link(f"{row.project} {project.title}", f"practices/projects/{project.number}")
    return _by(act, row)


def _can(act: Act, tracked: Tracked) -> tuple[str, ...]:
    step = rules.TABLE.get((tracked.topic.status, "done"))
    may = step is not None and bool(step.who & desk.who_is(act, tracked.topic))
    return ("done",) if may and followups.waits_for_word(act, tracked.topic, tracked.row) else ()


def _done(act: Act, tracked: Tracked, said: Done) -> FollowUp:
    return followups.done(act, tracked.topic, said.note, tracked.row)


def _shown(act: Act, tracked: Tracked, note: str) -> str:
    return note if note == tracked.row.text else topics.shown(act, tracked.topic, note)


def _mine(act: Act) -> Options:
    return [("mine", act.say("area.followups.mine"))]


AREA: Final = Area(
    name="followups",
    find=_find,
    one=_one,
    key=lambda tracked: str(tracked.row.id),
    columns=_columns,
    facts=_facts,
    title=lambda _act, tracked: tracked.row.text,
    may=everybody,
    filters=(
        bits.statuses("area.followups.state", tuple(STATES), "state"),
        Filter("whose", _mine),
    ),
    doings=(Doing("done", Done, _done),),
    can=_can,
    subject=lambda tracked: (desk.KIND, tracked.topic.subject),
    lines=lambda tracked, line: line.data.get("followup") == tracked.row.id,
    shown=_shown,
    waits=Waits("state", "late", _late, office),
)
