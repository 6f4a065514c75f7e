"""六心: requests are put under themes for the reports; of each the last tag counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from data.practice_rows import Line
from data.rows import Issue
from desk import journal
from desk.service import Act

KIND = "theme"


def tag(act: Act, issue: Issue, themes: Sequence[str]) -> None:
    journal.append(act, KIND, f"issue-{issue.id}", "tag", data={"themes": list(themes)})


def counted(lines: Iterable[Line]) -> Counter[str]:
    """By the last tag of each request; the lines come in the order of time."""
    last = {line.subject: line for line in lines}
    return Counter(str(name) for line in last.values() for name in line.data["themes"])
