"""Common problems (共性问题): what several people report at one place, for the 议事 agenda."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.rows import Issue
from data.tables import issues as table
from data.tables import reporters
from desk.rules.heat import heat
from desk.service import Act

WINDOW = timedelta(days=90)
FEWEST = 3  # reports from which a problem is common


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing at one place, and everything reported about it."""

    category: str
    place: str
    issues: tuple[Issue, ...]
    people: int
    last: datetime
    heat: float


def problems(act: Act) -> list[Problem]:
    """The common problems of the last months, the hottest first; heat ages by the week."""
    groups: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in table.since(act.tx, act.now - WINDOW):
        if issue.status != "withdrawn" and not act.service.category(issue.category).private:
            groups[issue.category, issue.estate or ""].append(issue)
    found = [_problem(act, *key, members) for key, members in groups.items()]
    common = [p for p in found if len(p.issues) >= FEWEST or p.people >= FEWEST]
    return sorted(common, key=lambda problem: -problem.heat)


def _problem(act: Act, category: str, place: str, members: list[Issue]) -> Problem:
    people = {issue.reporter for issue in members}
    for issue in members:
        people |= set(reporters.of_issue(act.tx, issue.id))
    times = [issue.created_at for issue in members]
    return Problem(category, place, tuple(members), len(people), max(times), heat(times, act.now))
