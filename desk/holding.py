"""Legal hold: an issue that is neither anonymised nor emptied until somebody says so."""

from __future__ import annotations

from dataclasses import replace

from data.rows import Issue
from data.tables import issues as table
from desk import access, events
from desk.rules.lifecycle import Forbidden
from desk.service import Act


def hold(act: Act, issue: Issue, reason: str) -> Issue:
    """冻结, by the secretary, with the reason; whatever its status."""
    return _set(act, issue, "hold", reason)


def release(act: Act, issue: Issue, reason: str) -> Issue:
    """解除: from now on it ages like any other."""
    return _set(act, issue, "release", reason)


def _set(act: Act, issue: Issue, action: str, reason: str) -> Issue:
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if (issue.held_at is None) != (action == "hold") or issue.anonymous_at is not None:
        raise Forbidden("status")
    if action == "hold" and not reason.strip():
        raise Forbidden("note")
    changed = replace(issue, held_at=act.now if action == "hold" else None)
    table.save(act.tx, changed)
    events.append(act, changed, action, reason)
    return changed
