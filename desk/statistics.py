"""Figures, all of them from the event log."""

from __future__ import annotations

from datetime import datetime

from data.database import Tx
from data.tables import issues as table
from desk.rules.rates import CallBack


def callbacks(tx: Tx, since: datetime, until: datetime) -> list[CallBack]:
    """What residents answered in that span, once for each issue: the last answer counts."""
    return [
        CallBack(
            contacted=bool(event.data["contacted"]),
            solved=bool(event.data["solved"]),
            satisfaction=event.data["satisfaction"],
        )
        for event in table.callbacks(tx, since, until)
    ]
