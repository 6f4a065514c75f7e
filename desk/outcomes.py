"""考核: outcomes only, from the issues and what their reporters said; by estate, grid or team.

Nobody is measured by messages, replies or time online; and nobody is ranked unless the community
has switched comparing on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from data.rows import Issue
from data.tables import issues as table
from desk.rules.rates import CallBack, Rates, rates
from desk.service import Act

MOST = 100_000
By = Callable[[Issue], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the issues of a span: how many, done, done in time, reopened, and 三率."""

    received: int
    done: int
    on_time: int
    reopened: int
    rates: Rates | None

    @property
    def promptness(self) -> float | None:
        """The share of what was done that was done in time; None where nothing was."""
        return self.on_time / self.done if self.done else None


def measure(act: Act, since: datetime, until: datetime, by: By) -> Mapping[str, Outcome]:
    """Outcomes by whatever `by` makes of an issue ("" is left out)."""
    groups: dict[str, list[Issue]] = defaultdict(list)
    for issue in table.since(act.tx, since, MOST):
        if issue.created_at < until and issue.status not in ("withdrawn", "merged"):
            groups[by(issue)].append(issue)
    groups.pop("", None)
    said = _answers(act, since, until)
    return {name: _outcome(issues, said) for name, issues in sorted(groups.items())}


def _answers(act: Act, since: datetime, until: datetime) -> dict[int, CallBack]:
    return {
        event.issue: CallBack(
            contacted=bool(event.data["contacted"]),
            solved=bool(event.data["solved"]),
            satisfaction=event.data["satisfaction"],
        )
        for event in table.callbacks(act.tx, since, until)
    }


def _outcome(issues: list[Issue], said: Mapping[int, CallBack]) -> Outcome:
    done = [issue for issue in issues if issue.done_at is not None]
    return Outcome(
        received=len(issues),
        done=len(done),
        on_time=sum(i.done_at <= i.done_due for i in done if i.done_at is not None),
        reopened=sum(issue.reopens > 0 for issue in issues),
        rates=rates(said[issue.id] for issue in issues if issue.id in said),
    )


def estate(issue: Issue) -> str:
    return issue.estate or ""


def team(issue: Issue) -> str:
    return issue.owner_team or ""


def everything(issue: Issue) -> str:  # noqa: ARG001  one shape for all
    return "all"
