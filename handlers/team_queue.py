"""A team's queue in chat: what waits for somebody, who is on what, which parts were used."""

from __future__ import annotations

from collections.abc import Mapping

from data.rows import Issue, Team
from desk import team_queue, wording
from handlers import which, worker
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8


def queue(turn: Turn, said: Said) -> str:
    """队里的活: of one's own team, or of the one that is named."""
    team = _team(turn, said.rest)
    found = team_queue.of(turn.act, team)
    lines = [*(_line(turn, i, "waits") for i in found.waiting[:SHOWN]),
             *(_line(turn, i, "held") for i in found.under_way[:SHOWN])]  # fmt: skip
    return turn.say(
        "queue.list",
        team=team.name,
        waiting=len(found.waiting),
        held=len(found.under_way),
        done=found.done,
        lines="\n".join(lines),
    )


def _team(turn: Turn, name: str) -> Team:
    own = turn.act.roster.teams_of(turn.person.id)
    found, _ = worker.named(name, worker.team_names(turn))
    team = found or (turn.act.roster.teams[own[0]] if own and not name else None)
    if team is None:
        raise Unclear(turn.say("queue.which"))
    return team


def _line(turn: Turn, issue: Issue, key: str) -> str:
    name = turn.act.roster.name_of(issue.handler)
    return turn.say(f"queue.{key}", line=wording.line(issue, turn.act, public=False), name=name)


def parts(turn: Turn, said: Said) -> str:
    """用料 1123-07 灯泡2个."""
    number = issue_number(said.rest) or ""
    issue = which.by_number(turn, number)
    _, _, what = said.rest.partition(" ")
    team_queue.use_parts(turn.act, issue, what)
    return turn.say("queue.parts", number=issue.number, what=what)


WORDS: Mapping[str, Word] = {
    "queue": Word(queue, "member"),
    "parts": Word(parts, "member", "issue"),
}
