"""Who handles a message: by its kind, its sender, what was asked before, and what it means."""

from __future__ import annotations

import unicodedata

from data.rows import Session
from data.tables import messages
from desk import media, people
from desk.rules.lifecycle import Forbidden
from handlers import (
    choices,
    events,
    help,
    holds,
    joint,
    pasted,
    practices,
    resident,
    secretary,
    worker,
)
from handlers.commands import OVERSEEING, STAFF, Command, issue_number
from handlers.turn import Turn
from handlers.which import Unclear

OVERSEERS = {**secretary.ACTIONS, **joint.ACTIONS, **holds.ACTIONS}


def answer(turn: Turn) -> str | None:
    """The answer, with the privacy notice where it is the first."""
    media.note(turn.act, turn.message)
    reply = _chosen(turn)
    if turn.message.kind == "text" and turn.message.media is not None:
        events.beside_words(turn)
    if reply and turn.message.chat is None:
        notice = people.first_notice(turn.act)
        return f"{reply}\n\n{notice}" if notice else reply
    return reply


def _chosen(turn: Turn) -> str | None:
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
