"""身边的榜样: nobody is shown who has not said yes, and whoever says no is taken down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from data.council_rows import Nomination
from data.database import Database
from data.practice_rows import Line, Motion
from data.rows import Person
from data.tables import issues, people
from data.tables import motions as motion_table
from data.tables import points as table
from desk import access, journal, listing, motions
from desk.rules import honours as rules
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeping import sweep

KIND = "nomination"


def number(act: Act, row: Nomination) -> str:
    """榜-3."""
    return f"{act.say('number.nomination')}-{row.number}"


def nominate(act: Act, person: Person, story: str) -> Nomination:
    """推荐, by anybody, of somebody else; he is asked first."""
    if person.id == act.person.id:
        raise Forbidden("person")
    if not story.strip():
        raise Forbidden("note")
    row = Nomination(
        id=0,
        number=issues.next_number(act.tx, KIND),
        status="nominated",
        person=person.id,
        proposer=act.person.id,
        story=listing.masked(story),
        motion=None,
        created_at=act.now,
        published_at=None,
    )
    row = replace(row, id=table.nominate(act.tx, row))
    line = _log(act, row, "nominate")
    journal.tell_each(act, line, (person.id,), say(act, row, "asked"))
    journal.tell_each(act, line, access.reviewers(act), say(act, row, "nominated"))
    return row


def consent(act: Act, row: Nomination, *, yes: bool) -> Nomination:
    """同意 or 不同意, by whom it is about, at any time."""
    action: rules.Action = "consent" if yes else "decline"
    changed = _moved(act, row, action)
    line = _log(act, changed, action)
    told = say(act, changed, "consented" if yes else "declined")
    journal.tell_each(act, line, access.reviewers(act), told)
    return changed


def refuse(act: Act, row: Nomination, reason: str) -> Nomination:
    changed = _moved(act, row, "refuse", reason)
    line = _log(act, changed, "refuse", reason)
    text = say(act, changed, "refused", reason=reason)
    journal.tell_each(act, line, (row.proposer,), text)
    return changed


def publish(act: Act, row: Nomination) -> Nomination:
    """After review; both he and whoever put him forward hear of it."""
    changed = replace(_moved(act, row, "publish"), published_at=act.now)
    table.save_nomination(act.tx, changed)
    line = _log(act, changed, "publish")
    journal.tell_each(act, line, (row.person, row.proposer), say(act, changed, "published"))
    return changed


def vote(
    act: Act, rows: Sequence[Nomination], estate: str, households: int, until: datetime
) -> Motion:
    """评议: those who have consented are put before the households of an estate."""
    if len(rows) < 2:
        raise Forbidden("status")
    names = tuple(f"{number(act, row)} {name_of(act, row)}" for row in rows)
    motion = motions.put(
        act, motions.Question(act.say("honour.question"), names, households, until, estate=estate)
    )
    for row in rows:
        changed = replace(_moved(act, row, "vote"), motion=motion.id)
        table.save_nomination(act.tx, changed)
        _log(act, changed, "vote")
    return motion


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: those whose vote is over are chosen or passed over."""
    return sweep(db, service, now, lambda tx: table.voted(tx), _counted)


def _counted(act: Act, row: Nomination) -> None:
    motion = motion_table.by_id(act.tx, row.motion) if row.motion else None
    winner = motion.result.get("winner") if motion and motion.status == "passed" else None
    won = (
        motion is not None
        and isinstance(winner, int)
        and motion.options[winner].startswith(f"{number(act, row)} ")
    )
    changed = _moved(act, row, "choose" if won else "pass_over")
    line = _log(act, changed, "choose" if won else "pass_over")
    if won:
        journal.tell_each(act, line, access.reviewers(act), say(act, changed, "chosen"))


def name_of(act: Act, row: Nomination) -> str:
    found = people.by_id(act.tx, row.person)
    return (found.name if found else "") or act.say("card.resident")


def say(act: Act, row: Nomination, step: str, /, **words: object) -> str:
    return act.say(
        f"honour.{step}", number=number(act, row), name=name_of(act, row), story=row.story, **words
    )


def _moved(act: Act, row: Nomination, action: rules.Action, note: str = "") -> Nomination:
    who: set[rules.Who] = {"anyone"}
    if act.person.id == "system":
        who.add("system")
    if act.person.id == row.person:
        who.add("nominee")
    elif access.may(act, "secretary"):
        who.add("reviewer")  # nobody reviews himself
    changed = replace(row, status=rules.step(row.status, action, who, note).to)
    table.save_nomination(act.tx, changed)
    return changed


def _log(act: Act, row: Nomination, action: str, note: str = "") -> Line:
    return journal.append(act, KIND, row.subject, action, note, {"person": row.person}, row.status)
