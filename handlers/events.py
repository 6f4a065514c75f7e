"""Messages that are not text: following the account, scanning a yard's code, pictures, voices."""

from __future__ import annotations

from datetime import timedelta

from data.rows import Issue
from data.tables import issue_lists, messages
from data.tables import issues as table
from desk import media as files
from desk import people
from handlers import attendance, members, yards
from handlers.turn import Turn

RECENT = timedelta(hours=24)  # a picture without words belongs to an issue this young


def event(turn: Turn) -> str | None:
    """subscribe, scan, click …; most ask for no answer."""
    message = turn.message
    if message.event in ("subscribe", "scan"):
        if message.event_key == members.CODE:
            return members.scanned(turn)
        if (came := attendance.scanned(turn, message.event_key)) is not None:
            return came
        if (at_yard := yards.scanned(turn, message.event_key)) is not None:
            return at_yard
        return _arrived(turn, message.event_key)
    return None


def _arrived(turn: Turn, code: str) -> str:
    """Somebody follows us, perhaps by the QR code of a yard or a grid: then we know where."""
    about, roster = turn.act.service.content.about, turn.act.roster
    yard = roster.place_by_code(code) if code else None
    resident = turn.person.role == "resident"
    if yard is not None:
        if resident and turn.person.estate != yard.estate:
            people.live_at(turn.act, yard)
        return turn.say("welcome.yard", community=about.name, place=yard.estate)
    if code in roster.grids:
        if resident and turn.person.estate is None:
            people.live_in(turn.act, code)
        return turn.say("welcome.yard", community=about.name, place=roster.grids[code].name)
    return turn.say("welcome.plain", community=about.name)


def media(turn: Turn) -> str | None:
    """A picture or film belongs to what is being asked about, or to the issue its sender is about.

    Where there is neither we ask for words; it waits for them.
    """
    if _asked(turn):
        return None if turn.public else turn.say("media.waiting")
    issue = _concerned(turn)
    if issue is None:
        return None if turn.public else turn.say("media.what")
    files.attach(turn.act, issue, turn.message.key)
    return turn.say("media.attached", number=issue.number)


def beside_words(turn: Turn) -> None:
    """A picture in one message with words that made no issue, and asked for none."""
    issue = None if _asked(turn) else _concerned(turn)
    if issue is not None:
        files.attach(turn.act, issue, turn.message.key)


def _asked(turn: Turn) -> bool:
    """Whether we wait for words of which an issue will be made."""
    chat = turn.message.chat or ""
    session = messages.session(turn.act.tx, turn.message.channel, chat, turn.person.id)
    return session is not None and session.awaiting != "where"


def _concerned(turn: Turn) -> Issue | None:
    """The sender's newest issue that is still open, or the one he is working on."""
    own = [
        issue
        for issue in table.of_reporter(turn.act.tx, turn.person.id, limit=5)
        if issue.status in ("assigned", "accepted", "done")
        and turn.act.now - issue.created_at <= RECENT
    ]
    if own:
        return own[0]
    teams = turn.act.roster.teams_of(turn.person.id)
    owned = table.of_owner(turn.act.tx, turn.person.id, teams)
    handled = [issue for issue in owned if issue.handler == turn.person.id]
    if handled:
        return handled[0] if len(handled) == 1 else None
    # A picture of what was done comes after 办结.
    done = issue_lists.finished_by(turn.act.tx, turn.person.id, turn.act.now - RECENT)
    return done[0] if done else None


def unspoken(turn: Turn) -> str | None:
    """A voice without its words, a place on the map, a link: say what we need instead."""
    if turn.public:
        return None
    return turn.say(f"unspoken.{turn.message.kind}")
