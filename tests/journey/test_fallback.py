"""A person with several channels gets each push once, over the best that works."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from data.rows import StoredPush
from data.tables import outbox, people
from desk.message import DeliveryFailed, Push
from desk.outbox import LONGEST_WAIT, Courier
from tests.journey.town import Town

CALM = "泉馨苑3号楼2单元的楼道灯坏了"
URGENT = "朝阳街小区3号楼2单元301家里一股煤气味!!"
RESIDENT, HANDLER = "李秀兰", "张建国"

REFUSED = DeliveryFailed("errcode 81013: not in the app's range", permanent=True)
NOT_TRUSTED = DeliveryFailed("errcode 60020: not trusted", retry_after=3600.0)
CLOSED = DeliveryFailed("errcode 45015: the window is closed", until_seen=True)
BUSY = DeliveryFailed("errcode -1: busy", retry_after=10.0)
LOST = DeliveryFailed("no answer (ReadTimeout)", in_doubt=True)


@dataclass
class Scripted:
    """A channel that fails as told, then works."""

    idempotent: bool = False
    script: deque[DeliveryFailed] = field(default_factory=deque)
    sent: list[Push] = field(default_factory=list)

    def send(self, push: Push) -> None:
        if self.script:
            raise self.script.popleft()
        self.sent.append(push)


@dataclass
class Office:
    """A community whose worker has WeCom and WeChat, and where nothing is sent unasked."""

    town: Town
    wecom: Scripted = field(default_factory=Scripted)
    wechat: Scripted = field(default_factory=Scripted)

    def __post_init__(self) -> None:
        db, settings = self.town.runtime.db, self.town.runtime.settings
        self.town.runtime.service.pushable = ("wecom", "wechat")
        self.with_wecom(self.town.names[HANDLER])
        senders = {"wecom": self.wecom, "wechat": self.wechat}
        self.courier = Courier(db, senders, settings, lambda: self.town.now)

    def with_wecom(self, person: str) -> None:
        """Let this be the worker."""
        self.handler = person
        with self.town.runtime.db.write() as tx:
            people.bind(tx, "wecom", f"user-{person}", person)

    def report(self, text: str = CALM) -> StoredPush:
        self.town.phones.send(self.town.names[RESIDENT], None, text)
        return self.push()

    def push(self) -> StoredPush:
        """The only one for the worker."""
        [issue] = self.town.issues()
        with self.town.runtime.db.read() as tx:
            rows = [p for p in outbox.of_issue(tx, issue.id) if p.person == self.handler]
        [push] = rows
        return push

    def deliver(self, *, after: timedelta = timedelta()) -> StoredPush:
        self.town.now += after
        self.courier.deliver_due()
        return self.push()

    def delivered(self) -> list[str]:
        """The channels over which the worker was reached."""
        mine = self.push().id
        return [p.channel for p in (*self.wecom.sent, *self.wechat.sent) if p.id == mine]


@pytest.fixture
def office(town: Town) -> Office:
    return Office(town)


@pytest.fixture
def on_duty(office: Office) -> Office:
    """The one with both channels is the first of the duty chain."""
    office.with_wecom(office.town.runtime.service.content.about.duty[0])
    return office


def test_the_best_channel_is_taken_and_only_that_one(office: Office) -> None:
    assert office.report().channel == "wecom"
    push = office.deliver()
    assert (push.status, push.tried, office.delivered()) == ("sent", (), ["wecom"])
    office.deliver(after=timedelta(days=1))
    assert office.delivered() == ["wecom"]


@pytest.mark.parametrize("failure", [REFUSED, NOT_TRUSTED, CLOSED], ids=lambda f: f.cause[8:13])
def test_a_channel_that_fails_hands_the_same_push_to_the_next(
    office: Office, failure: DeliveryFailed
) -> None:
    first = office.report()
    office.wecom.script.append(failure)
    push = office.deliver()
    assert (push.id, push.status, push.channel) == (first.id, "sent", "wechat")
    assert push.tried == (("wecom", failure.cause),)
    assert push.address != first.address
    office.deliver(after=timedelta(days=2))
    assert office.delivered() == ["wechat"]


def test_a_short_wait_is_waited_for(office: Office) -> None:
    office.report()
    office.wecom.script.append(BUSY)
    push = office.deliver()
    assert (push.status, push.channel) == ("queued", "wecom")
    office.deliver(after=timedelta(seconds=10))
    assert office.delivered() == ["wecom"]


def test_danger_to_life_does_not_wait_minutes_for_a_channel(on_duty: Office) -> None:
    office = on_duty
    office.report(URGENT)
    office.wecom.script.append(DeliveryFailed("errcode 45011: slow down", retry_after=120.0))
    office.deliver()
    assert office.delivered() == ["wechat"]


def test_a_channel_that_stays_down_is_left_after_an_hour(office: Office) -> None:
    office.report()
    office.wecom.script.extend([DeliveryFailed("no connection (ConnectError)")] * 30)
    waited = timedelta()
    while not office.delivered():
        push = office.deliver()
        waited += max(timedelta(), push.next_at - office.town.now)
        office.town.now = max(office.town.now, push.next_at)
        assert waited < 3 * LONGEST_WAIT
    assert office.delivered() == ["wechat"]


def test_a_spent_quota_is_waited_for_to_the_end_where_there_is_no_other_channel(
    office: Office,
) -> None:
    office.report()
    office.wecom.script.append(REFUSED)
    office.wechat.script.append(DeliveryFailed("errcode 45009: quota", retry_after=50_000.0))
    push = office.deliver()
    assert push.status == "queued"
    office.deliver(after=timedelta(seconds=49_999))
    assert (office.push().attempts, office.delivered()) == (1, [])
    office.deliver(after=timedelta(seconds=1))
    assert office.delivered() == ["wechat"]


def test_what_may_have_arrived_never_goes_over_a_second_channel(office: Office) -> None:
    office.report()
    office.wecom.script.append(LOST)
    push = office.deliver()
    assert (push.status, push.channel, push.in_doubt) == ("doubt", "wecom", True)
    office.deliver(after=timedelta(days=1))
    assert office.delivered() == []


def test_what_was_in_doubt_once_stays_on_its_channel(office: Office) -> None:
    """Sent again by the idempotent channel, then refused: it may have arrived the first time."""
    office.wecom.idempotent = True
    office.report()
    office.wecom.script.extend([LOST, REFUSED])
    push = office.deliver()
    assert push.status == "queued"
    push = office.deliver(after=timedelta(minutes=1))
    assert (push.status, push.channel) == ("dead", "wecom")
    assert office.delivered() == []


def test_danger_to_life_rather_twice_than_never(on_duty: Office) -> None:
    office = on_duty
    office.report(URGENT)
    office.wecom.script.extend([LOST, REFUSED])
    push = office.deliver()
    push = office.deliver(after=timedelta(minutes=1))
    assert (push.channel, push.in_doubt) == ("wechat", True)
    assert office.delivered() == ["wechat"]


def test_when_no_channel_works_the_last_word_is_on_record(office: Office) -> None:
    office.report()
    office.wecom.script.append(REFUSED)
    office.wechat.script.append(DeliveryFailed("errcode 43004: not following", permanent=True))
    office.deliver()
    push = office.deliver()
    assert (push.status, push.channel) == ("dead", "wechat")
    assert push.cause.startswith("errcode 43004")
    assert push.tried == (("wecom", REFUSED.cause),)
    office.deliver(after=timedelta(days=3))
    assert office.delivered() == []


def test_what_is_held_goes_when_its_recipient_writes(office: Office) -> None:
    office.report()
    office.wecom.script.append(REFUSED)
    office.wechat.script.append(CLOSED)
    push = office.deliver()
    assert (push.status, push.channel) == ("held", "wechat")
    office.deliver(after=timedelta(days=3))
    assert office.delivered() == []
    office.town.phones.send(office.town.names[RESIDENT], None, "谢谢")
    office.deliver()
    assert office.delivered() == [], "somebody else wrote"
    office.town.phones.send(office.handler, None, "待办")
    office.deliver()
    assert (office.push().status, office.delivered()) == ("sent", ["wechat"])


def test_a_held_push_can_be_sent_by_hand(office: Office) -> None:
    push = office.report()
    office.wecom.script.append(REFUSED)
    office.wechat.script.append(CLOSED)
    office.deliver()
    with office.town.runtime.db.write() as tx:
        assert outbox.requeue(tx, push.id, office.town.now)
    office.deliver()
    assert office.delivered() == ["wechat"]
