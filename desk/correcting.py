"""改类: staff correct a category; the issue goes where it belongs, and the classifier learns."""

from __future__ import annotations

from dataclasses import replace

from rapidfuzz import fuzz, process

from data.rows import Issue, Lesson
from data.tables import issues as table
from data.tables import reporters, roster
from desk import access, claims, events, notices, recording
from desk.rules import deadlines, lifecycle
from desk.service import Act

SURE = 60  # rapidfuzz score from which a category's name counts as meant


def find_category(act: Act, said: str) -> tuple[str | None, list[str]]:
    """The category that words mean (code, name or part of it), and the nearest names."""
    catalogue = act.service.content.catalogue
    if said in catalogue:
        return said, []
    names = {name: c.code for c in catalogue.values() for name in (c.sub, c.name)}
    if said in names:
        return names[said], []
    ranked = process.extract(said, list(names), scorer=fuzz.WRatio, limit=5)
    close = list(dict.fromkeys(name for name, _, _ in ranked))
    best = {names[name] for name, score, _ in ranked if score == ranked[0][1]} if ranked else set()
    if ranked and ranked[0][1] >= SURE and len(best) == 1:
        return best.pop(), close
    return None, close


def recategorise(act: Act, issue: Issue, code: str) -> Issue:
    """Give an issue its right category, route it anew where that changes its owner, and learn."""
    changed = _change(act, issue, code)
    if issue.anonymous_at is not None:
        return changed
    lesson = Lesson(0, issue.id, issue.text, code, issue.category, act.person.id, act.now, True)
    reporters.learn(act.tx, lesson)
    roster.touch(act.tx)
    return changed


def undo(act: Act, issue: Issue) -> Issue:
    """Take the last correction of an issue back: category, owner and lesson."""
    lesson = reporters.last_lesson(act.tx, issue.id)
    if lesson is None:
        raise lifecycle.Forbidden("status")
    changed = _change(act, issue, lesson.was)
    reporters.unlearn(act.tx, lesson.id)
    roster.touch(act.tx)
    return changed


def _level(act: Act, issue: Issue, code: str) -> str:
    """The new category's level, one higher if the issue had been raised; danger to life stays."""
    level = act.service.category(code).level
    if issue.level == "U0":
        return issue.level
    raised = issue.level < act.service.category(issue.category).level
    return lifecycle.raised(level) if raised else level


def _change(act: Act, issue: Issue, code: str) -> Issue:
    who = access.who_is(act, issue, act.person)
    lifecycle.step(issue.status, "recategorise", who, "")
    category = act.service.category(code)
    level = _level(act, issue, code)
    begun = deadlines.begun(
        issue.created_at, issue.contact_due, issue.level, reopened=issue.reopens > 0
    )
    changed = replace(
        issue,
        category=code,
        level=level,
        confidence=1.0,
        against=recording.against(act, replace(issue, category=code)),
        contact_due=deadlines.contact_due(level, begun),
        done_due=deadlines.done_due(
            level, category.limit, begun, act.service.is_workday, category.level
        ),
        warned=0,
    )
    moved = False
    if issue.status in ("assigned", "accepted"):
        route = recording.find_route(act, changed, level, changed.against)
        moved = (route.team, route.person) != (issue.owner_team, issue.owner_person)
        if moved:
            changed = replace(
                changed,
                status="assigned",
                handler=None,
                accepted_at=None,
                owner_team=route.team,
                owner_person=route.person,
                route_reason=recording.reason(act, route),
            )
    table.save(act.tx, changed)
    data = {"was": issue.category, "now": code}
    event = events.append(act, changed, "recategorise", data=data)
    if issue.category == recording.WISH != code:
        claims.follow(act, changed, "withdraw")
    elif code == recording.WISH:
        recording.list_wish(act, changed)
    if moved:
        notices.hand_over(act, changed, event, "card.moved")
        notices.tell_reporter(act, changed, event, "step.moved")
        notices.tell_former(act, issue, changed, event)
    return changed
