"""送达, 满意, 没收到: said of an entry, carried out on its issue where it has one.

The issue is the resident's loop, and moves its entry (desk.claims.follow): one way only, so that
the two can never tell different stories.
"""

from __future__ import annotations

from data.practice_rows import Entry
from data.rows import Issue
from data.tables import entries
from data.tables import issues as issue_table
from desk import claims, issues
from desk.rules.lifecycle import Forbidden
from desk.service import Act


def deliver(act: Act, entry: Entry, note: str) -> Entry:
    """送达, with a word on what was brought."""
    issue = _open_issue(act, entry)
    if issue is None:
        return claims.deliver(act, entry, note)
    claims.mine(act, entry)  # whoever claimed nothing delivers nothing
    issues.finish(act, issue, note)
    return _again(act, entry)


def confirm(act: Act, entry: Entry) -> Entry:
    """满意."""
    issue = _issue(act, entry)
    if issue is None or act.person.id != issue.reporter:
        return claims.confirm(act, entry)
    issues.satisfied(act, issue)
    return _again(act, entry)


def dispute(act: Act, entry: Entry, reason: str) -> Entry:
    """没收到."""
    issue = _issue(act, entry)
    if issue is None or act.person.id != issue.reporter:
        return claims.dispute(act, entry, reason)
    issues.reopen(act, issue, reason)
    return _again(act, entry)


def _issue(act: Act, entry: Entry) -> Issue | None:
    return issue_table.by_id(act.tx, entry.issue) if entry.issue else None


def _open_issue(act: Act, entry: Entry) -> Issue | None:
    issue = _issue(act, entry)
    return issue if issue and issue.status in ("assigned", "accepted") else None


def _again(act: Act, entry: Entry) -> Entry:
    found = entries.by_id(act.tx, entry.id)
    if found is None:
        raise Forbidden("status")
    return found
