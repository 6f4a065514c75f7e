"""Questions to experts, and their answers: the knowledge base."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.lists_rows import Question
from data.tables import columns


def add(tx: Tx, question: Question) -> int:
    return columns.add(tx, "questions", question)


def save(tx: Tx, question: Question) -> None:
    columns.save(tx, "questions", question)


def by_number(tx: Tx, number: int) -> Question | None:
    return tx.one(Question, "SELECT * FROM questions WHERE number = :number", number=number)


def known(tx: Tx, category: str, limit: int = 500) -> list[Question]:
    """What has been answered in a category, the latest answer first."""
    return tx.all(
        Question,
        "SELECT * FROM questions WHERE category = :category AND state IN ('answered', 'aged')"
        " ORDER BY answered_at DESC, id DESC LIMIT :limit",
        category=category,
        limit=limit,
    )


def page(tx: Tx, after: int, limit: int) -> list[Question]:
    """The knowledge base in the order of its numbers."""
    return tx.all(
        Question,
        "SELECT * FROM questions WHERE number > :after AND state IN ('answered', 'aged')"
        " ORDER BY number LIMIT :limit",
        after=after,
        limit=limit,
    )


def ageing(tx: Tx, now: datetime, limit: int = 200) -> list[Question]:
    """Answers that are valid no longer."""
    return tx.all(
        Question,
        "SELECT * FROM questions WHERE state = 'answered' AND valid_until <= :now"
        " ORDER BY id LIMIT :limit",
        now=now,
        limit=limit,
    )
