"""Issues as a list shows them: masked, named, with a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.rows import Issue
from data.tables import board
from desk import hidden, views, wording
from desk.service import Act


@dataclass(frozen=True)
class Row:
    """One issue in a list."""

    issue: Issue
    reference: str
    text: str
    place: str
    category: str
    top: str
    status: str
    owner: str
    handler: str

    @property
    def waits(self) -> bool:
        """Whether somebody must still do something about it."""
        return self.issue.status in board.OPEN

    def late(self, now: datetime) -> bool:
        return self.waits and self.issue.done_due <= now


def rows(act: Act, issues: Iterable[Issue]) -> list[Row]:
    """The rows of a list; residents' names are fetched for all of them at once."""
    issues = list(issues)
    names = _residents(act, [issue.reporter for issue in issues])
    return [_row(act, issue, names.get(issue.reporter, "")) for issue in issues]


def _residents(act: Act, people: Sequence[str]) -> dict[str, str]:
    return board.names(act.tx, [who for who in people if who not in act.roster.staff])


def _row(act: Act, issue: Issue, reporter: str) -> Row:
    category = act.service.category(issue.category)
    return Row(
        issue=issue,
        reference=views.reference(issue),
        text=" ".join(hidden.without_person(issue, issue.text, reporter).split()),
        place=wording.place(issue, act, public=True),
        category=category.name,
        top=category.top,
        status=act.say(f"console.status.{issue.status}"),
        owner=act.roster.owner_name(issue),
        handler=act.roster.name_of(issue.handler),
    )
