"""What those who do the work may say: 接单 退单 转派 补充 办结 待办 详情."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rapidfuzz import fuzz, process

from data.rows import Issue, Person, Team
from data.tables import issues as table
from data.tables import people
from desk import issues, wording
from handlers import which
from handlers.commands import Command
from handlers.turn import Turn

SURE_NAME = 75  # rapidfuzz score from which a team's or person's name counts as meant


def accept(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number, "assigned")
    changed = issues.accept(turn.act, issue)
    return turn.say("worker.accepted", number=issue.number, due=_due(turn, changed))


def decline(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number, "assigned", "accepted")
    changed = issues.decline(turn.act, issue, command.rest)
    owner = turn.act.roster.owner_name(changed)
    return turn.say("worker.declined", number=issue.number, owner=owner)


def transfer(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number, "assigned", "accepted")
    target, note = _target(turn, command.rest)
    changed = issues.transfer(turn.act, issue, target, note)
    owner = turn.act.roster.owner_name(changed)
    return turn.say("worker.transferred", number=issue.number, owner=owner)


def note(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number, "assigned", "accepted", "done")
    issues.add_note(turn.act, issue, command.rest)
    return turn.say("worker.noted", number=issue.number)


def finish(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number, "accepted", "assigned")
    issues.finish(turn.act, issue, command.rest)
    return turn.say("worker.finished", number=issue.number)


def todo(turn: Turn, command: Command) -> str:  # noqa: ARG001  one shape for all commands
    open_ones = _owned(turn)
    if not open_ones:
        return turn.say("worker.nothing")
    lines = "\n".join(wording.line(issue, turn.act) for issue in open_ones)
    return turn.say("worker.todo", count=len(open_ones), lines=lines)


def details(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number)
    reporter = people.by_id(turn.act.tx, issue.reporter)
    name = (reporter.name if reporter else "") or turn.say("card.resident")
    phone = reporter.phone if reporter else ""
    text = wording.card(issue, turn.act, name, phone, heading="card.details")
    history = "\n".join(
        turn.say(
            "worker.event",
            at=wording.moment(event.at, turn.act),
            action=turn.say(f"action.{event.action}"),
            actor=turn.act.roster.name_of(event.actor),
            note=event.note,
        ).rstrip()
        for event in table.events(turn.act.tx, issue.id)
    )
    return f"{text}\n{history}"


ACTIONS: Mapping[str, Callable[[Turn, Command], str]] = {
    "accept": accept,
    "decline": decline,
    "transfer": transfer,
    "note": note,
    "finish": finish,
    "todo": todo,
    "details": details,
}


def _owned(turn: Turn) -> list[Issue]:
    teams = turn.act.roster.teams_of(turn.person.id)
    return table.of_owner(turn.act.tx, turn.person.id, teams)


def _mine(turn: Turn, number: str | None, *statuses: str) -> Issue:
    """The issue meant: by number, else the only one of mine in the first of these states."""
    if number:
        return which.by_number(turn, number)
    owned = _owned(turn)
    for status in statuses or ("accepted", "assigned"):
        pool = [issue for issue in owned if issue.status == status]
        handled = [issue for issue in pool if issue.handler == turn.person.id]
        if pool:
            return which.one(turn, handled or pool, None, "worker.nothing")
    raise which.Unclear(turn.say("worker.nothing"))


def _target(turn: Turn, text: str) -> tuple[Team | Person, str]:
    """The team or person named at the start of a text, and what follows."""
    first, _, rest = text.partition(" ")
    names: dict[str, Team | Person] = {p.name: p for p in turn.act.roster.staff.values()}
    for team in turn.act.roster.teams.values():
        names |= dict.fromkeys((team.name, *team.aliases), team)
    ranked = process.extract(first, list(names), scorer=fuzz.WRatio, limit=4) if first else []
    good = [(name, score) for name, score, _ in ranked if score >= SURE_NAME]
    best = [name for name, score in good if score == good[0][1]]
    if len({id(names[name]) for name in best}) == 1:
        return names[best[0]], rest
    close = "、".join(dict.fromkeys(name for name, _, _ in ranked))
    raise which.Unclear(turn.say("worker.whom", close=close))


def _due(turn: Turn, issue: Issue) -> str:
    return wording.moment(issue.done_due, turn.act)
