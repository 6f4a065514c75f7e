"""Issues that look like another, for whoever decides about merging."""

from __future__ import annotations

from datetime import timedelta

from rapidfuzz import fuzz

from data.rows import Issue
from data.tables import board
from data.tables.board import Filter, Scope
from desk.service import Act

AROUND = timedelta(days=60)
LOOKED_AT = 200
ALIKE = 50  # rapidfuzz score from which words count as alike
SHOWN = 5


def to(act: Act, issue: Issue, scope: Scope) -> list[Issue]:
    """The likest of those the reader may see, from around the same time and the same estate."""
    wanted = Filter(
        categories=(issue.category,),
        since=issue.created_at - AROUND,
        until=issue.created_at + AROUND,
    )
    found = board.find(act.tx, scope, wanted, None, LOOKED_AT)
    scored = [(_score(issue, other), other) for other in found if other.id != issue.id]
    near = sorted((each for each in scored if each[0] >= ALIKE), key=lambda each: -each[0])
    return [other for _, other in near[:SHOWN]]


def _score(issue: Issue, other: Issue) -> float:
    """Words count; the same estate and building count more."""
    place = 25 * (issue.estate == other.estate) + 15 * (issue.building == other.building)
    return 0.6 * float(fuzz.token_ratio(issue.text, other.text)) + place
