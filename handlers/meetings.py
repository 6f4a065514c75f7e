"""The sittings of a topic: who is asked to come, what is written down, the minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from data.council_rows import Topic
from data.tables import messages
from data.tables import topics as table
from desk import inviting, topics, wording
from handlers import choices, dates, worker
from handlers.topics import find
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

MEETS = time(15)  # where a day is said without an hour
_PAUSE = re.compile(r"[\s、,，;；]+")


def invite(turn: Turn, said: Said) -> str:
    """邀请 题-1 周六下午3点 议事亭 业委会、供电所; without names the roles are offered."""
    topic = find(turn, said)
    at, rest = dates.moment(turn, said.rest, MEETS)
    guests, venue, unknown = _read(turn, topic, rest)
    if not guests and not unknown:
        offered = inviting.available(turn.act, topic)
        every = turn.say("topic.all_roles", count=sum(map(len, offered.values())))
        options = [(every, "")] + [
            (turn.say("topic.role_option", role=role, count=len(found)), role)
            for role, found in offered.items()
        ]
        kept = {"number": topic.number, "at": said.rest, "venue": venue}
        return choices.ask(turn, turn.say("topic.whom"), options, "topic.roles", kept)
    topic, fresh = inviting.invite(turn.act, topic, guests, at, venue)
    return _invited(turn, topic, fresh, unknown)


def _read(turn: Turn, topic: Topic, text: str) -> tuple[list[inviting.Guest], str, list[str]]:
    """Roles, units and persons that a text names; a venue; and roles that nobody has there."""
    guests: list[inviting.Guest] = []
    venue, unknown = "", []
    known = inviting.roles(turn.act)
    teams = worker.team_names(turn)
    people = {person.name: person for person in turn.act.roster.staff.values()}
    for word in filter(None, _PAUSE.split(text)):
        if word in known:
            found = inviting.of_role(turn.act, topic, word)
            guests += found
            unknown += [] if found else [word]
        elif word in teams:
            guests.append(inviting.of_team(teams[word]))
        elif word in people:
            guests.append(inviting.Guest(people[word].id, turn.say("topic.guest")))
        else:
            venue = word
    return guests, venue, unknown


def _roles(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    topic = find(turn, Said("invite", "topic", kept["number"]))
    at, _ = dates.moment(turn, kept["at"], MEETS)
    offered = inviting.available(turn.act, topic)
    chosen = offered if not value else {value: offered.get(value, [])}
    guests = [guest for found in chosen.values() for guest in found]
    topic, fresh = inviting.invite(turn.act, topic, guests, at, kept["venue"])
    return _invited(turn, topic, fresh, [])


def _invited(turn: Turn, topic: Topic, fresh: list[inviting.Guest], unknown: list[str]) -> str:
    counts: dict[str, int] = {}
    for guest in fresh:
        counts[guest.role] = counts.get(guest.role, 0) + 1
    named = "、".join(f"{role}{count}" for role, count in counts.items())
    text = topics.say(turn.act, topic, "invite_done", count=len(fresh), roles=named)
    if unknown:
        text = "\n".join((text, turn.say("topic.nobody_is", roles="、".join(unknown))))
    return text


def come(turn: Turn, said: Said) -> str:
    """参加 题-1."""
    topic = find(turn, said)
    inviting.answer(turn.act, topic, coming=True)
    when = inviting.when(turn.act, topic)
    return topics.say(turn.act, topic, "come_done", when=when, venue=topic.venue)


def stay_away(turn: Turn, said: Said) -> str:
    topic = find(turn, said)
    inviting.answer(turn.act, topic, coming=False)
    return topics.say(turn.act, topic, "away_done")


def sign_in(turn: Turn, said: Said) -> str:
    """签到 题-1."""
    topic = find(turn, said)
    inviting.came(turn.act, topic)
    return topics.say(turn.act, topic, "signed_in")


def convene(turn: Turn, said: Said) -> str:
    """开会 题-1: from now on each line the chair types is a line of the minutes, until 散会."""
    topic = topics.convene(turn.act, find(turn, said))
    kept = {"number": topic.number}
    return choices.ask_words(turn, topics.say(turn.act, topic, "convened"), "topic.line", kept)


def _typed(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:
    topic = topics.minute(turn.act, find(turn, Said("minute", "topic", kept["number"])), text)
    return choices.ask_words(turn, topics.say(turn.act, topic, "noted"), "topic.line", kept)


def minute(turn: Turn, said: Said) -> str:
    """记录 题-1 王师傅：灯要声控的."""
    topic = topics.minute(turn.act, find(turn, said), said.rest)
    return topics.say(turn.act, topic, "noted")


def adjourn(turn: Turn, said: Said) -> str:
    """散会 题-1: no more lines; what comes next."""
    message = turn.message
    session = messages.session(turn.act.tx, message.channel, "", turn.person.id)
    if session is not None and session.awaiting in choices.KINDS:
        messages.end_session(turn.act.tx, session)
    return topics.say(turn.act, find(turn, said), "adjourned")


def minutes(turn: Turn, said: Said) -> str:
    """纪要 题-1: for those who were asked to come, and staff."""
    topic = find(turn, said)
    if not topics.may_read_minutes(turn.act, topic):
        raise Unclear(topics.say(turn.act, topic, "minutes_closed"))
    kept = [
        turn.say(
            "topic.minute_line",
            at=wording.moment(each.at, turn.act),
            what=turn.say(f"topic.wrote.{each.action}"),
            note=each.note,
        ).rstrip("：")
        for each in topics.minutes(turn.act, topic)
    ]
    rows = table.invitees(turn.act.tx, topic.id)
    there = sum(row.state == "came" for row in rows)
    return topics.say(
        turn.act, topic, "minutes", asked=len(rows), came=there, lines="\n".join(kept)
    )


_TOPIC = ("topic",)
WORDS: Mapping[str, Word] = {
    "come": Word(come, "anyone", "number", _TOPIC),
    "stay_away": Word(stay_away, "anyone", "number", _TOPIC),
    "sign_in": Word(sign_in, "anyone", "number", _TOPIC),
    "minutes": Word(minutes, "anyone", "number", _TOPIC),
    "invite": Word(invite, "worker", "number", _TOPIC),
    "convene": Word(convene, "worker", "number", _TOPIC),
    "minute": Word(minute, "worker", "number", _TOPIC),
    "adjourn": Word(adjourn, "worker", "number", _TOPIC),
}
ANSWERS: Mapping[str, choices.Answer] = {"topic.roles": _roles, "topic.line": _typed}
