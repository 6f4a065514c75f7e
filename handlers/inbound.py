"""The way of every message: once only, understood, handled in one transaction, answered."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from data.database import Database, StoreFailed, Tx
from data.rows import Person, Session, StoredMessage
from data.tables import messages
from data.tables import people as people_table
from desk import limits, media, notices, people
from desk.message import Media, Message, StoreUnavailable
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_secrets
from desk.service import Act, NotReady, Service
from handlers import (
    choices,
    events,
    help,
    holds,
    joint,
    pasted,
    practices,
    privacy,
    resident,
    secretary,
    worker,
)
from handlers.commands import OVERSEEING, STAFF, Command, Commands, issue_number
from handlers.turn import Turn
from handlers.turns import Turns
from handlers.which import Unclear
from nlp.pasted import Line
from nlp.text import mask_ids
from nlp.values import Understanding

log = logging.getLogger(__name__)
LONGEST = 2000  # characters that are read for meaning; all that a channel lets in is stored
LONGEST_WAIT = 10.0  # seconds for its turn; after five WeChat delivers it again
SILENT = ""  # how "no answer" is stored
Outcome = tuple[str, str | None]  # what became of a message in one word, and its reply
OVERSEERS = {**secretary.ACTIONS, **joint.ACTIONS, **holds.ACTIONS}


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
        with metrics.timed("commit"), self._db.write() as tx:
            return [
                _repeated(stored) if stored else self._handle(tx, message, *said[message.key])
                for message, stored in zip(arrived, before, strict=True)
            ]

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
    ) -> Outcome:
        now = self._clock()
        person = people.recognise(tx, message.channel, message.sender, now)
        act = Act(tx, self._service, person, now, self._service.roster_within(tx))
        turn = Turn(act, message, said, self._commands, self._words, lines)
        refused = privacy.refused(turn)
        urgent = any(part.urgency == "U0" for part in said.parts)
        slowed = not refused and not urgent and limits.too_fast(act, message)
        told = slowed and limits.first_time(act, message)
        kept = _kept(message, person, now, words=not refused)
        if not messages.receive(tx, replace(kept, deferred=slowed)):
            return _repeated(messages.by_key(tx, message.key))
        if slowed:
            reply = act.say("limits.slow") if told else None
        else:
            reply = privacy.refusal(turn) if refused else _answered(turn)
        messages.answer(tx, message.key, reply or SILENT, act.touched[-1] if act.touched else None)
        return ("slowed" if slowed else "answered" if reply else "silent"), reply

    def catch_up(self) -> int:
        """Sweep: what came too fast a minute ago is handled; its answer is pushed, alone."""
        if not self._service.prepared(0):
            return 0
        before = self._clock() - limits.MINUTE
        with self._db.read() as tx:
            waiting = messages.deferred(tx, before)
            self._service.roster(tx)
        for stored in waiting:
            message = Message(
                stored.channel, "", stored.key, stored.kind, stored.received_at,  # type: ignore[arg-type]
                text=stored.text, chat=stored.chat or None,
                media=Media(**stored.media) if stored.media else None,
            )  # fmt: skip
            said, lines = self._understood(message)
            with self._db.write() as tx:
                self._take_up(tx, message, stored.person, said, lines)
        return len(waiting)

    def _take_up(
        self,
        tx: Tx,
        message: Message,
        person: str,
        said: Understanding,
        lines: tuple[tuple[Line, Understanding], ...],
    ) -> None:
        sender = people_table.by_id(tx, person)
        if sender is None or not messages.take_up(tx, message.key):
            return
        accounts = {a.channel: a.address for a in people_table.accounts_of(tx, person)}
        message = replace(message, sender=accounts.get(message.channel, ""))
        act = Act(tx, self._service, sender, self._clock(), self._service.roster(tx))
        turn = Turn(act, message, said, self._commands, self._words, lines)
        reply = privacy.refusal(turn) if privacy.refused(turn) else _answered(turn)
        messages.answer(tx, message.key, reply or SILENT, act.touched[-1] if act.touched else None)
        if reply:
            notices.push(act, None, person, reply, f"late:{message.key}", urgent=False)


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


def _answered(turn: Turn) -> str | None:
    """The answer, with the privacy notice where it is the first."""
    media.note(turn.act, turn.message)
    reply = answer(turn)
    if turn.message.kind == "text" and turn.message.media is not None:
        events.beside_words(turn)
    if reply and turn.message.chat is None:
        notice = people.first_notice(turn.act)
        return f"{reply}\n\n{notice}" if notice else reply
    return reply


def answer(turn: Turn) -> str | None:
    """Choose who handles a message, by its kind, its sender, what waits, and what it means."""
    kind = turn.message.kind
    try:
        if kind == "event":
            return _menu(turn) if turn.message.event == "click" else events.event(turn)
        if kind in ("image", "video"):
            return events.media(turn)
        if not turn.message.text.strip():
            return events.unspoken(turn)
        return _spoken(turn)
    except Unclear as unclear:
        small_talk = (
            turn.said.intent == "chatter" and turn.commands.parse(turn.message.text) is None
        )
        return None if turn.public and small_talk else unclear.reply
    except Forbidden as forbidden:
        return turn.say(f"forbidden.{forbidden.reason}")


def _menu(turn: Turn) -> str | None:
    """A click on the menu or on a card: the key is a command, or `command:number`."""
    name, _, number = turn.message.event_key.partition(":")
    if name not in turn.commands.words:
        return None
    return _commanded(turn, Command(name, issue_number(number), ""))


def _spoken(turn: Turn) -> str | None:
    if turn.person.role != "resident" and turn.pasted:
        return pasted.chat(turn)
    if any(part.urgency == "U0" for part in turn.said.parts):
        return resident.report(turn)
    reply = practices.commanded(turn)
    if reply is not None:
        return reply
    command = turn.commands.parse(turn.message.text)
    session = messages.session(
        turn.act.tx, turn.message.channel, turn.message.chat or "", turn.person.id
    )
    if session is not None:
        reply = _in_dialog(turn, session, command)
        if reply is not None:
            return reply
    if command is not None:
        reply = _commanded(turn, command)
        if reply is not None:
            return reply
    return _meant(turn)


def _in_dialog(turn: Turn, session: Session, command: Command | None) -> str | None:
    """An answer to what was asked; or something else, beside which the question goes on waiting."""
    staff = turn.person.role != "resident"
    if command is not None and (command.number or (staff and command.name in STAFF)):
        return None  # a command is no answer
    if session.awaiting in choices.KINDS:
        asks = command is not None and command.name in ("help", "human")
        return None if asks else practices.answer(turn, session)
    reply = resident.answer(turn, session)
    if reply is not None:
        return reply
    if command is not None or turn.said.intent != "report":
        return None
    recorded = resident.record_waiting(turn, session)
    return "\n\n".join(filter(None, (recorded, resident.report(turn))))


def _commanded(turn: Turn, command: Command) -> str | None:
    """A word of command; None when it is one only in other people's mouths."""
    name, number, rest = command.name, command.number, command.rest
    if name in STAFF or (name == "note" and turn.person.role != "resident"):
        if turn.person.role == "resident" and not number:
            return None
        return worker.ACTIONS[name](turn, command)
    if name in OVERSEEING:
        if turn.person.role == "resident":
            return turn.say("forbidden.person") if number else None
        return OVERSEERS[name](turn, command)
    match name:
        case "progress":
            return resident.progress(turn, number)
        case "apart":
            return resident.apart(turn)
        case "urge":
            return resident.urge(turn, number)
        case "withdraw":
            return resident.withdraw(turn, number)
        case "satisfied" if not rest or number:
            return resident.satisfied(turn, number)
        case "fairly" if not rest or number:
            return resident.satisfied(turn, number, fairly=True)
        case "contacted" | "uncontacted" | "solved" if not rest or number:
            return resident.called_back(turn, number, name)
        case "unsatisfied":
            return resident.unsatisfied(turn, number, rest)
        case "note":
            return resident.supplement(turn, number, rest)
        case "help":
            return help.text(turn, rest)
        case "human":
            return resident.human(turn)
        case "bind":
            return _bind(turn, rest)
        case "home":
            return _home(turn)
    return None


def _meant(turn: Turn) -> str | None:
    """By meaning, where no word of command was said.

    Words that seem to speak of an earlier issue, from somebody who has none, are a new request.
    """
    try:
        return _by_intent(turn)
    except Unclear:
        if turn.said.parts and not issue_number(turn.message.text):
            return resident.report(turn)
        raise


def _by_intent(turn: Turn) -> str | None:
    number = issue_number(turn.message.text)
    match turn.said.intent:
        case "report":
            return resident.report(turn)
        case "metoo":
            reply = resident.me_too(turn)
            return reply if reply or turn.public else turn.say("small.metoo")
        case "progress":
            return resident.progress(turn, number)
        case "urge":
            return resident.urge(turn, number)
        case "withdraw":
            return resident.withdraw(turn, number)
        case "supplement":
            return resident.supplement(turn, number, turn.message.text)
        case "rate":
            return _rated(turn, number)
        case "human":
            return resident.human(turn)
        case "help":
            return help.text(turn)
        case intent:
            return None if turn.public else turn.say(f"small.{intent}")


def _rated(turn: Turn, number: str | None) -> str:
    """修好了 or 没修好, in other words than the fixed ones."""
    if turn.said.positive:
        return resident.satisfied(turn, number)
    return resident.unsatisfied(turn, number, turn.message.text)


def _bind(turn: Turn, rest: str) -> str:
    """绑定: the invitation code that an imported person was given."""
    code = unicodedata.normalize("NFKC", rest).strip()
    if not people.may_try(turn.act):
        return turn.say("bind.wait")
    known = people.join(turn.act, turn.message.channel, turn.message.sender, code)
    if known is None:
        return turn.say("bind.unknown")
    return turn.say("bind.done", name=known.name)


def _home(turn: Turn) -> str | None:
    """我住…: remembered as the resident's home."""
    place = turn.act.service.understander.place(turn.message.text)
    reports = turn.said.intent == "report" and any(part.evidence for part in turn.said.parts)
    if place is None or place.estate is None or reports:
        return None
    changed = people.live_at(turn.act, place)
    home = "".join(filter(None, (changed.estate, *_numbers(turn, place.building, place.unit))))
    return turn.say("home.known", home=home)


def _numbers(turn: Turn, building: str | None, unit: str | None) -> list[str]:
    named = []
    if building:
        named.append(turn.say("place.building", building=building))
    if unit:
        named.append(turn.say("place.unit", unit=unit))
    return named
