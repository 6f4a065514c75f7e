"""What a worker may not decide alone: 挂起, 延期 and 不计入三率 need approval.

不予受理 is the overseer's alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from data.rows import Approval, Issue
from data.tables import issues as table
from data.tables import parties
from desk import access, claims, cooperation, events, notices, wording
from desk.rules import lifecycle
from desk.service import Act


def ask(
    act: Act, issue: Issue, kind: Literal["pause", "extend", "exclude"], reason: str, days: int = 0
) -> Issue:
    """Ask for a pause, for more days, or not to be counted; those above the place hear of it."""
    _step(act, issue, "ask", reason)
    if (issue.status, kind) not in lifecycle.TABLE:
        raise lifecycle.Forbidden("status")
    parties.ask(
        act.tx,
        Approval(0, issue.id, kind, act.person.id, reason, days, act.now, "", None, None),
    )
    event = events.append(act, issue, "ask", reason, {"kind": kind, "days": days})
    text = act.say(
        f"approval.asked_{kind}",
        number=issue.number,
        category=act.service.category(issue.category).name,
        by=act.person.name,
        reason=reason,
        days=days,
        due=wording.moment(issue.done_due, act),
    )
    for person in overseers(act, issue)[:1]:
        notices.tell(act, issue, event, person, text)
    return issue


def overseers(act: Act, issue: Issue) -> list[str]:
    """Who may approve, the nearest to the place first; never whoever asks."""
    leads = [act.roster.grids[code].person for code in act.roster.path(issue.grid)]
    desk = act.roster.teams.get(act.service.content.about.desk)
    found = [*leads, *(desk.members if desk else ())]
    blamed = {act.person.id, *act.roster.blamed(issue.against)}
    return [person for person in dict.fromkeys(found) if person and person not in blamed]


def decide(act: Act, issue: Issue, *, agree: bool, reason: str = "") -> Issue:
    """同意 or 不同意; whoever asked may not decide, and who no longer owns it asks in vain."""
    waiting = parties.awaiting(act.tx, issue.id)
    if waiting is None or not _still_owns(act, issue, waiting.person):
        raise lifecycle.Forbidden("status")
    if waiting.person == act.person.id:
        raise lifecycle.Forbidden("person")
    changed = _granted(act, issue, waiting) if agree else issue
    if not agree:
        _step(act, issue, waiting.kind, reason)
    decision = "agreed" if agree else "refused"
    parties.decide(act.tx, waiting.id, decision, act.person.id, act.now)
    data = {"kind": waiting.kind, "days": waiting.days, "decision": decision}
    event = events.append(act, changed, "decide", reason, data)
    due = wording.moment(changed.done_due, act)
    text = act.say(f"approval.{decision}", number=issue.number, reason=reason, due=due)
    notices.tell(act, changed, event, waiting.person, text)
    if agree and waiting.kind != "exclude":
        notices.tell_reporter(
            act, changed, event, f"approval.reporter_{waiting.kind}", reason=waiting.reason
        )
    return changed


def _still_owns(act: Act, issue: Issue, person: str) -> bool:
    asker = act.roster.staff.get(person)
    return asker is not None and "owner" in access.who_is(act, issue, asker)


def _granted(act: Act, issue: Issue, waiting: Approval) -> Issue:
    if waiting.kind == "exclude":  # DOMAIN, "三率": by a logged approval
        _step(act, issue, "exclude", "")
        events.append(act, issue, "exclude", waiting.reason)
        return issue
    if waiting.kind == "extend":
        step = _step(act, issue, "extend", "")
        later = issue.done_due + timedelta(days=waiting.days)
        changed = replace(issue, status=step.to, done_due=later, warned=0)
        cooperation.put_off(act, issue, timedelta(days=waiting.days))
    else:
        step = _step(act, issue, "pause", "")
        changed = replace(
            issue,
            status=step.to,
            paused_at=act.now,
            handler=issue.handler or waiting.person,  # who asks has taken it
            accepted_at=issue.accepted_at or act.now,
        )
    table.save(act.tx, changed)
    return changed


def resume(act: Act, issue: Issue) -> Issue:
    """恢复办理: the deadline moves by as long as the pause lasted."""
    step = _step(act, issue, "resume", "")
    paused = act.now - (issue.paused_at or act.now)
    changed = replace(
        issue, status=step.to, paused_at=None, done_due=issue.done_due + paused, warned=0
    )
    table.save(act.tx, changed)
    cooperation.put_off(act, issue, paused)
    event = events.append(act, changed, "resume")
    notices.tell_owner(act, changed, event, "approval.resumed")
    notices.tell_reporter(act, changed, event, "approval.reporter_resumed")
    return changed


def reject(act: Act, issue: Issue, reason: str) -> Issue:
    """不予受理 with a reason that the reporter reads."""
    step = _step(act, issue, "reject", reason)
    changed = replace(issue, status=step.to, result=reason, closed_at=act.now)
    table.save(act.tx, changed)
    event = events.append(act, changed, "reject", reason)
    notices.tell_reporter(act, changed, event, "approval.rejected", reason=reason)
    notices.tell_owner(act, changed, event, "step.withdrawn_by_desk")
    claims.follow(act, changed, "withdraw", reason)
    return changed


def _step(act: Act, issue: Issue, action: lifecycle.Action, note: str) -> lifecycle.Step:
    return lifecycle.step(issue.status, action, access.who_is(act, issue, act.person), note)
