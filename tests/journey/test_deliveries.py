"""What becomes of pushes when their senders fail, die or come back late."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner

from bot import create_app
from cli import care
from data.rows import StoredPush
from data.tables import outbox
from desk.message import DeliveryFailed, Push
from desk.outbox import LONGEST_WAIT, Courier
from tests.journey.town import Town

CALM = "泉馨苑3号楼2单元的楼道灯坏了"
URGENT = "朝阳街小区3号楼2单元301家里一股煤气味!!"
RESIDENT, HANDLER = "李秀兰", "张建国"


class Killed(BaseException):
    """The sender's process dies in the middle of a call."""


@dataclass
class Scripted:
    """A sender that does what it is told: an exception is raised, a function called, None is ok."""

    idempotent: bool = False
    script: deque[BaseException | Callable[[], None] | None] = field(default_factory=deque)
    sent: list[Push] = field(default_factory=list)

    def send(self, push: Push) -> None:
        self.sent.append(push)
        told = self.script.popleft() if self.script else None
        if isinstance(told, BaseException):
            raise told
        if told is not None:
            told()


@dataclass
class Office:
    """A community whose pushes go through a scripted sender."""

    town: Town
    sender: Scripted
    attempts: int = 24

    def __post_init__(self) -> None:
        self.courier = self.courier_for(self.sender)

    def courier_for(self, sender: Scripted) -> Courier:
        settings = self.town.runtime.settings
        limited = settings.outbox.model_copy(update={"attempts": self.attempts})
        return Courier(
            self.town.runtime.db,
            {"wechat": sender},
            settings.model_copy(update={"outbox": limited}),
            lambda: self.town.now,
        )

    def report(self, text: str = CALM) -> None:
        """A resident reports something; its pushes are queued and nothing is sent yet."""
        self.town.phones.send(self.town.names[RESIDENT], None, text)

    def pushes(self) -> list[StoredPush]:
        """Those of the only issue."""
        [issue] = self.town.issues()
        with self.town.runtime.db.read() as tx:
            return outbox.of_issue(tx, issue.id)

    def push(self, name: str = HANDLER) -> StoredPush:
        """The only one for this person."""
        [push] = [push for push in self.pushes() if push.person == self.town.names[name]]
        return push

    def name_of(self, person: str) -> str:
        names: dict[str, str] = self.town.names
        return next(name for name, who in names.items() if who == person)

    def wait(self, seconds: float) -> None:
        self.town.now += timedelta(seconds=seconds)

    def lease(self) -> float:
        return float(self.town.runtime.settings.outbox.lease_seconds)

    def command(self, *words: str) -> tuple[int, str]:
        """A command as an operator types it."""
        group = click.Group()
        care.register(group, create_app)
        env = {"HUYING_DATA_DIR": str(self.town.folder)}
        done = CliRunner().invoke(group, words, env=env)
        return done.exit_code, done.output


@pytest.fixture
def office(town: Town) -> Office:
    town.now = datetime.now(UTC)  # the commands read the real clock
    return Office(town, Scripted())


# -- failing ------------------------------------------------------------------------------------


def test_what_is_refused_is_tried_again_after_longer_and_longer(office: Office) -> None:
    office.report()
    waits = []
    for attempt in range(1, 14):
        office.sender.script.append(DeliveryFailed("the vendor is busy"))
        assert office.courier.deliver_due() == 1
        push = office.push()
        assert (push.status, push.attempts, push.cause) == ("queued", attempt, "the vendor is busy")
        waits.append((push.next_at - office.town.now).total_seconds())
        office.wait(waits[-1] - 0.001)
        assert office.courier.deliver_due() == 0
        office.wait(0.001)
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-2:] == [LONGEST_WAIT.total_seconds()] * 2
    assert office.courier.deliver_due() == 1
    assert office.push().status == "sent"
    assert len(office.sender.sent) == 14


def test_the_vendors_own_word_on_when_to_come_back_is_kept(office: Office) -> None:
    office.report()
    office.sender.script.append(DeliveryFailed("too many calls", retry_after=90.0))
    office.courier.deliver_due()
    assert office.push().next_at == office.town.now + timedelta(seconds=90)


def test_one_who_cannot_be_reached_does_not_hold_up_the_others(office: Office) -> None:
    office.report(URGENT)
    office.sender.script.append(DeliveryFailed("unknown openid", permanent=True))
    assert office.courier.deliver_due() == len(office.sender.sent) > 1


def test_a_dead_letter_is_shown_with_its_cure_and_sent_again_by_hand(office: Office) -> None:
    office.report()
    office.sender.script.append(DeliveryFailed("the recipient refuses messages", permanent=True))
    office.courier.deliver_due()
    push = office.push()
    assert push.status == "dead"
    status, said = office.command("check")
    assert status == 1
    [line] = [line for line in said.splitlines() if line.startswith("C26")]
    assert HANDLER in line
    assert "the recipient refuses messages" in line
    assert f"resend {push.id}" in line

    assert office.command("resend", str(push.id))[0] == 0
    office.town.now = datetime.now(UTC)
    assert office.courier.deliver_due() == 1
    assert office.push().status == "sent"
    assert "C26" not in office.command("check")[1]
    assert office.command("resend", str(push.id))[0] == 1


def test_after_the_last_attempt_it_is_a_dead_letter(town: Town) -> None:
    office = Office(town, Scripted(), attempts=3)
    office.report()
    for _ in range(4):
        office.sender.script.append(DeliveryFailed("no connection"))
        office.courier.deliver_due()
        office.wait(LONGEST_WAIT.total_seconds())
    assert (office.push().status, office.push().attempts) == ("dead", 3)
    assert len(office.sender.sent) == 3


def test_who_has_no_account_is_a_dead_letter_and_the_desk_hears_instead(office: Office) -> None:
    with office.town.runtime.db.write() as tx:
        tx.run("DELETE FROM accounts WHERE person = :who", who=office.town.names[HANDLER])
    office.report()
    push = office.push()
    assert (push.status, push.cause, push.channel) == ("dead", "no_account", "")
    assert office.courier.deliver_due() == 1
    about = office.town.runtime.service.content.about
    with office.town.runtime.db.read() as tx:
        desk = office.town.runtime.service.roster(tx).teams[about.desk]
    assert office.push(office.name_of(desk.members[0])).status == "sent"
    codes = [line[:3] for line in office.command("check")[1].splitlines()]
    assert codes[:2] == ["C24", "C26"]


# -- in doubt -----------------------------------------------------------------------------------

NO_ANSWER = DeliveryFailed("no answer (ReadTimeout)", in_doubt=True)


def test_what_may_have_arrived_is_not_sent_twice_but_shown(office: Office) -> None:
    office.report()
    office.sender.script.append(NO_ANSWER)
    office.courier.deliver_due()
    office.wait(LONGEST_WAIT.total_seconds())
    assert office.courier.deliver_due() == 0
    push = office.push()
    assert (push.status, push.in_doubt) == ("doubt", True)
    status, said = office.command("check")
    assert status == 1
    [line] = [line for line in said.splitlines() if line.startswith("C27")]
    assert HANDLER in line
    assert f"resend {push.id}" in line


def test_where_a_double_cannot_be_seen_it_is_simply_sent_again(town: Town) -> None:
    office = Office(town, Scripted(idempotent=True))
    office.report()
    office.sender.script.append(NO_ANSWER)
    office.courier.deliver_due()
    office.wait(2)
    office.courier.deliver_due()
    assert (office.push().status, office.push().in_doubt) == ("sent", False)


def test_an_urgent_one_comes_rather_twice_than_never_and_the_doubt_is_shown(office: Office) -> None:
    office.report(URGENT)
    office.sender.script.extend([NO_ANSWER] * 9)
    tried = office.courier.deliver_due()
    office.sender.script.clear()
    office.wait(2)
    assert office.courier.deliver_due() == tried
    pushes = office.pushes()
    assert {(push.status, push.in_doubt) for push in pushes} == {("sent", True)}
    assert office.command("check")[1].count("C27") == len(pushes)


# -- dying --------------------------------------------------------------------------------------


def die(office: Office, courier: Courier) -> None:
    office.sender.script.append(Killed())
    with pytest.raises(Killed):
        courier.deliver_due()


@pytest.mark.parametrize(
    ("idempotent", "text", "status"),
    [
        (False, CALM, "doubt"),
        (True, CALM, "queued"),
        (False, URGENT, "queued"),
        (True, URGENT, "queued"),
    ],
)
def test_a_push_whose_sender_died_is_taken_up_when_its_lease_has_run_out(
    town: Town, idempotent: bool, text: str, status: str
) -> None:
    office = Office(town, Scripted(idempotent))
    office.report(text)
    die(office, office.courier)
    with town.runtime.db.read() as tx:
        [lost] = outbox.lapsed(tx, town.now + timedelta(seconds=office.lease()))
    office.wait(office.lease() - 1)
    assert office.courier.recover() == 0
    office.courier.deliver_due()
    assert [push.id for push in office.sender.sent].count(lost.id) == 1
    office.wait(1)
    assert office.courier.recover() == 1
    [found] = [push for push in office.pushes() if push.id == lost.id]
    assert (found.status, found.in_doubt, found.cause) == (status, True, "sender_died")
    office.courier.deliver_due()
    again = 2 if status == "queued" else 1
    assert [push.id for push in office.sender.sent].count(lost.id) == again
    [found] = [push for push in office.pushes() if push.id == lost.id]
    assert found.in_doubt is not idempotent, "the doubt stays where it may have come twice"


def test_what_a_channel_no_longer_remembers_is_not_sent_again(town: Town) -> None:
    office = Office(town, Scripted(idempotent=True))
    office.report()
    die(office, office.courier)
    office.wait(3600)
    assert office.courier.recover() == 1
    assert (office.push().status, office.push().in_doubt) == ("doubt", True)


def test_a_slow_sender_cannot_overwrite_what_became_of_the_push_meanwhile(town: Town) -> None:
    office = Office(town, Scripted(idempotent=True))
    office.report()
    inside, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        inside.set()
        assert go_on.wait(20)

    office.sender.script.append(hang)
    slow = threading.Thread(target=office.courier.deliver_due, args=(1,))
    slow.start()
    assert inside.wait(20)
    office.wait(office.lease())
    other = office.courier_for(
        Scripted(True, deque([DeliveryFailed("does not follow", permanent=True)]))
    )
    other.recover()
    assert other.deliver_due() == 1
    settled = office.push()
    go_on.set()
    slow.join(20)
    assert not slow.is_alive()
    assert (settled.status, settled.cause) == ("dead", "does not follow")
    assert office.push() == settled
