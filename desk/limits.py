"""When a message cannot be handled at once: somebody writes too fast, or there is a rush.

What has to wait is stored and handled a little later, never dropped. How fast one writes is counted
in the store, so that it holds for all processes together and takes no memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.tables import messages
from desk import notices
from desk.message import Message
from desk.service import Act

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(seconds=2)  # after which a rush may have ebbed
LONGEST = timedelta(hours=1)  # for what could not be handled


@dataclass(frozen=True, slots=True)
class Deferral:
    """Until when a message waits, the reply that says why, and what that is called in figures."""

    until: datetime
    reply: str
    fate: str


def deferral(act: Act, message: Message, *, rush: bool) -> Deferral | None:
    """None when it is handled now. Whose earlier message still waits is heard after that one."""
    if act.person.role != "resident" or message.kind == "event":
        return None
    if _too_fast(act, message):
        return Deferral(act.now + MINUTE, "limits.slow", "slowed")
    earlier = messages.waits_until(act.tx, act.person.id, act.now + MINUTE)
    if earlier is None and not rush:
        return None
    until = max(earlier or act.now, act.now + MOMENT)
    return Deferral(until, _why(act) if rush else "limits.behind", "deferred")


def _why(act: Act) -> str:
    """Whoever cannot be pushed to has to ask for the number."""
    return "limits.rush" if notices.can_reach(act, act.person.id) else "limits.rush_ask"


def _too_fast(act: Act, message: Message) -> bool:
    """Whether this resident, or this group, has said as much within a minute as is handled.

    Another machine's clock may be a little ahead; what was said far ahead, by a wrong one.
    """
    limits = act.service.settings.limits
    minute = act.now - MINUTE, act.now + MINUTE
    if messages.said_within(act.tx, act.person.id, *minute) >= limits.sender_per_minute:
        return True
    chat = message.chat
    return bool(chat) and messages.said_in(act.tx, chat or "", *minute) >= limits.group_per_minute


def first_time(act: Act, message: Message) -> bool:
    """Whether nobody has been told so within the minute: a group as a whole, a person alone."""
    return not messages.told_since(act.tx, act.person.id, message.chat or "", act.now - MINUTE)
