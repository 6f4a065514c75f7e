"""Votes of the households: one ballot each, a quorum, a term. No door is kept beside a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.database import Database
from data.practice_rows import Line, Motion
from data.rows import Person
from data.tables import issues, people
from data.tables import motions as table
from desk import access, households, journal, wording
from desk.rules import voting
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeping import sweep


@dataclass(frozen=True)
class Question:
    """What is put to the vote, to whom, and until when."""

    text: str
    options: tuple[str, ...]
    households: int
    closes_at: datetime
    estate: str | None = None
    grid: str | None = None
    quorum: int | None = None  # more than half of the households where it is not said


def put(act: Act, question: Question) -> Motion:
    """Open a vote, among households that can be asked: by staff only."""
    if not access.may(act, "worker"):
        raise Forbidden("person")
    if len(question.options) < 2 or question.closes_at <= act.now:
        raise Forbidden("note")
    motion = Motion(
        id=0,
        number=issues.next_number(act.tx, "motion"),
        question=question.text,
        options=question.options,
        estate=question.estate,
        grid=question.grid,
        households=question.households,
        quorum=question.quorum or voting.quorum_of(question.households),
        status="open",
        proposer=act.person.id,
        created_at=act.now,
        closes_at=question.closes_at,
        result={},
    )
    motion = replace(motion, id=table.add(act.tx, motion))
    line = _log(act, motion, "put", {"options": list(motion.options), "quorum": motion.quorum})
    words = {"question": motion.question, "until": wording.moment(motion.closes_at, act)}
    text = act.say("motion.put", number=number(act, motion), **words)
    journal.tell_each(act, line, voters(act, motion), text)
    return motion


def number(act: Act, motion: Motion) -> str:
    """议-3."""
    return f"{act.say('number.motion')}-{motion.number}"


def voters(act: Act, motion: Motion) -> list[str]:
    """Whoever may vote and has an account: they hear of the vote and of what comes of it."""
    grids = [code for code in act.roster.grids if motion.grid in act.roster.path(code)]
    near = people.reachable_in(act.tx, motion.estate, grids if motion.grid else ())
    return [person.id for person in near if may_vote(act, motion, person)]


def may_vote(act: Act, motion: Motion, person: Person) -> bool:
    """Whoever lives in its estate or its grid, with a door that we know."""
    if not households.has_door(person):
        return False
    if motion.estate and motion.estate != person.estate:
        return False
    return motion.grid is None or motion.grid in act.roster.path(person.grid)


def cast(act: Act, motion: Motion, choice: int) -> bool:
    """A household's vote; False if somebody of it has voted before. The log names no choice."""
    if motion.status != "open" or act.now >= motion.closes_at:
        raise Forbidden("status")
    if not may_vote(act, motion, act.person):
        raise Forbidden("person")
    if not 0 <= choice < len(motion.options):
        raise Forbidden("note")
    return table.cast(act.tx, motion.id, household(act, motion, act.person), choice, act.now)


def household(act: Act, motion: Motion, person: Person) -> str:
    """A household as a ballot knows it."""
    return households.hashed(act, str(motion.id), person)


def count(act: Act, motion: Motion) -> voting.Count:
    """How it stands; the option that says no is the last one of 同意/不同意."""
    ballots = table.ballots(act.tx, motion.id)
    against = _against(act, motion.options)
    return voting.count(ballots, len(motion.options), motion.quorum, against=against)


def _against(act: Act, options: Sequence[str]) -> int | None:
    refusals = act.service.content.commands["refuse"]
    return next((i for i, option in enumerate(options) if option in refusals), None)


def close(act: Act, motion: Motion) -> Motion:
    """The term is over: counted, written down, told to all who could vote and to who put it."""
    found = count(act, motion)
    result = {"counts": list(found.counts), "voted": found.voted, "winner": found.winner}
    closed = replace(motion, status=found.outcome, result=result)
    table.save(act.tx, closed)
    line = _log(act, closed, "close", result)
    text = act.say(
        f"motion.{found.outcome}",
        number=number(act, motion),
        question=motion.question,
        voted=found.voted,
        households=motion.households,
        quorum=motion.quorum,
        winner=motion.options[found.winner] if found.winner is not None else "",
        count=max(found.counts, default=0),
    )
    journal.tell_each(act, line, (motion.proposer, *voters(act, motion)), text)
    return closed


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: votes whose term is over."""
    return sweep(db, service, now, lambda tx: table.to_close(tx, now), close)


def _log(act: Act, motion: Motion, action: str, data: dict[str, object]) -> Line:
    return journal.append(act, "motion", str(motion.number), action, "", data, motion.status)
