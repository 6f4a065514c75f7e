"""One issue's life, line by line, for whoever looks after the deployment; nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from data.rows import Issue
from data.tables import issues as table
from data.tables import messages, outbox
from desk.hidden import masked
from desk.rules.deadlines import LOCAL
from desk.service import Act


def trace(act: Act, issue: Issue) -> Iterator[str]:
    """Received, understood, routed, every step, every push with its fate."""
    received = messages.by_key(act.tx, issue.message)
    at = received.received_at if received else issue.created_at
    yield _line(act, at, "received", channel=issue.channel, text=masked(act, issue, issue.text))
    yield _line(
        act, issue.created_at, "understood",
        category=f"{issue.category} {act.service.category(issue.category).name}",
        confidence=f"{issue.confidence:.2f}", evidence="、".join(issue.evidence) or "–",
        others="、".join(f"{code} {share:.2f}" for code, share in issue.candidates[1:3]) or "–",
        level=f"{issue.level} {issue.level_reason}".strip(), nature=issue.nature,
    )  # fmt: skip
    yield _line(
        act, issue.created_at, "routed",
        owner=act.roster.owner_name(issue), why=issue.route_reason,
        contact=_at(issue.contact_due), due=_at(issue.done_due),
    )  # fmt: skip
    for event in table.events(act.tx, issue.id):
        yield _line(
            act, event.at, "event", seq=event.seq,
            action=act.service.content.replies.get(f"action.{event.action}", event.action),
            status=event.status, actor=_who(act, event.actor),
            note=masked(act, issue, event.note) or "–",
        )  # fmt: skip
    for push in outbox.of_issue(act.tx, issue.id):
        been = "、".join(f"{channel}:{cause}" for channel, cause in push.tried) or "–"
        yield _line(
            act, push.created_at, "push", id=push.id, to=_who(act, push.person),
            channel=push.channel or "–", status=push.status + ("?" if push.in_doubt else ""),
            attempts=push.attempts, sent=_at(push.sent_at) if push.sent_at else "–",
            cause=push.cause or "–", tried=been,
        )  # fmt: skip


def _line(act: Act, when: datetime, what: str, /, **words: object) -> str:
    return f"{_at(when)} " + " ".join(act.say(f"trace.{what}", **words).split())


def _at(when: datetime) -> str:
    return f"{when.astimezone(LOCAL):%m-%d %H:%M:%S}"


def _who(act: Act, person: str) -> str:
    """Staff by name; a resident is a resident."""
    return act.roster.name_of(person) or act.say(
        "trace.system" if person == "system" else "card.resident"
    )
