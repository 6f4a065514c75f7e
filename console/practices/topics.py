"""有事来商量: topics from the proposal to what was done about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from console.practices import bits
from console.practices.doing import of_api
from console.practices.shape import (
    Area,
    Block,
    Cells,
    Doing,
    Filter,
    Link,
    Options,
    Tone,
    Waits,
    everybody,
    office,
)
from console.practices.shelves import Allowed, Shelf, number
from data.council_rows import Topic
from data.tables import motions as motion_table
from data.tables import topics as table
from desk import access, inviting, topics
from desk.rules import deliberation as rules
from desk.service import Act

ACTIONS: Final = (
    "adopt", "refuse", "invite", "convene", "minute", "vote", "resolve", "track", "close",
    "again", "withdraw",
)  # fmt: skip
TONES: Final[Mapping[str, Tone]] = {
    "proposed": "wait", "meeting": "good", "voting": "good", "closed": "past", "refused": "past",
    "withdrawn": "past",
}  # fmt: skip


def _path(topic: Topic) -> dict[str, str]:
    return {"topic": str(topic.number)}


def _roles(act: Act, topic: Topic) -> Options:
    """Every role that somebody has there, with how many have it."""
    found = inviting.available(act, topic).items()
    return [(role, act.say("topic.role_option", role=role, count=len(guests)))
            for role, guests in found]  # fmt: skip


def _doing(name: str) -> Doing:
    return of_api(name, f"topic_{name}", _path, {"roles": _roles} if name == "invite" else None)


def _allowed(act: Act) -> Allowed:
    return {} if access.may(act, "secretary") else {"status": tuple(rules.PUBLIC)}


SHELF: Final = Shelf(
    Topic, "topics", within=("title", "resolution", "estates"), allowed=_allowed,
    sees=topics.may_see,
)  # fmt: skip


def _columns(act: Act, found: Sequence[Topic]) -> list[Cells]:
    return [
        {
            "number": topics.number(act, topic),
            "title": topic.title,
            "status": bits.marked(act, "topic.status", topic.status, TONES),
            "estates": topic.estates,
            "meets_at": topic.meets_at,
            "resolution": topic.resolution,
            "created_at": topic.created_at,
            "closed_at": topic.closed_at,
        }
        for topic in found
    ]


def _facts(act: Act, topic: Topic) -> Cells:
    motion = motion_table.by_id(act.tx, topic.motion) if topic.motion else None
    own = bool(topics.who_is(act, topic) & {"proposer", "reviewer"})
    return {
        "title": topic.title,
        "text": topic.text if own and topic.text != topic.title else "",
        "status": bits.marked(act, "topic.status", topic.status, TONES),
        "estates": topic.estates,
        "issues": [issue.rpartition("/")[2] for issue in topic.issues],
        "chair": bits.who(act, topic.chair),
        "meets_at": topic.meets_at,
        "venue": topic.venue,
        "motion": Link(motion.question, f"practices/motions/{motion.number}") if motion else None,
        "resolution": topic.resolution,
        "closed_at": topic.closed_at,
    }


def _blocks(act: Act, topic: Topic) -> list[Block]:
    guests = table.invitees(act.tx, topic.id) if topics.may_read_minutes(act, topic) else []
    names = bits.names(act, [guest.person for guest in guests])
    asked: list[Cells] = [
        {"role": guest.role, "person": names[guest.person], "team": bits.team(act, guest.team),
         "state": act.say(f"area.topics.guest.{guest.state}")}
        for guest in guests
    ]  # fmt: skip
    tasks: list[Cells] = [
        {"task": Link(row.text, f"practices/followups/{row.id}"),
         "owner": bits.who(act, row.person, row.team),
         "due": bits.late(act, row.due_at, waits=row.done_at is None), "done_at": row.done_at}
        for row in table.followups(act.tx, topic.id)
    ]  # fmt: skip
    return [Block("followups", tasks), Block("guests", asked)]


def _can(act: Act, topic: Topic) -> list[str]:
    who = topics.who_is(act, topic)
    return [
        name
        for name in ACTIONS
        if (step := rules.TABLE.get((topic.status, name))) and step.who & who
        and not (name == "close" and _undone(act, topic))
    ]  # fmt: skip


def _undone(act: Act, topic: Topic) -> bool:
    return any(row.done_at is None for row in table.followups(act.tx, topic.id))


def shown(act: Act, topic: Topic, note: str) -> str:
    """What was said is for those who read minutes, what was resolved for everybody."""
    return note if topics.may_read_minutes(act, topic) or note == topic.resolution else ""


def _statuses(act: Act) -> Options:
    names = [s for s in rules.STATUSES if s in rules.PUBLIC or access.may(act, "secretary")]
    return [(name, act.say(f"topic.status.{name}")) for name in names]


AREA: Final = Area(
    name="topics",
    find=SHELF.find,
    one=SHELF.one,
    key=number,
    columns=_columns,
    facts=_facts,
    title=lambda act, topic: f"{topics.number(act, topic)} {topic.title}",
    may=everybody,
    filters=(Filter("status", _statuses),),
    doings=tuple(_doing(name) for name in ACTIONS),
    can=_can,
    new=(of_api("propose", "create_topic"),),
    may_new=everybody,
    blocks=_blocks,
    subject=lambda topic: (topics.KIND, topic.subject),
    shown=shown,
    waits=Waits("status", "proposed", SHELF.count, office),
)
