"""Funds: what was promised, what has come, what was spent. No payment passes through here."""

from __future__ import annotations

from datetime import datetime

from data.council_rows import Fund, Pledge, Spending
from data.database import Tx
from data.tables import columns


def add(tx: Tx, fund: Fund) -> int:
    return columns.add(tx, "funds", fund)


def save(tx: Tx, fund: Fund) -> None:
    columns.save(tx, "funds", fund)


def by_number(tx: Tx, number: int) -> Fund | None:
    return tx.one(Fund, "SELECT * FROM funds WHERE number = :number", number=number)


def latest(tx: Tx, limit: int) -> list[Fund]:
    """The newest first."""
    return tx.all(Fund, "SELECT * FROM funds ORDER BY number DESC LIMIT :limit", limit=limit)


def pledge(
    tx: Tx, fund: int, household: str, person: str, amount: int, received: int, at: datetime
) -> None:
    """What a household promises now; what has come of it is added up."""
    tx.run(
        "INSERT INTO pledges (fund, household, person, amount, received, at)"
        " VALUES (:fund, :household, :person, :amount, :received, :at)"
        " ON CONFLICT (fund, household) DO UPDATE SET amount = excluded.amount,"
        " received = pledges.received + excluded.received",
        fund=fund,
        household=household,
        person=person,
        amount=amount,
        received=received,
        at=at,
    )


def of_household(tx: Tx, fund: int, household: str) -> Pledge | None:
    return tx.one(
        Pledge,
        "SELECT * FROM pledges WHERE fund = :fund AND household = :household",
        fund=fund,
        household=household,
    )


def pledges(tx: Tx, fund: int) -> list[Pledge]:
    return tx.all(Pledge, "SELECT * FROM pledges WHERE fund = :fund ORDER BY id", fund=fund)


def spend(tx: Tx, spending: Spending) -> int:
    return columns.add(tx, "spendings", spending)


def spendings(tx: Tx, fund: int) -> list[Spending]:
    return tx.all(Spending, "SELECT * FROM spendings WHERE fund = :fund ORDER BY id", fund=fund)
