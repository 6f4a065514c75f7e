"""签订共驻共建协议书: what a unit has promised, for how long; reminded of before it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from data.database import Database
from data.lists_rows import Agreement
from data.practice_rows import Line
from data.rows import Team
from data.tables import agreements as table
from data.tables import issues
from desk import access, dates, journal
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service
from desk.sweeping import sweep

KIND = "agreement"
NOTICE = timedelta(days=30)
ENDING, ENDED = 1, 2  # stages of warning


def sign(
    act: Act, team: Team, commitments: tuple[str, ...], since: datetime, until: datetime
) -> Agreement:
    """签约: entered by those who review, with its promises and its term."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if not commitments or until <= since:
        raise Forbidden("note")
    agreement = Agreement(
        id=0, number=issues.next_number(act.tx, KIND), team=team.code, commitments=commitments,
        since=since, until=until, clerk=act.person.id, created_at=act.now, ended_at=None, warned=0,
    )  # fmt: skip
    agreement = replace(agreement, id=table.add(act.tx, agreement))
    line = _log(act, agreement, "sign", data={"team": team.code, "until": until.isoformat()})
    _tell_unit(act, agreement, line, "agreement.signed_unit")
    return agreement


def renew(act: Act, agreement: Agreement, until: datetime) -> Agreement:
    """续签: the same promises, a later end."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if agreement.ended_at or until <= agreement.until:
        raise Forbidden("status")
    changed = replace(agreement, until=until, warned=0)
    table.save(act.tx, changed)
    line = _log(act, changed, "renew", data={"until": until.isoformat()})
    _tell_unit(act, changed, line, "agreement.renewed_unit")
    return changed


def end(act: Act, agreement: Agreement, reason: str) -> Agreement:
    """终止, before its time."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if agreement.ended_at:
        raise Forbidden("status")
    if not reason.strip():
        raise Forbidden("note")
    changed = replace(agreement, ended_at=act.now)
    table.save(act.tx, changed)
    line = _log(act, changed, "end", reason)
    _tell_unit(act, changed, line, "agreement.ended_unit", note=reason)
    return changed


def kept(act: Act, agreement: Agreement, note: str) -> Line:
    """履约: one of its promises was kept; by the unit, or those who review."""
    team = act.roster.teams.get(agreement.team)
    if not (team and act.person.id in team.members) and not access.may(act, "secretary"):
        raise Forbidden("person")
    if agreement.ended_at or act.now >= agreement.until:
        raise Forbidden("status")
    if not note.strip():
        raise Forbidden("note")
    line = _log(act, agreement, "keep", note)
    text = act.say("agreement.kept_clerk", **words(act, agreement), note=note)
    journal.tell(act, line, agreement.clerk, text)
    return line


def words(act: Act, agreement: Agreement) -> dict[str, str]:
    team = act.roster.teams.get(agreement.team)
    return {
        "number": f"{act.say('number.agreement')}-{agreement.number}",
        "team": team.name if team else agreement.team,
        "commitments": "；".join(agreement.commitments),
        "since": f"{agreement.since.astimezone(LOCAL):%Y-%m-%d}",
        "until": dates.last_day(agreement.until),
    }


def _tell_unit(act: Act, agreement: Agreement, line: Line, reply: str, **more: str) -> None:
    team = act.roster.teams.get(agreement.team)
    for person in team.members[:1] if team else ():
        journal.tell(act, line, person, act.say(reply, **words(act, agreement), **more))


def _log(
    act: Act, agreement: Agreement, action: str, note: str = "",
    data: Mapping[str, object] | None = None,
) -> Line:  # fmt: skip
    return journal.append(act, KIND, str(agreement.number), action, note, data)


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: a month before an agreement ends, and when it has ended, both sides are told."""
    return sum(
        (
            sweep(db, service, now, lambda tx: table.ending(tx, now, ENDED), _over),
            sweep(db, service, now, lambda tx: table.ending(tx, now + NOTICE, ENDING), _ending),
        )
    )


def _ending(act: Act, agreement: Agreement) -> None:
    _warn(act, agreement, ENDING, "ending")


def _over(act: Act, agreement: Agreement) -> None:
    _warn(act, agreement, ENDED, "over")


def _warn(act: Act, agreement: Agreement, stage: int, action: str) -> None:
    table.save(act.tx, replace(agreement, warned=stage))
    line = _log(act, agreement, action)
    reply = f"agreement.{action}"
    journal.tell(act, line, agreement.clerk, act.say(reply, **words(act, agreement)))
    _tell_unit(act, agreement, line, f"{reply}_unit")
