"""季度共商会 and 兼任委员: the joint meeting's agenda, who is appointed to what, and his queue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time

from data.rows import Person
from data.tables import members
from desk import committee, entry_wording, joint_meeting, topics, wording
from desk.rules.quarters import quarter_of
from handlers import dates
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

STARTS = time(14, 30)
_DAY = re.compile(r"(?<!\d)(1\d|2[0-8]|[1-9])\s*[日号]")
SHOWN = 8


def set_up(turn: Turn, said: Said) -> str:
    """设共商会 15日 14:30 议事亭: that day of each quarter's last month."""
    day = _DAY.search(said.rest)
    if day is None:
        raise Unclear(turn.say("council.how"))
    at, rest = dates.clock(_DAY.sub(" ", said.rest, count=1))
    known = joint_meeting.begin(turn.act, int(day[1]), at or STARTS, rest.strip())
    found = joint_meeting.current(turn.act)
    first = found[1].at if found and found[1] else known.next_at
    when = wording.moment(first, turn.act) if first else ""
    return turn.say("council.begun", when=when)


def council(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """共商会: when the next one is, what is on its agenda, and what this quarter came to."""
    found = joint_meeting.current(turn.act)
    if found is None:
        raise Unclear(turn.say("council.none"))
    known, occasion = found
    at = occasion.at if occasion else known.next_at
    lines = joint_meeting.lines(turn.act, joint_meeting.agenda(turn.act))
    quarter = quarter_of(turn.act.now)
    done = joint_meeting.figures(turn.act, quarter.since, quarter.until)
    return "\n".join(
        (
            turn.say("council.next", when=wording.moment(at, turn.act) if at else ""),
            "\n".join(lines) or turn.say("council.empty"),
            turn.say(
                "council.figures",
                quarter=quarter.name,
                topics=done.topics,
                estates=done.estates,
                sittings=done.sittings,
                resolved=done.resolved,
                closed=done.closed,
            ),
        )
    )


def held(turn: Turn, said: Said) -> str:
    """共商会结束 …: what was resolved stands with its topics."""
    joint_meeting.hold(turn.act, said.rest)
    return turn.say("council.held")


# -- 兼任委员 -------------------------------------------------------------------------------------


def appoint(turn: Turn, said: Said) -> str:
    """聘任 聂志勇 物业委员 泉馨苑."""
    name, _, rest = said.rest.partition(" ")
    person = _staff(turn, name)
    place = turn.act.service.understander.place(rest)
    titles = [title for title in turn.act.service.content.words["council_offices"] if title in rest]
    if person is None or not titles:
        known = "、".join(turn.act.service.content.words["council_offices"])
        raise Unclear(turn.say("committee.how", titles=known))
    committee.appoint(turn.act, person, titles[0], place.estate if place else None)
    return turn.say("committee.done", name=person.name, title=titles[0])


def dismiss(turn: Turn, said: Said) -> str:
    person = _staff(turn, said.rest.strip())
    if person is None or not committee.dismiss(turn.act, person):
        raise Unclear(turn.say("committee.nobody"))
    return turn.say("committee.dismissed", name=person.name)


def _staff(turn: Turn, name: str) -> Person | None:
    return next((p for p in turn.act.roster.staff.values() if p.name == name), None)


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """委员名单: who holds which office, where."""
    lines = [
        turn.say(
            "committee.member",
            title=bond.title,
            name=entry_wording.name_of(turn.act, bond.person or ""),
            estate=bond.estate or "",
        )
        for bond in members.bonds_of(turn.act.tx, committee.KIND)
    ]
    return (
        turn.say("committee.list", lines="\n".join(lines)) if lines else turn.say("committee.empty")
    )


def queue(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """委员待办."""
    seen, asked, owed = committee.queue(turn.act)
    lines = [*seen[:SHOWN]]
    lines += [topics.say(turn.act, topic, "invited_line") for topic in asked]
    lines += [
        turn.say("committee.owes", text=row.text, due=wording.moment(row.due_at, turn.act))
        for row in owed
    ]
    if not lines:
        return turn.say("committee.nothing")
    return turn.say("committee.queue", lines="\n".join(lines))


WORDS: Mapping[str, Word] = {
    "council": Word(council, "worker", "nothing"),
    "council_set": Word(set_up, "secretary"),
    "council_held": Word(held, "secretary"),
    "committee": Word(listed, "anyone", "nothing"),
    "committee_queue": Word(queue, "committee", "nothing"),
    "appoint": Word(appoint, "secretary"),
    "dismiss": Word(dismiss, "secretary"),
}
