"""The way of every message: once only, understood, handled in one transaction, answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from data.database import Database, StoreFailed, Tx
from data.rows import Person, Session, StoredMessage
from data.tables import messages, vitals
from data.tables import people as people_table
from desk import limits, notices, people
from desk.ahead import SKEW
from desk.message import Media, Message, StoreUnavailable
from desk.rules.masking import without_secrets
from desk.service import Act, NotReady, Service
from handlers import pasted, practices, privacy
from handlers.answering import answer
from handlers.commands import Commands
from handlers.turn import Turn
from handlers.turns import Turns
from nlp.pasted import Line
from nlp.text import mask_ids
from nlp.values import Understanding

log = logging.getLogger(__name__)
LONGEST = 2000  # characters that are read for meaning; all that a channel lets in is stored
LONGEST_WAIT = 10.0  # seconds for its turn; after five WeChat delivers it again
AT_ONCE = 16  # so many that come together are handled; the more come, the fewer of them are
TOGETHER, MANY = 8, 48  # of those that waited, in one commit; in one round
REQUESTS = ("report", "metoo")  # what such a message means
AWAKE = timedelta(minutes=30)  # for so long whoever has written expects an answer, at night, too
SILENT = ""  # how "no answer" is stored
Outcome = tuple[str, str | None]  # what became of a message in one word, and its reply


class Inbound:
    """Takes each message of every channel; the same delivery twice gets the same answer."""

    def __init__(self, db: Database, service: Service, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._service = service
        self._clock = clock
        words = service.content.words
        self._commands = Commands(service.content.commands, words["glued"], words["not_so"])
        self._words = practices.words(service.content)
        self._turns = Turns(self._together, everybodys=(StoreFailed, NotReady))

    def pressed(self, tx: Tx) -> bool:
        """Whether messages wait, here or at another process: what is less urgent goes later."""
        now = self._clock()
        return self._turns.pressed or vitals.rush(tx, now - limits.MOMENT, now + SKEW)

    def __call__(self, message: Message) -> str | None:
        """The reply, or None to stay silent. StoreUnavailable when nothing was kept."""
        metrics = self._service.metrics
        try:
            with metrics.timed("answer"):
                fate, reply = self._turns(_without_secrets(message), LONGEST_WAIT)
        except (StoreFailed, NotReady, TimeoutError) as failure:
            metrics.message(message.channel, "failed")
            log.error("message not handled: %s", failure)
            raise StoreUnavailable(str(failure)) from failure
        metrics.message(message.channel, fate)
        return reply

    def _together(self, arrived: Sequence[Message]) -> list[Outcome]:
        """All in one transaction, or none."""
        with self._db.read() as tx:
            self._service.roster(tx)  # the understander is built from it
            before = [messages.by_key(tx, message.key) for message in arrived]
        if all(before):
            return [_repeated(stored) for stored in before]
        metrics = self._service.metrics
        with metrics.timed("understand"):
            new = [m for m, stored in zip(arrived, before, strict=True) if stored is None]
            said = {message.key: self._understood(message) for message in new}
        keys, rush = [message.key for message in new], at_once(len(new))
        with metrics.timed("commit"), self._db.write() as tx:
            outcomes = [
                self._handle(tx, m, *said[m.key], rush=keys.index(m.key) >= rush)
                if stored is None
                else _repeated(stored)
                for m, stored in zip(arrived, before, strict=True)
            ]
            if rush < len(new) and any(fate == "deferred" for fate, _ in outcomes):
                vitals.note_rush(tx, self._clock())
        return outcomes

    def _understood(
        self, message: Message
    ) -> tuple[Understanding, tuple[tuple[Line, Understanding], ...]]:
        understander = self._service.understander
        said = understander.understand(message.text[:LONGEST], addressed=message.chat is None)
        return said, pasted.read(message.text, understander)

    def _handle(
        self,
        tx: Tx,
        message: Message,
        said: Understanding,
        lines: tuple[tuple[Line, Understanding], ...],
        *,
        rush: bool,
    ) -> Outcome:
        now = self._clock()
        person = people.recognise(tx, message.channel, message.sender, now)
        act = Act(tx, self._service, person, now, self._service.roster_within(tx))
        turn = Turn(act, message, said, self._commands, self._words, lines)
        refused = privacy.refused(turn)
        urgent = any(part.urgency == "U0" for part in said.parts)
        wait = None
        if not refused and not urgent:
            wait = limits.deferral(act, message, rush=rush and _new_request(turn))
        told = wait and limits.first_time(act, message)
        kept = _kept(message, person, now, words=not refused)
        if not messages.receive(tx, replace(kept, deferred_until=wait.until if wait else None)):
            return _repeated(messages.by_key(tx, message.key))
        if wait:
            reply = act.say(wait.reply) if told else None
        else:
            reply = privacy.refusal(turn) if refused else answer(turn)
        messages.answer(tx, message.key, reply or SILENT, act.touched[-1] if act.touched else None)
        fate = wait.fate if wait else "answered" if reply else "silent"
        return fate, reply

    def catch_up(self) -> bool:
        """What has been deferred until now is handled; its answer is pushed, alone.

        Returns whether to go on at once: in a rush only a few are handled, now and then.
        """
        with self._db.read() as tx:
            pressed = self.pressed(tx)
            waiting = messages.deferred(tx, self._clock(), TOGETHER if pressed else MANY)
            self._service.roster(tx)  # the understander is built from it
        if not waiting or not self._service.prepared(0):
            return False
        for start in range(0, len(waiting), TOGETHER):
            some = waiting[start : start + TOGETHER]
            try:
                self._take_up(some)
            except StoreFailed:
                raise
            except Exception:  # noqa: BLE001  one that cannot be handled must not hold up the others
                for each in some:
                    self._take_up_alone(each)
        return not pressed

    def _take_up_alone(self, stored: StoredMessage) -> None:
        try:
            self._take_up([stored])
        except StoreFailed:
            raise
        except Exception:
            log.exception("message %s cannot be handled, and is tried again in an hour", stored.key)
            with self._db.write() as tx:
                messages.defer(tx, stored.key, self._clock() + limits.LONGEST)

    def _take_up(self, waiting: Sequence[StoredMessage]) -> None:
        """All in one transaction, or none."""
        said = [(stored, _again(stored)) for stored in waiting]
        meant = [self._understood(message) for _, message in said]
        with self._db.write() as tx:
            for (stored, message), (understood, lines) in zip(said, meant, strict=True):
                sender = people_table.by_id(tx, stored.person)
                if messages.take_up(tx, stored.key) and sender is not None:
                    self._answer_late(tx, message, sender, understood, lines)

    def _answer_late(
        self,
        tx: Tx,
        message: Message,
        sender: Person,
        said: Understanding,
        lines: tuple[tuple[Line, Understanding], ...],
    ) -> None:
        accounts = {a.channel: a.address for a in people_table.accounts_of(tx, sender.id)}
        message = replace(message, sender=accounts.get(message.channel, ""))
        act = Act(tx, self._service, sender, self._clock(), self._service.roster_within(tx))
        turn = Turn(act, message, said, self._commands, self._words, lines)
        before = _asked(turn)
        reply = privacy.refusal(turn) if privacy.refused(turn) else answer(turn)
        messages.answer(tx, message.key, reply or SILENT, act.touched[-1] if act.touched else None)
        if reply:
            key = f"late:{message.key}"
            awake = act.now - message.sent_at < AWAKE
            notices.push(act, None, sender.id, reply, key, urgent=False, awake=awake)
            asked = _asked(turn)
            if asked is not None and asked != before:
                _ask_there(turn, asked)


def at_once(count: int) -> int:
    """Of so many new messages that came together, how many may be handled; the others, if new
    requests, are kept for later, which costs half.

    A process that has fallen behind handles fewer and fewer until it has caught up.
    """
    return count if count <= AT_ONCE else max(0, 2 * AT_ONCE - count)


def _again(stored: StoredMessage) -> Message:
    """The message that was stored; its sender's address is looked up."""
    return Message(
        stored.channel, "", stored.key, stored.kind, stored.received_at,  # type: ignore[arg-type]
        text=stored.text, chat=stored.chat or None,
        media=Media(**stored.media) if stored.media else None,
    )  # fmt: skip


def _new_request(turn: Turn) -> bool:
    """Not a word of command, no answer to a question, and nothing said of an earlier one."""
    message = turn.message
    if turn.said.intent not in REQUESTS or not turn.said.parts:
        return False
    if turn.commands.parse(message.text) or any(turn.words.said(message.text)):
        return False
    return _asked(turn) is None


def _asked(turn: Turn) -> Session | None:
    """The question that waits for an answer in this chat."""
    message = turn.message
    return messages.session(turn.act.tx, message.channel, message.chat or "", turn.person.id)


def _ask_there(turn: Turn, asked: Session) -> None:
    """A late question waits where it is read: alone, also where it is about words in a group."""
    tx, account = turn.act.tx, notices.account(turn.act, turn.person.id)
    if account is None or messages.session(tx, account.channel, "", turn.person.id) is not None:
        return
    messages.end_session(tx, asked)
    messages.put_session(tx, replace(asked, channel=account.channel, chat=""))


def _repeated(stored: StoredMessage | None) -> Outcome:
    return "repeated", (stored.reply or None) if stored else None


def _without_secrets(message: Message) -> Message:
    """A password or one-time code is hidden before anything reads or keeps the message."""
    return replace(message, text=without_secrets(message.text))


def _kept(message: Message, person: Person, now: datetime, *, words: bool) -> StoredMessage:
    """The message as it is stored; without its words where they may not be used."""
    media_ = {"id": message.media.id, "url": message.media.url} if message.media else {}
    return StoredMessage(
        key=message.key,
        channel=message.channel,
        chat=message.chat or "",
        person=person.id,
        kind=message.kind,
        text=mask_ids(message.text) if words else "",
        media=media_ if words else {},
        received_at=now,
        reply=None,
    )
