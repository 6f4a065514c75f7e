"""How fast one may write. What comes faster is stored and handled a minute later, never dropped.

Counted in the store, so that it holds for all processes together and takes no memory.
"""

from __future__ import annotations

from datetime import timedelta

from data.tables import messages
from desk.message import Message
from desk.service import Act

MINUTE = timedelta(minutes=1)


def too_fast(act: Act, message: Message) -> bool:
    """Whether this resident, or this group, has said as much within a minute as is handled."""
    if act.person.role != "resident" or message.kind == "event":
        return False
    limits = act.service.settings.limits
    since = act.now - MINUTE
    if messages.said_since(act.tx, act.person.id, since) >= limits.sender_per_minute:
        return True
    chat = message.chat
    return bool(chat) and messages.said_in(act.tx, chat or "", since) >= limits.group_per_minute


def first_time(act: Act, message: Message) -> bool:
    """Whether nobody has been told so within the minute: a group as a whole, a person alone."""
    return not messages.deferred_since(act.tx, act.person.id, message.chat or "", act.now - MINUTE)
