"""Several teams at one issue: 协办, 吹哨 and how it went, 一呼百应."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from data.rows import Party, Team
from data.tables import issues as table
from data.tables import parties
from desk import access, broadcast, cooperation, wording
from handlers import which, worker
from handlers.commands import Command
from handlers.turn import Turn

SEPARATORS = re.compile(r"[\s、,，;；]+")
LATELY = timedelta(days=30)
SHOWN = 10


def assist(turn: Turn, command: Command) -> str:
    """协办 1123-07 供电所."""
    issue = which.by_number(turn, command.number or "")
    teams = _teams(turn, command.rest)
    for team in teams:
        cooperation.assist(turn.act, issue, team)
    return turn.say("assist.done", number=issue.number, teams="、".join(t.name for t in teams))


def whistle(turn: Turn, command: Command) -> str:
    """吹哨 1123-07 供电所、热力公司: the first leads."""
    issue = which.by_number(turn, command.number or "")
    teams = _teams(turn, command.rest)
    cooperation.whistle(turn.act, issue, teams)
    names = "、".join(team.name for team in teams)
    return turn.say("whistle.done", number=issue.number, lead=teams[0].name, teams=names)


def _teams(turn: Turn, text: str) -> list[Team]:
    """The teams a list of names means; Unclear names the first that is not known."""
    names = worker.team_names(turn)
    found = []
    for said in SEPARATORS.split(text.strip()):
        team, _ = worker.named(said, names)
        if team is None:
            raise which.Unclear(turn.say("whistle.which_teams", unknown=said or "—"))
        found.append(team)
    return found


def call_all(turn: Turn, command: Command) -> str:
    """一呼百应 1123-07 小扳手、惠民物业: the first to claim owns it."""
    issue = which.by_number(turn, command.number or "")
    teams = _teams(turn, command.rest)
    broadcast.broadcast(turn.act, issue, teams)
    names = "、".join(team.name for team in teams)
    return turn.say("broadcast.done", number=issue.number, teams=names)


def whistles(turn: Turn, command: Command) -> str:  # noqa: ARG001  one shape for all
    """哨单: every whistle of the last month, who came and who finished in time."""
    found = parties.whistles(turn.act.tx, turn.act.now - LATELY)
    by_issue = [(number, list(units)) for number, units in groupby(found, lambda p: p.issue)]
    lines = [line for number, units in by_issue if (line := line_of_units(turn, number, units))]
    if not lines:
        return turn.say("secretary.whistle_none")
    return turn.say(
        "secretary.whistles",
        count=len(lines),
        arrived=_share(turn, [(p.arrived_at, p.arrive_due) for p in found]),
        done=_share(turn, [(p.done_at, p.done_due) for p in found]),
        lines="\n".join(lines[:SHOWN]),
    )


def line_of_units(turn: Turn, number: int, units: list[Party]) -> str:
    """One issue with its units; nothing of one that this person may not see."""
    issue = table.by_id(turn.act.tx, number)
    if issue is None or not access.may_see(turn.act, issue, turn.person):
        return ""
    return turn.say(
        "secretary.whistle_line",
        number=issue.number,
        category=turn.act.service.category(issue.category).name,
        place=wording.place(issue, turn.act, public=True),
        units="；".join(_unit(turn, party) for party in units),
    )


def _unit(turn: Turn, party: Party) -> str:
    team = turn.act.roster.teams.get(party.team)
    state = (
        "done" if party.done_at
        else "came" if party.arrived_at
        else "late" if turn.act.now > party.arrive_due
        else "called"
    )  # fmt: skip
    return turn.say(
        "secretary.whistle_unit",
        team=team.name if team else party.team,
        role=turn.say("whistle.lead") if party.leads else "",
        state=turn.say(
            f"secretary.whistle_{state}", due=wording.moment(party.arrive_due, turn.act)
        ),
    )


def _share(turn: Turn, pairs: list[tuple[datetime | None, datetime]]) -> str:
    """How many of those whose time has come did it in time: 3/4."""
    due = [(did, by) for did, by in pairs if did is not None or by <= turn.act.now]
    return f"{sum(did is not None and did <= by for did, by in due)}/{len(due)}"


ACTIONS: Mapping[str, Callable[[Turn, Command], str]] = {
    "assist": assist,
    "whistle": whistle,
    "broadcast": call_all,
    "whistles": whistles,
}
