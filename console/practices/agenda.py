"""议程: what several people report at one place, to be talked over (共性问题)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from api.operations import NoBody
from console.practices.shape import Area, Asked, Block, Cells, Doing, Found, Link, office
from console.practices.shelves import listed
from data.tables import topics as topic_table
from desk import access, common, topics, views
from desk.common import Problem
from desk.rules import deliberation as rules
from desk.service import Act

MOST: Final = 500


def _key(problem: Problem) -> str:
    return f"{problem.category}@{problem.place}"


def _find(act: Act, asked: Asked) -> Found[Problem]:
    return listed(common.problems(act), asked, lambda each: _title(act, each))


def _one(act: Act, key: str) -> Problem | None:
    return next((each for each in common.problems(act) if _key(each) == key), None)


def _title(act: Act, problem: Problem) -> str:
    category = act.service.category(problem.category).name
    return act.say("topic.of_problem", place=problem.place, category=category)


def _taken_up(act: Act) -> set[tuple[str, str]]:
    """What is a topic already."""
    found = topic_table.page(act.tx, sorted(rules.OPEN | {"proposed"}), 0, MOST)
    return {(topic.category, estate) for topic in found for estate in topic.estates}


def _columns(act: Act, found: Sequence[Problem]) -> list[Cells]:
    known = _taken_up(act)
    return [
        {
            "title": _title(act, each),
            "issues": len(each.issues),
            "people": each.people,
            "last": each.last,
            "topic": (each.category, each.place) in known,
        }
        for each in found
    ]


def _facts(act: Act, problem: Problem) -> Cells:
    return dict(_columns(act, [problem])[0])


def _blocks(act: Act, problem: Problem) -> list[Block]:
    rows: list[Cells] = [
        {"number": Link(issue.number, f"issues/{views.reference(issue)}"),
         "at": issue.created_at, "status": act.say(f"console.status.{issue.status}")}
        for issue in problem.issues
        if access.may_see(act, issue, act.person)
    ]  # fmt: skip
    return [Block("issues", rows)]


AREA: Final = Area(
    name="agenda",
    find=_find,
    one=_one,
    key=_key,
    columns=_columns,
    facts=_facts,
    title=_title,
    may=office,
    doings=(Doing("take_up", NoBody, lambda act, each, _: topics.from_problem(act, each)),),
    can=lambda act, each: () if (each.category, each.place) in _taken_up(act) else ("take_up",),
    blocks=_blocks,
)
