"""Mediation cases and their parties."""

from __future__ import annotations

from collections.abc import Sequence

from data.council_rows import Dispute
from data.database import Tx
from data.tables import columns


def add(tx: Tx, dispute: Dispute) -> int:
    return columns.add(tx, "disputes", dispute)


def save(tx: Tx, dispute: Dispute) -> None:
    columns.save(tx, "disputes", dispute)


def by_number(tx: Tx, number: int) -> Dispute | None:
    return tx.one(Dispute, "SELECT * FROM disputes WHERE number = :number", number=number)


def of_issue(tx: Tx, issue: int) -> Dispute | None:
    return tx.one(Dispute, "SELECT * FROM disputes WHERE issue = :issue", issue=issue)


def page(tx: Tx, statuses: Sequence[str], after: int, limit: int) -> list[Dispute]:
    """Cases in some states (any, where none is named), in the order of their numbers."""
    names = {f"s{i}": status for i, status in enumerate(statuses)}
    among = f" AND status IN ({', '.join(':' + name for name in names)})" if names else ""
    return tx.all(
        Dispute,
        f"SELECT * FROM disputes WHERE number > :after{among} ORDER BY number LIMIT :limit",
        after=after,
        limit=limit,
        **names,
    )


def counted(tx: Tx) -> dict[str, int]:
    """How many cases stand where."""
    rows = tx.rows("SELECT status, COUNT(*) AS count FROM disputes GROUP BY status ORDER BY status")
    return {row["status"]: int(row["count"]) for row in rows}


def add_party(tx: Tx, dispute: int, person: str) -> bool:
    """Name somebody a party; False if he is one."""
    return bool(
        tx.run(
            "INSERT INTO disputants (dispute, person) VALUES (:dispute, :person)"
            " ON CONFLICT (dispute, person) DO NOTHING",
            dispute=dispute,
            person=person,
        )
    )


def parties(tx: Tx, dispute: int) -> list[str]:
    rows = tx.rows(
        "SELECT person FROM disputants WHERE dispute = :dispute ORDER BY id", dispute=dispute
    )
    return [row["person"] for row in rows]
