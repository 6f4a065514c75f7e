"""How any sweep goes: it looks first, and opens a write only when something is due.

Whatever is due is read again inside the write, so that any number of processes may sweep at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from data.database import Database, Tx
from desk.service import SYSTEM, Act, Service

T = TypeVar("T")


def sweep(
    db: Database,
    service: Service,
    now: datetime,
    due: Callable[[Tx], Sequence[T]],
    each: Callable[[Act, T], object],
) -> int:
    """Do `each` to whatever is `due`, in one transaction; returns how many there were."""
    with db.read() as tx:
        if not due(tx):
            return 0
    with db.write() as tx:
        act = Act(tx, service, SYSTEM, now, service.roster(tx))
        found = due(tx)
        for item in found:
            each(act, item)
    return len(found)
