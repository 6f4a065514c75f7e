"""The task list: areas, tasks, how far they have come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from data.database import Tx
from data.lists_rows import AreaCount, Task
from data.tables import columns


def add(tx: Tx, task: Task) -> int:
    return columns.add(tx, "tasks", task)


def save(tx: Tx, task: Task) -> None:
    columns.save(tx, "tasks", task)


def by_number(tx: Tx, number: int) -> Task | None:
    return tx.one(Task, "SELECT * FROM tasks WHERE number = :number", number=number)


def named(tx: Tx, area: str, title: str) -> Task | None:
    """The task of that name in its area: an import that comes again changes it."""
    return tx.one(
        Task,
        "SELECT * FROM tasks WHERE area = :area AND title = :title ORDER BY id LIMIT 1",
        area=area,
        title=title,
    )


def page(tx: Tx, area: str, after: int, limit: int) -> list[Task]:
    """The tasks of an area ("" for all) in the order of their numbers."""
    return tx.all(
        Task,
        "SELECT * FROM tasks WHERE number > :after AND (:area = '' OR area = :area)"
        " AND state <> 'dropped' ORDER BY number LIMIT :limit",
        area=area,
        after=after,
        limit=limit,
    )


def of_project(tx: Tx, project: int) -> list[Task]:
    return tx.all(
        Task,
        "SELECT * FROM tasks WHERE project = :project AND state <> 'dropped' ORDER BY number",
        project=project,
    )


def open_of(tx: Tx, person: str, teams: Sequence[str], limit: int = 20) -> list[Task]:
    """What a person still has to do, by himself or as one of a team; the most pressing first."""
    names = {f"t{i}": team for i, team in enumerate(teams)}
    among = f" OR team IN ({', '.join(':' + name for name in names)})" if names else ""
    return tx.all(
        Task,
        f"SELECT * FROM tasks WHERE state = 'open' AND (person = :person{among})"
        " ORDER BY due IS NULL, due, number LIMIT :limit",
        person=person,
        limit=limit,
        **names,
    )


def board(tx: Tx, now: datetime) -> list[AreaCount]:
    """Each area with its tasks, in the order in which they were set."""
    return tx.all(
        AreaCount,
        "SELECT area, COUNT(*) AS tasks,"
        " SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END) AS done,"
        " SUM(CASE WHEN state = 'open' AND due <= :now THEN 1 ELSE 0 END) AS late,"
        " AVG(progress * 1.0) AS progress"
        " FROM tasks WHERE state <> 'dropped' GROUP BY area ORDER BY MIN(number)",
        now=now,
    )


def overdue(tx: Tx, now: datetime, limit: int = 200) -> list[Task]:
    """Open, past their term, and nobody was told."""
    return tx.all(
        Task,
        "SELECT * FROM tasks WHERE state = 'open' AND warned = 0 AND due <= :now"
        " ORDER BY id LIMIT :limit",
        now=now,
        limit=limit,
    )
