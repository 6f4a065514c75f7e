"""Cards on workers' phones: once an issue has moved on, its buttons say where it stands instead.

A click is answered on the clicked card at once; everybody else's card is changed by `refresh`,
whatever it was that moved the issue: a click, a word, another channel.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from data.database import Database, StoreFailed, Tx
from data.rows import Issue
from data.tables import cards, outbox, people
from data.tables import issues as table
from desk.message import DeliveryFailed, Message, StoreUnavailable
from desk.service import Service

log = logging.getLogger(__name__)
CODE_GOOD = timedelta(hours=72)  # the vendor's word; each code once
AGAIN = timedelta(minutes=1)


class CardChanger(Protocol):
    """A sender that can change a card it has sent."""

    def update_card(self, address: str, code: str, label: str) -> None:
        """Return when it has been changed; else DeliveryFailed."""
        ...


class Cards:
    """The cards of one community."""

    def __init__(self, db: Database, service: Service, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._service = service
        self._clock = clock

    def open(self, push: int) -> str:
        """The task id of a push's card: the same at every attempt, and no other database's."""
        with self._db.write(alone=False) as tx:
            return cards.open_task(tx, push, f"huying-{secrets.token_hex(16)}", self._clock())

    def issued(self, push: int, code: str) -> None:
        """The card is on its way; the code changes it once."""
        now = self._clock()
        with self._db.write(alone=False) as tx:
            cards.renew(tx, push, code, now, now + CODE_GOOD)

    def clicked(self, message: Message, task: str, code: str, reply: str | None) -> str:
        """Queue the words of the answer; return what the card shall say, "" if its buttons stay.

        Called again for a repeated delivery it does nothing new and returns the same.
        """
        try:
            with self._db.write() as tx:
                if reply:
                    self._answer(tx, message, reply)
                return self._label_of_clicked(tx, task, code)
        except StoreFailed as failure:
            raise StoreUnavailable(str(failure)) from failure

    def _answer(self, tx: Tx, message: Message, reply: str) -> None:
        person = people.by_account(tx, message.channel, message.sender)
        if person is not None:
            outbox.add(
                tx,
                key=f"{message.key}:answer",
                issue=None,
                person=person.id,
                channel=message.channel,
                address=message.sender,
                text=reply,
                urgent=False,
                at=self._clock(),
            )

    def _label_of_clicked(self, tx: Tx, task: str, code: str) -> str:
        now = self._clock()
        card = cards.by_task(tx, task)
        issue = self._issue(tx, card.push) if card else None
        if card is None or issue is None:
            return ""
        if cards.is_outdated(tx, card.push):
            cards.renew(tx, card.push, "", now, now)
            return self.label(tx, issue)
        if code:
            cards.renew(tx, card.push, code, now, now + CODE_GOOD)
        return ""

    def _issue(self, tx: Tx, push: int) -> Issue | None:
        issue = cards.issue_of(tx, push)
        return table.by_id(tx, issue) if issue is not None else None

    def label(self, tx: Tx, issue: Issue) -> str:
        """Where an issue stands, in a few words."""
        roster = self._service.roster(tx)
        who = roster.name_of(issue.handler) or roster.owner_name(issue)
        return self._service.say(f"stands.{issue.status}", who=who)

    def refresh(self, changers: Mapping[str, CardChanger]) -> int:
        """Change the cards that no longer fit; returns how many were tried."""
        with self._db.read() as tx:
            found = [
                (card, self.label(tx, issue))
                for card in cards.outdated(tx, self._clock())
                if card.channel in changers and (issue := table.by_id(tx, card.issue))
            ]
        for card, label in found:
            self._change(changers[card.channel], card, label)
        return len(found)

    def _change(self, changer: CardChanger, card: cards.OutdatedCard, label: str) -> None:
        now, later = self._clock(), None
        try:
            changer.update_card(card.address, card.code, label)
        except DeliveryFailed as failure:
            log.warning("card of push %s: %s", card.push, failure.cause)
            if not failure.permanent:
                wait = failure.retry_after
                later = now + (timedelta(seconds=wait) if wait else AGAIN)
        with self._db.write(alone=False) as tx:
            if later is not None:
                cards.postpone(tx, card.push, later)
            else:
                cards.renew(tx, card.push, "", now, now)
