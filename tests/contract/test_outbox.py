"""The outbox: a push is taken by one sender at a time, and only its present holder settles it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.database import Database
from data.rows import Account, PushStatus, StoredPush
from data.tables import outbox
from tests.contract.engines import together

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def queue(
    database: Database, key: str, *, at: datetime = NOW, urgent: bool = False, address: str = ""
) -> bool:
    """For somebody else each time, unless an address is given."""
    with database.write(alone=False) as tx:
        return outbox.add(
            tx,
            key=key,
            issue=None,
            person="wangfang",
            channel="wechat",
            address=address or f"of {key}",
            text=key,
            urgent=urgent,
            at=at,
        )


def claim(
    database: Database, now: datetime = NOW, channels: tuple[str, ...] = ("wechat",)
) -> StoredPush | None:
    with database.write(alone=False) as tx:
        return outbox.claim(tx, channels, now, now + LEASE)


def claimed(database: Database, now: datetime = NOW) -> StoredPush:
    push = claim(database, now)
    assert push is not None
    return push


def settle(
    database: Database,
    push: StoredPush,
    status: PushStatus,
    now: datetime = NOW,
    *,
    next_at: datetime | None = None,
    in_doubt: bool = False,
    cause: str = "",
) -> bool:
    with database.write(alone=False) as tx:
        return outbox.settle(
            tx, push, status, now=now, next_at=next_at, in_doubt=in_doubt, cause=cause
        )


def stored(database: Database) -> list[StoredPush]:
    with database.read() as tx:
        return tx.all(StoredPush, "SELECT * FROM outbox ORDER BY id")


def requeue(database: Database, push: StoredPush, now: datetime) -> bool:
    with database.write() as tx:
        return outbox.requeue(tx, push.id, now)


def test_the_same_key_is_queued_once(database: Database) -> None:
    assert sum(together(8, lambda _: queue(database, "1:1:wangfang"))) == 1
    assert [push.key for push in stored(database)] == ["1:1:wangfang"]


def test_four_takers_never_take_the_same_push(database: Database) -> None:
    for number in range(60):
        queue(database, f"push {number}")

    def take_all(_: int) -> list[int]:
        taken = [claim(database) for _ in range(61)]
        return [push.id for push in taken if push is not None]

    taken = [push for each in together(4, take_all) for push in each]
    assert sorted(taken) == [push.id for push in stored(database)]
    assert {push.attempts for push in stored(database)} == {1}


def test_the_urgent_first_then_the_longest_due(database: Database) -> None:
    queue(database, "late", at=NOW - timedelta(minutes=1))
    queue(database, "early", at=NOW - timedelta(minutes=9))
    queue(database, "urgent", urgent=True)
    queue(database, "not yet", at=NOW + timedelta(seconds=1), urgent=True)
    assert [claimed(database).key for _ in range(3)] == ["urgent", "early", "late"]
    assert claim(database) is None
    assert claimed(database, NOW + timedelta(seconds=1)).key == "not yet"


def test_nobody_is_sent_two_at_once_except_what_is_urgent(database: Database) -> None:
    for number in (1, 2, 3):
        queue(database, f"push {number}", address="zhang")
    queue(database, "another's", address="li", at=NOW + timedelta(seconds=1))
    later = NOW + timedelta(seconds=2)
    first = claimed(database, later)
    assert (first.key, claimed(database, later).key) == ("push 1", "another's")
    assert claim(database, later) is None
    queue(database, "urgent", address="zhang", urgent=True)
    assert claimed(database, later).key == "urgent"
    assert settle(database, first, "sent", later)
    assert claim(database, later) is None, "the urgent one is still on its way"


def test_couriers_that_claim_together_do_not_send_two_to_one(database: Database) -> None:
    for number in range(40):
        queue(database, f"push {number}", address="zhang")
    for _ in range(10):
        found = [push for push in together(4, lambda _: claim(database)) if push]
        assert len(found) == 1
        assert settle(database, found[0], "sent")


def test_in_a_rush_only_the_urgent_goes(database: Database) -> None:
    queue(database, "plain")
    queue(database, "urgent", urgent=True)
    with database.write(alone=False) as tx:
        taken = [
            outbox.claim(tx, ("wechat",), NOW, NOW + LEASE, only_urgent=True) for _ in range(2)
        ]
    assert [push.key if push else None for push in taken] == ["urgent", None]


def test_the_oldest_due_may_be_urgent_or_not(database: Database) -> None:
    def oldest() -> datetime | None:
        with database.read() as tx:
            return outbox.oldest_due(tx, NOW)

    assert oldest() is None
    queue(database, "not yet", at=NOW + timedelta(seconds=1), urgent=True)
    assert oldest() is None
    queue(database, "urgent", at=NOW - timedelta(minutes=1), urgent=True)
    assert oldest() == NOW - timedelta(minutes=1)
    queue(database, "plain", at=NOW - timedelta(minutes=2))
    assert oldest() == NOW - timedelta(minutes=2)


def test_only_channels_that_one_can_send_over_are_taken(database: Database) -> None:
    queue(database, "push")
    assert claim(database, channels=("wecom", "sms")) is None
    taken = claim(database, channels=("wecom", "wechat"))
    assert taken is not None
    assert taken.status == "sending"
    assert taken.lease_until == NOW + LEASE


def test_a_settled_push_keeps_what_became_of_it(database: Database) -> None:
    queue(database, "push")
    push = claimed(database)
    later = NOW + timedelta(seconds=8)
    assert settle(database, push, "queued", next_at=later, in_doubt=True, cause="no answer")
    [waiting] = stored(database)
    assert (waiting.status, waiting.next_at, waiting.cause) == ("queued", later, "no answer")
    assert waiting.lease_until is None
    assert claim(database, NOW + timedelta(seconds=7)) is None
    assert settle(database, claimed(database, later), "sent", later)
    [sent] = stored(database)
    assert (sent.status, sent.sent_at, sent.attempts) == ("sent", later, 2)
    assert sent.in_doubt, "that it may have come twice stays on record"


@pytest.mark.parametrize("outcome", ["sent", "queued", "dead", "doubt"])
def test_who_comes_back_after_the_lease_passed_on_changes_nothing(
    database: Database, outcome: PushStatus
) -> None:
    queue(database, "push")
    slow = claimed(database)
    late = NOW + LEASE
    with database.write() as tx:
        assert [push.id for push in outbox.lapsed(tx, late)] == [slow.id]
        outbox.settle(tx, slow, "queued", now=late, next_at=late)
    holder = claimed(database, late)
    before = stored(database)
    assert not settle(database, slow, outcome, late)
    assert stored(database) == before
    assert settle(database, holder, "sent", late)
    assert not settle(database, slow, outcome, late)
    assert [push.status for push in stored(database)] == ["sent"]


def test_who_comes_back_after_a_resend_by_hand_changes_nothing(database: Database) -> None:
    """A resend counts attempts afresh; the former holder must not pass for the present one."""
    queue(database, "push")
    slow = claimed(database)
    late = NOW + LEASE
    settle(database, slow, "doubt", late, in_doubt=True)
    assert requeue(database, slow, late)
    holder = claimed(database, late)
    assert not settle(database, slow, "sent", late)
    assert settle(database, holder, "dead", late)


def test_of_two_claims_in_the_same_instant_the_second_holds_it(database: Database) -> None:
    """Their leases are alike; the attempts tell them apart."""
    queue(database, "push")
    former = claimed(database)
    settle(database, former, "queued", next_at=NOW)
    holder = claimed(database)
    assert holder.lease_until == former.lease_until
    assert not settle(database, former, "sent")
    with database.write(alone=False) as tx:
        to = Account("wecom", "userid", "wangfang", None)
        assert not outbox.move(tx, former, to, now=NOW, in_doubt=False, cause="late")
    assert stored(database) == [holder]


def test_nothing_has_lapsed_before_its_time(database: Database) -> None:
    queue(database, "push")
    push = claimed(database)
    with database.read() as tx:
        assert outbox.lapsed(tx, NOW + LEASE - timedelta(microseconds=1)) == []
        assert outbox.lapsed(tx, NOW + LEASE) == [push]


def test_one_of_two_who_settle_at_once_succeeds(database: Database) -> None:
    queue(database, "push")
    push = claimed(database)
    assert sum(together(4, lambda _: settle(database, push, "sent"))) == 1


def test_only_the_dead_and_the_doubtful_can_be_sent_again(database: Database) -> None:
    queue(database, "push")
    assert not requeue(database, stored(database)[0], NOW)
    push = claimed(database)
    assert not requeue(database, push, NOW)
    settle(database, push, "dead", cause="errcode 45015")
    assert requeue(database, push, NOW)
    settle(database, claimed(database), "sent")
    assert not requeue(database, push, NOW)


def test_who_has_no_address_cannot_be_sent_to_by_asking_again(database: Database) -> None:
    with database.write() as tx:
        outbox.add(
            tx,
            key="k",
            issue=None,
            person="nobody",
            channel="",
            address="",
            text="x",
            urgent=False,
            at=NOW,
            status="dead",
            cause="no_account",
        )
    [dead] = stored(database)
    assert not requeue(database, dead, NOW)
    with database.read() as tx:
        assert outbox.troubled(tx) == [dead]


def test_cancelling_takes_back_what_is_queued_and_no_more(database: Database) -> None:
    for key in ("7:1:a", "7:1:b", "71:1:a"):
        queue(database, key)
    taken = claimed(database)
    with database.write() as tx:
        assert outbox.cancel(tx, "7:") == 1
    assert {push.key: push.status for push in stored(database)} == {
        taken.key: "sending",
        "7:1:b": "cancelled",
        "71:1:a": "queued",
    }


def test_a_token_is_replaced(database: Database) -> None:
    with database.write() as tx:
        assert outbox.token(tx, "wechat") is None
        outbox.put_token(tx, "wechat", "old", NOW)
        outbox.put_token(tx, "wechat", "new", NOW + LEASE)
        assert outbox.token(tx, "wechat") == ("new", "2026-11-23T01:01:00.000000Z")
