"""通知: sent to the right grids, read by 知道了, counted."""

from __future__ import annotations

from collections.abc import Mapping

from data.tables import bulletins as table
from data.tables import rounds as round_table
from desk import access, bulletins, wording
from desk.rules.lifecycle import Forbidden
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 5


def send(turn: Turn, said: Said) -> str:
    """通知 泉馨苑 明天上午停水检修; without an estate to the speaker's own grids."""
    first, _, rest = said.rest.partition(" ")
    place = turn.act.service.understander.place(first)
    estate = place.estate if place and place.estate and rest.strip() else None
    text = rest.strip() if estate else said.rest
    if not text:
        raise Unclear(turn.say("bulletin.how"))
    numbers = [number for kind, number in turn.words.numbers(text) if kind == "event"]
    about = round_table.by_number(turn.act.tx, "event", numbers[0]) if numbers else None
    grid = None if estate else _own_grid(turn)
    bulletin, count = bulletins.send(
        turn.act, text, estate=estate, grid=grid, about=about.id if about else None
    )
    number = bulletins.number(turn.act, bulletin)
    return turn.say("bulletin.sent", number=number, count=count)


def _own_grid(turn: Turn) -> str | None:
    """The largest grid that the speaker leads; None for whoever may tell everybody."""
    own = [code for code, person in turn.act.roster.leads().items() if person == turn.person.id]
    if own:
        return min(own, key=lambda code: len(turn.act.roster.path(code)))
    if not access.may(turn.act, "secretary"):
        raise Forbidden("person")
    return None


def got_it(turn: Turn, said: Said) -> str | None:
    """知道了, 知道了 通-3; nothing to do with us where nothing waits to be read."""
    unread = table.unread_by(turn.act.tx, turn.person.id)
    meant = [b for b in unread if not said.kind or b.number == said.number]
    if not meant:
        return None
    for bulletin in meant:
        bulletins.read(turn.act, bulletin)
    return turn.say("bulletin.thanks")


def how_many(turn: Turn, said: Said) -> str:
    """已读 通-3: how many have read it."""
    bulletin = table.by_number(turn.act.tx, said.number)
    if bulletin is None:
        letter = turn.say("number.bulletin")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    sent, read = table.counts(turn.act.tx, bulletin.id)
    return turn.say("bulletin.read", number=bulletins.number(turn.act, bulletin), sent=sent,
                    read=read, at=wording.moment(bulletin.at, turn.act))  # fmt: skip


WORDS: Mapping[str, Word] = {
    "got_it": Word(got_it, takes="nothing"),
    "got_this": Word(got_it, "anyone", "number", (bulletins.KIND,)),
    "bulletin": Word(send, "worker"),
    "bulletin_read": Word(how_many, "worker", "number", (bulletins.KIND,)),
}
