"""When people may be disturbed: not at night, unless it is urgent (DOMAIN, "In groups")."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from desk.rules.deadlines import LOCAL


def waking(at: datetime, start: time, end: time) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into. Equal bounds: none."""
    local = at.astimezone(LOCAL)
    now = local.time()
    overnight = start > end
    quiet = (now >= start or now < end) if overnight else start <= now < end
    if not quiet:
        return at
    day = local.date() + timedelta(days=1 if overnight and now >= start else 0)
    return datetime.combine(day, end, LOCAL).astimezone(at.tzinfo)
