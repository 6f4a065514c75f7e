"""共驻共建协议 in chat: signed, looked up, kept, renewed, ended."""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.lists_rows import Agreement
from data.tables import agreements as table
from data.tables import journal
from desk import agreements, dates
from handlers import worker
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SEPARATORS = re.compile(r"[；;]")


def sign(turn: Turn, said: Said) -> str:
    """签约 七中 2026-12-01 2027-11-30 周末开放操场；每月一次讲座."""
    name, _, rest = said.rest.partition(" ")
    team, _ = worker.named(name, worker.team_names(turn))
    term = dates.days(rest, turn.act.now)
    promises = tuple(
        p for each in SEPARATORS.split(dates.without(rest)) if (p := each.strip(" 至到-"))
    )
    if team is None or not term or not promises:
        raise Unclear(turn.say("agreement.how"))
    since = dates.start_of(term[0], turn.act.now) if len(term) > 1 else turn.act.now
    until = dates.end(term[-1], turn.act.now)
    made = agreements.sign(turn.act, team, promises, since, until)
    return turn.say("agreement.signed", **agreements.words(turn.act, made))


def listed(turn: Turn, said: Said) -> str:
    """协议 [单位]: those in force, the first to end first."""
    team, _ = worker.named(said.rest, worker.team_names(turn)) if said.rest else (None, [])
    if said.rest and team is None:
        raise Unclear(turn.say("whistle.which_teams", unknown=said.rest))
    found = table.in_force(turn.act.tx, turn.act.now, team.code if team else "")
    if not found:
        return turn.say("agreement.none")
    lines = [turn.say("agreement.line", **agreements.words(turn.act, each)) for each in found]
    return turn.say("agreement.list", count=len(found), lines="\n".join(lines))


def details(turn: Turn, said: Said) -> str:
    """查看 协-1: its promises, and when each was kept."""
    found = _find(turn, said)
    kept = [
        line.note
        for line in journal.of_subject(turn.act.tx, agreements.KIND, str(found.number))
        if line.action == "keep"
    ]
    words = agreements.words(turn.act, found)
    return turn.say("agreement.card", **words, count=len(kept), kept="；".join(kept[-5:]))


def kept(turn: Turn, said: Said) -> str:
    """履约 协-1 办了一场讲座."""
    found = _find(turn, said)
    agreements.kept(turn.act, found, said.rest)
    return turn.say("agreement.kept", **agreements.words(turn.act, found))


def renew(turn: Turn, said: Said) -> str:
    """续签 协-1 2028-11-30."""
    until = dates.end_of(said.rest, turn.act.now)
    if until is None:
        raise Unclear(turn.say("agreement.until_when"))
    changed = agreements.renew(turn.act, _find(turn, said), until)
    return turn.say("agreement.renewed", **agreements.words(turn.act, changed))


def end(turn: Turn, said: Said) -> str:
    """终止 协-1 原因."""
    changed = agreements.end(turn.act, _find(turn, said), said.rest)
    return turn.say("agreement.ended", **agreements.words(turn.act, changed))


def _find(turn: Turn, said: Said) -> Agreement:
    found = table.by_number(turn.act.tx, said.number)
    if found is None:
        number = f"{turn.say('number.agreement')}-{said.number}"
        raise Unclear(turn.say("which.unknown", number=number))
    return found


WORDS: Mapping[str, Word] = {
    "agreements": Word(listed, "member"),
    "agreement": Word(details, "member", "number", ("agreement",)),
    "keep": Word(kept, "member", "number", ("agreement",)),
    "sign": Word(sign, "secretary"),
    "renew": Word(renew, "secretary", "number", ("agreement",)),
    "end_agreement": Word(end, "secretary", "number", ("agreement",)),
}
