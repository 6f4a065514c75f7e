"""Projects, who takes part in them and who follows them."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.lists_rows import Project, ProjectParty, Role
from data.tables import columns


def add(tx: Tx, project: Project) -> int:
    return columns.add(tx, "projects", project)


def save(tx: Tx, project: Project) -> None:
    columns.save(tx, "projects", project)


def by_id(tx: Tx, project: int) -> Project | None:
    return tx.one(Project, "SELECT * FROM projects WHERE id = :project", project=project)


def by_number(tx: Tx, number: int) -> Project | None:
    return tx.one(Project, "SELECT * FROM projects WHERE number = :number", number=number)


def of_issue(tx: Tx, issue: int) -> list[Project]:
    """The open projects that follow a request."""
    return tx.all(
        Project,
        "SELECT * FROM projects WHERE issue = :issue AND state = 'open' ORDER BY number",
        issue=issue,
    )


def page(tx: Tx, state: str, after: int, limit: int) -> list[Project]:
    """Projects in one state ("" for all) in the order of their numbers."""
    return tx.all(
        Project,
        "SELECT * FROM projects WHERE number > :after AND (:state = '' OR state = :state)"
        " ORDER BY number LIMIT :limit",
        state=state,
        after=after,
        limit=limit,
    )


def overdue(tx: Tx, now: datetime, limit: int = 200) -> list[Project]:
    """Open, past their term, and nobody was told."""
    return tx.all(
        Project,
        "SELECT * FROM projects WHERE state = 'open' AND warned = 0 AND due <= :now"
        " ORDER BY id LIMIT :limit",
        now=now,
        limit=limit,
    )


# -- who takes part, who follows ------------------------------------------------------------------


def take_part(tx: Tx, project: int, role: Role, who: str) -> None:
    tx.run(
        "INSERT INTO project_parties (project, role, who) VALUES (:project, :role, :who)"
        " ON CONFLICT (project, role, who) DO NOTHING",
        project=project,
        role=role,
        who=who,
    )


def parties(tx: Tx, project: int) -> list[ProjectParty]:
    return tx.all(
        ProjectParty,
        "SELECT * FROM project_parties WHERE project = :project ORDER BY role, who",
        project=project,
    )


def save_party(tx: Tx, party: ProjectParty) -> None:
    tx.run(
        "UPDATE project_parties SET agreed_at = :agreed_at, accepted_at = :accepted_at"
        " WHERE project = :project AND role = :role AND who = :who",
        agreed_at=party.agreed_at,
        accepted_at=party.accepted_at,
        project=party.project,
        role=party.role,
        who=party.who,
    )


def follow(tx: Tx, project: int, person: str, at: datetime) -> bool:
    """关注; False if he did before."""
    return bool(
        tx.run(
            "INSERT INTO followers (project, person, since) VALUES (:project, :person, :at)"
            " ON CONFLICT (project, person) DO NOTHING",
            project=project,
            person=person,
            at=at,
        )
    )


def unfollow(tx: Tx, project: int, person: str) -> bool:
    return bool(
        tx.run(
            "DELETE FROM followers WHERE project = :project AND person = :person",
            project=project,
            person=person,
        )
    )


def followers(tx: Tx, project: int) -> list[str]:
    rows = tx.rows(
        "SELECT person FROM followers WHERE project = :project ORDER BY since, person",
        project=project,
    )
    return [row["person"] for row in rows]
