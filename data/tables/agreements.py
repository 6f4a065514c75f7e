"""Agreements with units, their terms and what they promise."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.lists_rows import Agreement
from data.tables import columns


def add(tx: Tx, agreement: Agreement) -> int:
    return columns.add(tx, "agreements", agreement)


def save(tx: Tx, agreement: Agreement) -> None:
    columns.save(tx, "agreements", agreement)


def by_number(tx: Tx, number: int) -> Agreement | None:
    return tx.one(Agreement, "SELECT * FROM agreements WHERE number = :number", number=number)


def in_force(tx: Tx, now: datetime, team: str = "", limit: int = 200) -> list[Agreement]:
    """Those whose term has not ended, of one unit or of all; the first to end first."""
    return tx.all(
        Agreement,
        "SELECT * FROM agreements WHERE ended_at IS NULL AND until > :now"
        " AND (:team = '' OR team = :team) ORDER BY until, number LIMIT :limit",
        now=now,
        team=team,
        limit=limit,
    )


def ending(tx: Tx, before: datetime, stage: int, limit: int = 200) -> list[Agreement]:
    """Those that end before that moment, and of which that stage of warning was not told."""
    return tx.all(
        Agreement,
        "SELECT * FROM agreements WHERE ended_at IS NULL AND until <= :before AND warned < :stage"
        " ORDER BY id LIMIT :limit",
        before=before,
        stage=stage,
        limit=limit,
    )
