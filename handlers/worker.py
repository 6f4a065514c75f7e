"""What those who do the work may say: 接单 退单 转派 补充 办结 待办 详情."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar, get_args

from rapidfuzz import fuzz, process

from data.rows import Issue, Mode, Person, Team
from data.tables import issues as table
from data.tables import people
from desk import access, approvals, broadcast, cooperation, issues, media, wording
from desk.rules.lifecycle import Forbidden
from handlers import which
from handlers.commands import Command
from handlers.turn import Turn

T = TypeVar("T")
DAYS = re.compile(r"(?P<days>[1-9]\d?)\s*[天日][\s,:]*(?P<reason>.*)", re.DOTALL)
SURE_NAME = 75  # rapidfuzz score from which a team's or person's name counts as meant


def accept(turn: Turn, command: Command) -> str:
    issue = _mine(turn, command.number, "assigned")
    if broadcast.may_claim(turn.act, issue):
        return _claimed(turn, issue)
    changed = issues.accept(turn.act, issue)
    return turn.say("worker.accepted", number=issue.number, due=_due(turn, changed))


def _claimed(turn: Turn, issue: Issue) -> str:
    """接单 by one of those whom 一呼百应 has called."""
    changed = broadcast.claim(turn.act, issue)
    if changed.handler == turn.person.id:
        return turn.say("worker.accepted", number=issue.number, due=_due(turn, changed))
    owner = turn.act.roster.owner_name(changed)
    return turn.say("broadcast.standing_by", number=issue.number, owner=owner)


def decline(turn: Turn, command: Command) -> str:
    """退单 原因; "建议 供电所" at its end names who it should go to."""
    issue = _mine(turn, command.number, "assigned", "accepted")
    changed = issues.decline(turn.act, issue, command.rest, _suggested(turn, command.rest))
    owner = turn.act.roster.owner_name(changed)
    return turn.say("worker.declined", number=issue.number, owner=owner)


def _suggested(turn: Turn, text: str) -> Team | None:
    """The team that follows a word of suggesting, if it is known."""
    for word in turn.act.service.content.words["suggesting"]:
        _, found, after = text.rpartition(word)
        if found:
            name = re.split(r"[\s,，。;；]+", after.strip(" ：:"))[0]
            return named(name, team_names(turn))[0]
    return None


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
    if not _owns(turn, issue) and cooperation.taking_part(turn.act, issue):
        cooperation.part_done(turn.act, issue, command.rest)
        return turn.say("whistle.part_done_self", number=issue.number)
    issues.finish(turn.act, issue, command.rest)
    return turn.say("worker.finished", number=issue.number)


def pause(turn: Turn, command: Command) -> str:
    """挂起: asked for; whoever oversees the place decides."""
    issue = _mine(turn, command.number, "accepted", "assigned")
    approvals.ask(turn.act, issue, "pause", command.rest)
    return turn.say("approval.asked", number=issue.number)


def extend(turn: Turn, command: Command) -> str:
    """延期 3天 等配件."""
    found = DAYS.match(command.rest)
    if found is None:
        raise which.Unclear(turn.say("approval.days"))
    issue = _mine(turn, command.number, "accepted", "assigned")
    approvals.ask(turn.act, issue, "extend", found["reason"].strip(), int(found["days"]))
    return turn.say("approval.asked", number=issue.number)


def exclude(turn: Turn, command: Command) -> str:
    """不计入 1123-07 调解案件: asked for; whoever oversees the place decides."""
    issue = which.by_number(turn, command.number or "")
    approvals.ask(turn.act, issue, "exclude", command.rest)
    return turn.say("approval.asked", number=issue.number)


def mode(turn: Turn, command: Command) -> str:
    """方式 1123-07 跑腿代办."""
    modes = {turn.say(f"mode.{name}"): name for name in get_args(Mode)}
    issue = _mine(turn, command.number, "accepted", "assigned")
    if command.rest not in modes:
        raise which.Unclear(turn.say("mode.which", modes="、".join(modes)))
    issues.set_mode(turn.act, issue, modes[command.rest])
    return turn.say("mode.set", number=issue.number, mode=command.rest)


def resume(turn: Turn, command: Command) -> str:
    issue = which.by_number(turn, command.number or "")
    approvals.resume(turn.act, issue)
    return turn.say("approval.resume_done", number=issue.number)


def arrive(turn: Turn, command: Command) -> str:
    """报到 1123-07: the unit has come at the whistle."""
    issue = which.by_number(turn, command.number or "")
    cooperation.arrive(turn.act, issue)
    return turn.say("whistle.arrived_self", number=issue.number)


def todo(turn: Turn, command: Command) -> str:  # noqa: ARG001  one shape for all commands
    open_ones = _owned(turn)
    if not open_ones:
        return turn.say("worker.nothing")
    lines = "\n".join(wording.line(issue, turn.act, public=turn.public) for issue in open_ones)
    return turn.say("worker.todo", count=len(open_ones), lines=lines)


def details(turn: Turn, command: Command) -> str:
    """The whole card, for those who work on it or answer for the place; never in a group."""
    if turn.public:
        raise which.Unclear(turn.say("which.privately"))
    issue = _mine(turn, command.number)
    if not access.who_is(turn.act, issue, turn.person) & {"owner", "party", "overseer"}:
        raise Forbidden("person")
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
    return "\n".join(filter(None, (text, _photos(turn, issue), history)))


def _photos(turn: Turn, issue: Issue) -> str:
    count, coming = media.count(turn.act, issue)
    if coming:
        return turn.say("worker.photos_coming", count=count, coming=coming)
    return turn.say("worker.photos", count=count) if count else ""


ACTIONS: Mapping[str, Callable[[Turn, Command], str]] = {
    "accept": accept,
    "decline": decline,
    "transfer": transfer,
    "note": note,
    "finish": finish,
    "todo": todo,
    "details": details,
    "pause": pause,
    "extend": extend,
    "exclude": exclude,
    "mode": mode,
    "resume": resume,
    "arrive": arrive,
}


def _owns(turn: Turn, issue: Issue) -> bool:
    return "owner" in access.who_is(turn.act, issue, turn.person)


def _owned(turn: Turn) -> list[Issue]:
    """Open issues this person answers for; none that is about him."""
    teams = turn.act.roster.teams_of(turn.person.id)
    found = table.of_owner(turn.act.tx, turn.person.id, teams)
    return [issue for issue in found if access.may_see(turn.act, issue, turn.person)]


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
    names |= team_names(turn)
    found, close = named(first, names)
    if found is None:
        raise which.Unclear(turn.say("worker.whom", close="、".join(close)))
    return found, rest


def team_names(turn: Turn) -> dict[str, Team]:
    """Every team by every name it goes by."""
    return {
        name: team for team in turn.act.roster.teams.values() for name in (team.name, *team.aliases)
    }


def named(said: str, names: Mapping[str, T]) -> tuple[T | None, list[str]]:
    """What a name mistyped or shortened means, if only one thing; and the nearest names."""
    ranked = process.extract(said, list(names), scorer=fuzz.WRatio, limit=4) if said else []
    close = list(dict.fromkeys(name for name, _, _ in ranked))
    best = [name for name, score, _ in ranked if score == ranked[0][1] and score >= SURE_NAME]
    if len({id(names[name]) for name in best}) == 1:
        return names[best[0]], close
    return None, close


def _due(turn: Turn, issue: Issue) -> str:
    return wording.moment(issue.done_due, turn.act)
