"""积分 in chat: what one has and why, 兑换, 申诉; what a clerk looks at; the board, if it is on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from data.council_rows import Points
from data.practice_rows import Entry
from data.tables import entries
from data.tables import points as table
from desk import entry_wording, letters, points, redeeming, wording
from desk.rules.points import Deed
from desk.rules.quarters import quarter_of, read_quarter
from handlers import choices, dates
from handlers.listing import listed
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8
_PRICE = re.compile(r"(?<!\d)([1-9]\d{0,4})\s*分")
_STOCK = re.compile(r"(?<!\d)([1-9]\d{0,3})\s*[份次个]")
_GIVEN = re.compile(r"\s*\+?\s*([1-9]\d{0,2})\s*分?(?!\d)")
ENDS = time(23, 59)


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """我的积分: the balance, and the reason of each of the last lines."""
    if not points.scored(turn.act, turn.person.id):
        return turn.say("points.staff")
    found = points.statement(turn.act, turn.person.id)
    _, at = table.settled(turn.act.tx)
    lines = [_line(turn, row) for row in found.lines[:SHOWN]]
    return turn.say(
        "points.mine",
        balance=found.balance,
        earned=found.earned + found.adjusted,
        spent=found.spent,
        at=wording.moment(at, turn.act) if at else turn.say("points.never"),
        lines="\n".join(lines) or turn.say("points.no_lines"),
    )


def _line(turn: Turn, row: Points) -> str:
    titles = points.titles(turn.act.service)
    key = "points.undone" if row.undone else "points.line"
    return turn.say(
        key,
        points=f"{row.points:+d}",
        title=titles.get((row.rule, row.version), row.rule),
        subject=points.shown_subject(turn.act, row.subject),
        at=wording.moment(row.at, turn.act),
    )


def rules(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """积分规则: what is in force today, and what will be."""
    known = turn.act.service.content.practices["points"].rule
    lines = [
        turn.say(
            "points.rule", title=each.title, points=each.points, cap=each.cap,
            version=each.version, since=each.since.isoformat(),
        )
        for each in sorted(known, key=lambda each: (each.id, each.version))
    ]  # fmt: skip
    return turn.say("points.rules", lines="\n".join(lines))


def board(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """积分榜 of the quarter: names are masked; only where the community has switched it on."""
    if not turn.act.service.settings.practices.compare:
        return turn.say("points.board_off")
    quarter = quarter_of(turn.act.now)
    sums = table.sums(turn.act.tx, quarter.since, quarter.until)
    shown = [(who, total) for who, total in sums if points.scored(turn.act, who) and total > 0]
    lines = [
        turn.say("points.board_line", rank=rank, name=_masked(turn, who), points=total)
        for rank, (who, total) in enumerate(shown[:SHOWN], 1)
    ]
    return turn.say("points.board", quarter=quarter.name, lines="\n".join(lines) or "—")


def _masked(turn: Turn, person: str) -> str:
    name = entry_wording.name_of(turn.act, person)
    return turn.say("member.masked", first=name[:1])


def letter(turn: Turn, said: Said) -> str:
    """季度信 2026Q4: one's own letter; without a quarter that of the last one."""
    quarter = read_quarter(said.rest) if said.rest else quarter_of(turn.act.now).before()
    if quarter is None:
        raise Unclear(turn.say("points.letter_how"))
    known = letters.facts(turn.act, quarter)
    member = next((m for m in known.members if m.person == turn.person.id), None)
    if member is not None:
        return letters.of_member(turn.act, known, member)
    return letters.of_resident(turn.act, known, turn.person.id)


# -- 兑换 -----------------------------------------------------------------------------------------


def goods(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    return listed(turn, "good", "points.no_goods", "points.goods")


def offer(turn: Turn, said: Said) -> str:
    """上架兑换 理发一次 20分 10份 2027-03-31."""
    until, rest = dates.moment(turn, said.rest, ENDS)
    price, stock = _PRICE.search(rest), _STOCK.search(rest)
    words = _STOCK.sub(" ", _PRICE.sub(" ", rest)).split()
    if not (price and stock and words):
        raise Unclear(turn.say("points.offer_how"))
    entry = redeeming.offer(turn.act, " ".join(words), int(price[1]), int(stock[1]), until)
    number = entry_wording.number(turn.act, entry)
    return turn.say("points.offered", number=number, title=entry.title, points=price[1],
                    left=entry.capacity)  # fmt: skip


def redeem(turn: Turn, said: Said) -> str:
    """兑换 兑-1."""
    entry = entries.by_number(turn.act.tx, "good", said.number)
    if entry is None:
        letter = turn.say("number.good")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    _enough(turn, entry)
    left = redeeming.redeem(turn.act, entry)
    number = entry_wording.number(turn.act, entry)
    return turn.say("points.redeemed", number=number, title=entry.title, left=left)


def _enough(turn: Turn, entry: Entry) -> None:
    balance = points.statement(turn.act, turn.person.id).balance
    price = redeeming.price(entry)
    if points.scored(turn.act, turn.person.id) and balance < price:
        raise Unclear(turn.say("points.too_few", price=price, balance=balance))


# -- 申诉 and 核实 ---------------------------------------------------------------------------------


def appeal(turn: Turn, said: Said) -> str:
    """积分申诉 帮张奶奶修灯没有算分; 申诉 alone is asked what about."""
    if not said.rest:
        return choices.ask_words(turn, turn.say("points.appeal_what"), "points.appeal")
    return _appealed(turn, said.rest, {})


def _appealed(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    number = redeeming.appeal(turn.act, text)
    return turn.say("points.appealed", number=redeeming.shown_number(turn.act, number))


def uphold(turn: Turn, said: Said) -> str:
    """核定 诉-1 +5 情况属实."""
    given = _GIVEN.match(said.rest)
    if given is None:
        raise Unclear(turn.say("points.uphold_how"))
    reason = _GIVEN.sub(" ", said.rest, count=1).strip()
    redeeming.decide(turn.act, said.number, int(given[1]), reason)
    return turn.say("points.decided", number=redeeming.shown_number(turn.act, said.number))


def reject(turn: Turn, said: Said) -> str:
    """驳回 诉-1 原因."""
    redeeming.decide(turn.act, said.number, 0, said.rest)
    return turn.say("points.decided", number=redeeming.shown_number(turn.act, said.number))


def to_look_at(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """待核实: what looks like a favour, and is not counted until somebody has looked."""
    found = points.to_look_at(turn.act)
    if not found:
        return turn.say("points.all_looked_at")
    options = [(_odd(turn, deed), deed.key) for deed in found]
    question = turn.say("points.look_at", count=len(found))
    return choices.ask(turn, question, options, "points.looked")


def _odd(turn: Turn, deed: Deed) -> str:
    return turn.say(
        "points.odd",
        subject=points.shown_subject(turn.act, deed.subject),
        person=entry_wording.name_of(turn.act, deed.person),
        by=entry_wording.name_of(turn.act, deed.by),
        why=turn.say(f"points.flag.{deed.flag}"),
    )


def _looked(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    options = [(turn.say("points.count"), "count"), (turn.say("points.discount"), "discount")]
    return choices.ask(turn, turn.say("points.counts"), options, "points.said", {"key": value})


def _said(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    points.look_at(turn.act, kept["key"], count=value == "count")
    return turn.say("points.said")


WORDS: Mapping[str, Word] = {
    "points": Word(mine, "anyone", "nothing"),
    "point_rules": Word(rules, "anyone", "nothing", public=True),
    "goods": Word(goods, "anyone", "nothing", public=True),
    "redeem": Word(redeem, "anyone", "number", ("good",)),
    "appeal": Word(appeal),
    "appeal_ask": Word(appeal, "anyone", "nothing"),
    "letter": Word(letter),
    "board": Word(board, "anyone", "nothing"),
    "good_offer": Word(offer, "secretary"),
    "uphold": Word(uphold, "secretary", "number", ("appeal",)),
    "reject_appeal": Word(reject, "secretary", "number", ("appeal",)),
    "look_at": Word(to_look_at, "secretary", "nothing"),
}
ANSWERS: Mapping[str, choices.Answer] = {
    "points.appeal": _appealed,
    "points.looked": _looked,
    "points.said": _said,
}
