"""What those who keep the whole picture may say: 改类 合并 拆开 共性问题."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from data.rows import Issue
from desk import approvals, common, correcting, issues, statistics, together, wording
from desk.recording import Draft
from desk.rules.deadlines import LOCAL
from desk.rules.rates import rates
from handlers import dialog, which
from handlers.commands import Command, issue_number
from handlers.turn import Turn

SHOWN = 8


def recategorise(turn: Turn, command: Command) -> str:
    """改类 1123-07 楼道灯: corrected, routed anew, learnt."""
    issue = which.by_number(turn, command.number or "")
    code, close = correcting.find_category(turn.act, command.rest)
    if code is None:
        words = {"number": issue.number, "close": "、".join(close)}
        raise which.Unclear(turn.say("secretary.what_category", **words))
    changed = correcting.recategorise(turn.act, issue, code)
    return _corrected(turn, "secretary.recategorised", changed)


def unlearn(turn: Turn, command: Command) -> str:
    """撤销改类: the last correction is taken back."""
    issue = which.by_number(turn, command.number or "")
    changed = correcting.undo(turn.act, issue)
    return _corrected(turn, "secretary.restored", changed)


def _corrected(turn: Turn, reply: str, issue: Issue) -> str:
    return turn.say(
        reply,
        number=issue.number,
        category=turn.act.service.category(issue.category).name,
        owner=turn.act.roster.owner_name(issue),
    )


def merge(turn: Turn, command: Command) -> str:
    """合并 1123-02 1123-01: the first goes on inside the second."""
    second = issue_number(command.rest)
    if command.number is None or second is None:
        raise which.Unclear(turn.say("secretary.which_two"))
    child, parent = (which.by_number(turn, number) for number in (command.number, second))
    together.merge(turn.act, child, parent)
    return turn.say("secretary.merged", number=child.number, parent=parent.number)


def split(turn: Turn, command: Command) -> str:
    """拆分 1123-02 楼道里还堆着杂物: a part of it becomes an issue of its own."""
    issue = which.by_number(turn, command.number or "")
    if issue.status == "merged" and not command.rest:
        return unmerge(turn, command)
    said = turn.act.service.understander.understand(command.rest, addressed=True)
    if not said.parts:
        raise which.Unclear(turn.say("secretary.split_what", number=issue.number))
    part = said.parts[0]
    known = Draft(
        text=command.rest,
        category=part.category,
        confidence=part.confidence,
        candidates=part.top,
        evidence=part.evidence,
        nature=part.nature,
        estate=issue.estate,
        building=issue.building,
        unit=issue.unit,
        room=issue.room,
        source=issue.source,
    )
    draft = dialog.complete(turn.act, None, known, part.place or said.place)
    added = together.split(turn.act, issue, draft)
    return turn.say(
        "secretary.split",
        number=added.number,
        parent=issue.number,
        category=turn.act.service.category(added.category).name,
        owner=turn.act.roster.owner_name(added),
    )


def unmerge(turn: Turn, command: Command) -> str:
    """拆开 1123-02."""
    issue = which.by_number(turn, command.number or "")
    together.unmerge(turn.act, issue)
    return turn.say("secretary.unmerged", number=issue.number)


def common_problems(turn: Turn, command: Command) -> str:  # noqa: ARG001  one shape for all
    """共性问题: what many people have reported lately, the hottest first."""
    found = common.problems(turn.act)[:SHOWN]
    if not found:
        return turn.say("secretary.common_none")
    lines = [
        turn.say(
            "secretary.common_line",
            rank=rank,
            category=turn.act.service.category(problem.category).name,
            place=problem.place,
            count=len(problem.issues),
            people=problem.people,
            last=wording.moment(problem.last, turn.act),
            number=problem.issues[-1].number,
        )
        for rank, problem in enumerate(found, 1)
    ]
    return turn.say("secretary.common", lines="\n".join(lines))


def supervise(turn: Turn, command: Command) -> str:
    """督办 1123-07: a yellow card; the second is red."""
    issue = which.by_number(turn, command.number or "")
    changed = issues.supervise(turn.act, issue)
    return turn.say(
        "secretary.supervised",
        number=issue.number,
        card=turn.say(f"secretary.{changed.card}"),
        owner=turn.act.roster.owner_name(issue),
    )


def three_rates(turn: Turn, command: Command) -> str:  # noqa: ARG001  one shape for all
    """三率 of this month, from the log."""
    local = turn.act.now.astimezone(LOCAL)
    start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    found = rates(statistics.callbacks(turn.act.tx, start, end))
    words = {"month": local.month, "scope": turn.act.service.content.about.name}
    if found is None:
        return turn.say("secretary.no_rates", **words)
    shares = {
        name: f"{getattr(found, name):.1%}"
        for name in ("response", "solution", "satisfaction", "composite")
    }
    return turn.say("secretary.rates", sample=found.sample, **words, **shares)


def agree(turn: Turn, command: Command) -> str:
    """同意 1123-07: the pause or the extension somebody asked for."""
    return _decide(turn, command, agree=True)


def refuse(turn: Turn, command: Command) -> str:
    return _decide(turn, command, agree=False)


def _decide(turn: Turn, command: Command, *, agree: bool) -> str:
    issue = which.by_number(turn, command.number or "")
    approvals.decide(turn.act, issue, agree=agree, reason=command.rest)
    decision = turn.say("approval.agree" if agree else "approval.refuse")
    return turn.say("approval.decided", number=issue.number, decision=decision)


def reject(turn: Turn, command: Command) -> str:
    """不予受理 1123-07 2: a reason by its number in the list, or in one's own words."""
    issue = which.by_number(turn, command.number or "")
    reasons = turn.act.service.content.reject_reasons
    if not command.rest:
        lines = "\n".join(f"{number}. {reason}" for number, reason in reasons.items())
        words = {"number": issue.number, "lines": lines}
        raise which.Unclear(turn.say("secretary.reject_reasons", **words))
    approvals.reject(turn.act, issue, reasons.get(command.rest, command.rest))
    return turn.say("approval.reject_done", number=issue.number)


ACTIONS: Mapping[str, Callable[[Turn, Command], str]] = {
    "recategorise": recategorise,
    "unlearn": unlearn,
    "merge": merge,
    "unmerge": unmerge,
    "common": common_problems,
    "rates": three_rates,
    "supervise": supervise,
    "agree": agree,
    "refuse": refuse,
    "reject": reject,
    "split": split,
}
