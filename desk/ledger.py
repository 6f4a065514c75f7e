"""诉求台账: every issue as the row that communities keep and hand in. Reporters are masked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from data.rows import Issue
from data.tables import board
from desk import hidden, wording
from desk.rules.masking import HIDDEN
from desk.service import Act

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One row; the names of the columns are in console.toml, [ledger]."""

    number: str
    source: str
    at: datetime
    reporter: str
    place: str
    nature: str
    top: str
    sub: str
    level: str
    text: str
    owner: str
    helpers: str
    due: datetime
    status: str
    result: str
    done: datetime | None
    contacted: str
    solved: str
    satisfied: str
    asked: str


COLUMNS = tuple(field.name for field in fields(Line))


def lines(act: Act, issues: Sequence[Issue]) -> list[Line]:
    """The rows of these issues."""
    found: list[Line] = []
    for start in range(0, len(issues), CHUNK):
        found += _chunk(act, issues[start : start + CHUNK])
    return found


def _chunk(act: Act, issues: Sequence[Issue]) -> list[Line]:
    ids = [issue.id for issue in issues]
    names = board.names(act.tx, [issue.reporter for issue in issues])
    helpers = board.parties_of(act.tx, ids)
    answers = board.last_answers(act.tx, ids)
    phoned = board.phoned(act.tx, ids)
    return [
        _line(
            act, issue, names.get(issue.reporter, ""), helpers.get(issue.id, []),
            json.loads(answers.get(issue.id, "{}")), act.roster.name_of(phoned.get(issue.id)),
        )
        for issue in issues
    ]  # fmt: skip


def _line(
    act: Act, issue: Issue, name: str, helpers: Sequence[str], answer: dict[str, object],
    caller: str,
) -> Line:  # fmt: skip
    category = act.service.category(issue.category)
    grid = act.roster.grids.get(issue.grid or "")
    place = wording.place(issue, act, public=True)
    resident = name if issue.reporter not in act.roster.staff else ""
    teams = [act.roster.teams[code].name for code in helpers if code in act.roster.teams]
    return Line(
        number=f"{issue.day[:4]}-{issue.number}",
        source=channel(act, issue.channel),
        at=issue.created_at,
        reporter=f"{name[0]}{HIDDEN * 2}" if name else "",
        place="/".join(part for part in (grid.name if grid else "", place) if part),
        nature=issue.nature,
        top=category.top,
        sub=category.sub,
        level=act.say(f"level.{issue.level}"),
        text=hidden.without_person(issue, issue.text, resident),
        owner=act.roster.owner_name(issue),
        helpers="、".join(teams),
        due=issue.done_due,
        status=act.say(f"console.status.{issue.status}"),
        result=hidden.without_person(issue, issue.result, resident),
        done=issue.done_at,
        contacted=_yes_no(act, answer.get("contacted")),
        solved=_yes_no(act, answer.get("solved")),
        satisfied=act.say(f"console.answer.{answer['satisfaction']}") if answer else "",
        asked=(caller or act.say("console.answer.self")) if answer else "",
    )


def channel(act: Act, code: str) -> str:
    """Where an issue came from, in words."""
    return act.service.content.replies.get(f"console.channel.{code}", code)


def _yes_no(act: Act, said: object) -> str:
    return "" if said is None else act.say(f"console.answer.{'yes' if said else 'no'}")
