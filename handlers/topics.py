"""有事来商量 in chat: propose, adopt, resolve, and see that it is done (sittings: meetings.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from data.council_rows import Topic
from data.rows import Person, Team
from data.tables import projects
from data.tables import topics as table
from desk import common, followups, inviting, topics, wording
from desk.followups import Task
from desk.rules import deliberation as rules
from handlers import choices, dates, worker
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8
ENDS = time(18)
_PROJECT = re.compile(r"项\s*[-—–－]?\s*(?P<digits>\d{1,6})")


def find(turn: Turn, said: Said) -> Topic:
    """The topic of that number, if this person may know of it; else as if there were none."""
    topic = table.by_number(turn.act.tx, said.number)
    if topic is None or not topics.may_see(turn.act, topic):
        letter = turn.say("number.topic")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return topic


def propose(turn: Turn, said: Said) -> str:
    """提议 在3号楼前装扶手."""
    if not said.rest:
        return choices.ask_words(turn, turn.say("topic.what"), "topic.said")
    return _proposed(turn, said.rest, {})


def _proposed(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    understood = turn.act.service.understander.understand(text, addressed=True)
    place = turn.act.service.understander.place(text)
    estate = (place.estate if place else None) or turn.person.estate
    topic = topics.propose(
        turn.act,
        topics.Proposal(
            title=text,
            category=understood.parts[0].category if understood.parts else "",
            estates=(estate,) if estate else (),
            grid=place.grid if place else turn.person.grid,
        ),
    )
    return topics.say(turn.act, topic, "received")


def agenda(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """拟议题: what many have reported and is no topic yet; one of them is chosen."""
    known = {
        (topic.category, estate)
        for topic in table.page(turn.act.tx, sorted(rules.OPEN | {"proposed"}), 0, 500)
        for estate in topic.estates
    }
    found = [p for p in common.problems(turn.act) if (p.category, p.place) not in known]
    if not found:
        return turn.say("topic.no_problem")
    options = [
        (
            turn.say(
                "topic.problem_option",
                place=problem.place,
                category=turn.act.service.category(problem.category).name,
                count=len(problem.issues),
                people=problem.people,
            ),
            f"{problem.category}|{problem.place}",
        )
        for problem in found[: choices.MOST]
    ]
    return choices.ask(turn, turn.say("topic.which_problem"), options, "topic.problem")


def _from_problem(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001
    code, _, place = value.partition("|")
    for problem in common.problems(turn.act):
        if (problem.category, problem.place) == (code, place):
            return topics.say(turn.act, topics.from_problem(turn.act, problem), "received")
    raise Unclear(turn.say("topic.no_problem"))


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """议题: what is being talked over."""
    found = table.latest(turn.act.tx, sorted(rules.OPEN), SHOWN)
    if not found:
        return turn.say("topic.none")
    return turn.say("topic.list", lines="\n".join(line(turn, topic) for topic in found))


def line(turn: Turn, topic: Topic) -> str:
    status = turn.say(f"topic.status.{topic.status}")
    place = "、".join(topic.estates)
    return topics.say(turn.act, topic, "line", place=place, status=status)


def details(turn: Turn, said: Said) -> str:
    """详情 题-1: where it stands, when, what was resolved, and what has been done."""
    topic = find(turn, said)
    act = turn.act
    lines = [line(turn, topic)]
    if topic.meets_at and topic.status in ("invited", "meeting"):
        when = inviting.when(act, topic)
        lines.append(turn.say("topic.meets", when=when, venue=topic.venue))
    if topic.resolution:
        lines.append(turn.say("topic.resolution", resolution=topic.resolution))
    for row in table.followups(act.tx, topic.id):
        state = "followup_done" if row.done_at else "followup_open"
        due = wording.moment(row.due_at, act)
        lines.append(turn.say(f"topic.{state}", text=row.text, owner=_owner(turn, row), due=due))
    return "\n".join(lines)


def _owner(turn: Turn, row: Any) -> str:
    team = turn.act.roster.teams.get(row.team or "")
    return team.name if team else turn.act.roster.name_of(row.person) or turn.say("card.resident")


def adopt(turn: Turn, said: Said) -> str:
    """立题 题-1, or 立题 题-1 with another title."""
    return topics.say(turn.act, topics.adopt(turn.act, find(turn, said), said.rest), "adopt_done")


def refuse(turn: Turn, said: Said) -> str:
    return topics.say(turn.act, topics.refuse(turn.act, find(turn, said), said.rest), "refuse_done")


def withdraw(turn: Turn, said: Said) -> str:
    return topics.say(turn.act, topics.withdraw(turn.act, find(turn, said)), "withdraw_done")


def resolve(turn: Turn, said: Said) -> str:
    """决议 题-1 …."""
    return topics.say(
        turn.act, topics.resolve(turn.act, find(turn, said), said.rest), "resolve_done"
    )


def track(turn: Turn, said: Said) -> str:
    """跟踪 题-1 惠民物业 12月20日 装好扶手; with a project's number instead of a new issue."""
    topic = find(turn, said)
    due, rest = dates.moment(turn, said.rest, ENDS)
    first, _, what = rest.partition(" ")
    owner = _named(turn, first)
    if due is None or owner is None or not what.strip():
        raise Unclear(turn.say("topic.track_how", number=topics.number(turn.act, topic)))
    project = _PROJECT.search(what)
    number = int(project["digits"]) if project else None
    if number is not None and projects.by_number(turn.act.tx, number) is None:
        raise Unclear(turn.say("which.unknown", number=f"{turn.say('number.project')}-{number}"))
    task = Task(what.strip(), owner, due, number)
    row = followups.track(turn.act, topic, task, turn.origin)
    due_text = wording.moment(due, turn.act)
    return topics.say(
        turn.act, topic, "track_done", text=row.text, owner=_owner(turn, row), due=due_text
    )


def _named(turn: Turn, name: str) -> Team | Person | None:
    people = {person.name: person for person in turn.act.roster.staff.values()}
    return worker.team_names(turn).get(name) or people.get(name)


def done(turn: Turn, said: Said) -> str:
    """跟踪完成 题-1 装好了."""
    topic = find(turn, said)
    row = followups.done(turn.act, topic, said.rest)
    return topics.say(turn.act, topic, "done_thanks", text=row.text)


def close(turn: Turn, said: Said) -> str:
    return topics.say(turn.act, topics.close(turn.act, find(turn, said)), "close_done")


def again(turn: Turn, said: Said) -> str:
    return topics.say(turn.act, topics.again(turn.act, find(turn, said), said.rest), "again_done")


_TOPIC = ("topic",)
WORDS: Mapping[str, Word] = {
    "topics": Word(listed, takes="nothing", public=True),
    "propose": Word(propose),
    "topic": Word(details, "anyone", "number", _TOPIC),
    "topic_withdraw": Word(withdraw, "anyone", "number", _TOPIC),
    "agenda": Word(agenda, "worker", "nothing"),
    "adopt": Word(adopt, "secretary", "number", _TOPIC),
    "topic_refuse": Word(refuse, "secretary", "number", _TOPIC),
    "resolve": Word(resolve, "worker", "number", _TOPIC),
    "track": Word(track, "worker", "number", _TOPIC),
    "topic_done": Word(done, "member", "number", _TOPIC),
    "topic_close": Word(close, "worker", "number", _TOPIC),
    "again": Word(again, "worker", "number", _TOPIC),
}
ANSWERS: Mapping[str, choices.Answer] = {
    "topic.said": _proposed,
    "topic.problem": _from_problem,
}
