"""What is done once in a period (an hour, a day), by whichever process claims it first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.database import Tx

Job = Literal["retention", "media", "digest"]
_HELD = "{}.held"


@dataclass(frozen=True, slots=True)
class Period:
    """Its label, and the last one that any clock but a wrong one can have claimed by now."""

    label: str
    latest: str


def done(tx: Tx, job: Job, period: Period) -> bool:
    """Whether somebody has claimed it; what a clock that ran ahead has claimed does not count."""
    sql = "SELECT 1 FROM state WHERE name = :job AND value >= :label AND value <= :latest"
    return bool(tx.scalar(sql, job=job, label=period.label, latest=period.latest))


def claim(tx: Tx, job: Job, period: Period) -> bool:
    """False if another process was quicker."""
    return bool(
        tx.run(
            "INSERT INTO state (name, value) VALUES (:job, :label)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " WHERE state.value < excluded.value OR state.value > :latest",
            job=job,
            label=period.label,
            latest=period.latest,
        )
    )


def last(tx: Tx, job: Job) -> str | None:
    """The label of the period that was claimed last."""
    label: str | None = tx.scalar("SELECT value FROM state WHERE name = :job", job=job)
    return label


def hold(tx: Tx, job: Job, until: str) -> None:
    """Nothing is to be done until then."""
    tx.run(
        "INSERT INTO state (name, value) VALUES (:name, :until)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=_HELD.format(job),
        until=until,
    )


def held(tx: Tx, job: Job) -> str:
    """Until when it is held."""
    return tx.scalar("SELECT value FROM state WHERE name = :n", n=_HELD.format(job)) or ""
