"""How an issue is put into words: place, time, card, receipt."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.rows import Issue
from desk.rules.deadlines import LOCAL
from desk.rules.masking import without_phones
from desk.service import Act


def place(issue: Issue, act: Act, *, public: bool) -> str:
    """Where, as far as the reader may see: in a group no unit and no room."""
    parts = [issue.estate or ""]
    if issue.building:
        parts.append(act.say("place.building", building=issue.building))
    if issue.unit and not public:
        parts.append(act.say("place.unit", unit=issue.unit))
    if issue.room and not public:
        parts.append(act.say("place.room", room=issue.room))
    return "".join(parts)


def moment(at: datetime, act: Act) -> str:
    """A time as one says it: 今天18:30, 明天…, 11月26日18:00."""
    local, today = at.astimezone(LOCAL), act.now.astimezone(LOCAL).date()
    clock = f"{local:%H:%M}"
    if local.date() == today:
        return act.say("time.today", clock=clock)
    if local.date() == today + timedelta(days=1):
        return act.say("time.tomorrow", clock=clock)
    return act.say("time.day", month=local.month, day=local.day, clock=clock)


def status(issue: Issue, act: Act) -> str:
    return act.say(f"status.{issue.status}")


def summary(issue: Issue, limit: int = 60) -> str:
    """The resident's words on one line, without telephone numbers."""
    text = " ".join(without_phones(issue.text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def receipt(issue: Issue, act: Act, *, public: bool) -> str:
    """What the reporter reads when an issue has been recorded."""
    category = act.service.category(issue.category)
    key = "receipt.private"
    if public:
        key = "receipt.group_private" if category.private else "receipt.group"
    where = place(issue, act, public=public)
    return act.say(
        key,
        number=issue.number,
        category=category.name,
        where=where,
        place=act.say("receipt.place", place=where) if where else "",
        owner=act.roster.owner_name(issue),
        contact=moment(issue.contact_due, act),
        due=moment(issue.done_due, act),
    )


def card(issue: Issue, act: Act, reporter: str, phone: str, *, heading: str) -> str:
    """What the person who is to act reads."""
    where = place(issue, act, public=False)
    return act.say(
        "card.text",
        heading=act.say(heading, number=issue.number, level=issue.level),
        number=issue.number,
        category=act.service.category(issue.category).name,
        level=act.say(f"level.{issue.level}"),
        mode=act.say(f"mode.{issue.mode}"),
        place=where or act.say("card.no_place"),
        text=" ".join(issue.text.split()),
        reporter=reporter,
        phone=f" {phone}" if phone else "",
        reason=issue.route_reason,
        contact=moment(issue.contact_due, act),
        due=moment(issue.done_due, act),
    )


def line(issue: Issue, act: Act, *, public: bool) -> str:
    """One issue in a list; in a group nothing but its number and status."""
    if public:
        return act.say("list.group", number=issue.number, status=status(issue, act))
    return act.say(
        "list.line",
        number=issue.number,
        category=act.service.category(issue.category).name,
        place=place(issue, act, public=False),
        status=status(issue, act),
        due=moment(issue.done_due, act),
        text=summary(issue, 24),
    )
