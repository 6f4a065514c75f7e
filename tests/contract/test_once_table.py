"""Once in a period, over all processes; and what a clock that ran ahead has claimed is void."""

from __future__ import annotations

from data.database import Database
from data.tables import once
from data.tables.once import Period
from tests.contract.engines import together

NINE, TEN = Period("2026-11-23T09", "2026-11-23T09"), Period("2026-11-23T10", "2026-11-23T10")


def test_it_is_claimed_by_one(database: Database) -> None:
    def claim(_: int) -> bool:
        with database.write() as tx:
            return once.claim(tx, "retention", NINE)

    assert together(4, claim).count(True) == 1
    with database.write() as tx:
        assert once.done(tx, "retention", NINE)
        assert not once.done(tx, "media", NINE)
        assert not once.done(tx, "retention", TEN)
        assert once.claim(tx, "retention", TEN)
        assert once.last(tx, "retention") == TEN.label
        assert once.last(tx, "media") is None


def test_one_that_is_a_little_ahead_counts_and_one_that_is_far_ahead_does_not(
    database: Database,
) -> None:
    nearly = Period(NINE.label, TEN.label)  # it is 09:55
    with database.write() as tx:
        assert once.claim(tx, "media", TEN)
        assert once.done(tx, "media", nearly)
        assert not once.claim(tx, "media", nearly)
        assert not once.done(tx, "media", NINE)
        assert once.claim(tx, "media", NINE)


def test_it_is_held_until_then(database: Database) -> None:
    with database.write() as tx:
        assert once.held(tx, "media") == ""
        once.hold(tx, "media", "2026-11-24")
        once.hold(tx, "media", "2026-11-25")
        assert (once.held(tx, "media"), once.held(tx, "retention")) == ("2026-11-25", "")
