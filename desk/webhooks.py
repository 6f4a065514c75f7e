"""Webhooks out: each event that a program may read becomes one delivery in the outbox.

The feed is the queue: nothing is lost between an event and its delivery, whatever dies, and an
event is queued once for each webhook (the outbox key says so).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from data.database import Database, Tx
from data.rows import ApiToken, FeedLine, Issue, Webhook, as_json
from data.tables import api_tokens as table
from data.tables import issues, ledger, outbox, people
from desk import access, views
from desk.service import Act, Service

CHANNEL = "webhook"
DISCLOSE = "disclose"  # told to nobody: telling of it may be what caused it
_BATCH = 200


class PersonalNeedsScope(PermissionError):  # noqa: N818
    """Only a key with the scope `personal` may have personal data sent."""


def subscribe(
    tx: Tx, token: ApiToken, url: str, events: Sequence[str], *, personal: bool, now: datetime
) -> Webhook:
    """A new webhook, from the next event on. It lives as long as its key."""
    if personal and "personal" not in token.scopes:
        raise PersonalNeedsScope(token.name)
    return table.subscribe(
        tx,
        token=token.id,
        url=url,
        events=events,
        personal=personal,
        secret=secrets.token_urlsafe(32),
        now=now,
    )


def queue(db: Database, service: Service, now: datetime) -> int:
    """Sweep: put what has happened since the last time into the outbox; returns how much."""
    with db.read() as tx:
        if not table.webhooks_behind(tx):
            return 0
    with db.write() as tx:
        return sum(_queue_for(tx, service, hook, now) for hook in table.webhooks_behind(tx))


def _queue_for(tx: Tx, service: Service, hook: Webhook, now: datetime) -> int:
    lines = ledger.feed(tx, hook.after, _BATCH)
    token = table.live(tx, hook.token, now)
    person = people.by_id(tx, token.person) if token else None
    count = 0
    if token and person:
        act = Act(tx, service, person, now, service.roster(tx))
        count = sum(_queue_line(act, token, hook, line) for line in lines)
    table.queued_up_to(tx, hook.id, lines[-1].cursor)
    return count


def _queue_line(act: Act, token: ApiToken, hook: Webhook, line: FeedLine) -> bool:
    issue = issues.by_id(act.tx, line.issue)
    if issue is None or line.action == DISCLOSE or (hook.events and line.action not in hook.events):
        return False
    if not access.may_see(act, issue, act.person):
        return False
    return outbox.add(
        act.tx,
        key=f"{CHANNEL}:{hook.id}:{line.cursor}",
        issue=issue.id,
        person="",  # no human: it must never be sent to somebody's phone instead
        channel=CHANNEL,
        address=str(hook.id),
        text=_body(act, token, hook, issue, line),
        urgent=True,  # rather twice than never: receivers know repeats by the delivery's id
        at=act.now,
    )


def _body(act: Act, token: ApiToken, hook: Webhook, issue: Issue, line: FeedLine) -> str:
    """What is sent: the event, and the issue as it is when the event is queued."""
    body: dict[str, object] = {
        "type": f"issue.{line.action}",
        "cursor": line.cursor,
        "event": views.event_view(act, issue, line, line.cursor).model_dump(mode="json"),
        "issue": views.issue_view(act, issue).model_dump(mode="json"),
    }
    if hook.personal and "personal" in token.scopes:
        revealed = views.reveal(act, issue, act.say("api.webhook_reason"), token.name)
        body["personal"] = revealed.model_dump(mode="json")
    return as_json(body)
