"""Several sides at one request in chat: a meeting with units and residents, 联治 and its board."""

from __future__ import annotations

from collections.abc import Mapping

from data.tables import parties
from data.tables import rounds as round_table
from desk import dates, jointly, times
from desk.rules import slots
from handlers import joint, which
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 10


def meet(turn: Turn, said: Said) -> str:
    """协商会 1123-07 周四下午3点 社区会议室."""
    number = issue_number(said.rest) or ""
    issue = which.by_number(turn, number)
    _, _, rest = said.rest.partition(" ")
    found = slots.upcoming(times.slots((rest,)), turn.act.now, 7)
    venue = times.without(dates.without(rest)).strip()
    if not found or not venue:
        raise Unclear(turn.say("meeting.how"))
    made = jointly.meet(turn.act, issue, found[0], venue)
    words = jointly.meeting_words(turn.act, made.round, made.occasion)
    return turn.say("meeting.called", **words, count=len(made.invited))


def minutes(turn: Turn, said: Said) -> str:
    """纪要 碰-1 供电所周五前换灯，居民看护."""
    found = round_table.by_number(turn.act.tx, jointly.MEETING, said.number)
    if found is None:
        number = f"{turn.say('number.consult')}-{said.number}"
        raise Unclear(turn.say("which.unknown", number=number))
    jointly.minutes(turn.act, found, said.rest)
    return turn.say("meeting.kept")


def join_forces(turn: Turn, said: Said) -> str:
    """联治 1123-07: police, justice, property, members, beside the grid."""
    issue = which.by_number(turn, issue_number(said.rest) or "")
    asked = jointly.join_forces(turn.act, issue)
    names = "、".join(team.name for team in asked)
    return turn.say("joint.called", number=issue.number, teams=names)


def cases(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """联治台账: each case with the sides that take part, who came and who has finished."""
    found = jointly.cases(turn.act)
    if not found:
        return turn.say("joint.none")
    lines = [
        joint.line_of_units(turn, issue.id, parties.of_issue(turn.act.tx, issue.id))
        for issue in found[:SHOWN]
    ]
    return turn.say("joint.list", count=len(found), lines="\n".join(filter(None, lines)))


WORDS: Mapping[str, Word] = {
    "joint_cases": Word(cases, "member", "nothing"),
    "meet": Word(meet, "worker", "issue"),
    "minutes": Word(minutes, "worker", "number", ("consult",)),
    "join_forces": Word(join_forces, "worker", "issue"),
}
