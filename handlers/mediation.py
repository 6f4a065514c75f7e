"""小李说理 in chat, for mediators alone: a case, its parties, sittings, agreement and visit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data.council_rows import Dispute
from data.rows import Person
from data.tables import disputes as table
from data.tables import people as people_table
from desk import entry_wording, mediation, people, wording
from desk.rules import mediation as rules
from handlers import choices, which, worker
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8
_PAUSE = re.compile(r"[\s、,，;；和与]+")
Do = Callable[..., Dispute]


def find(turn: Turn, said: Said) -> Dispute:
    """The case of that number, for whoever may read it; else as if there were none."""
    dispute = table.by_number(turn.act.tx, said.number)
    if dispute is None or not mediation.may_read(turn.act, dispute):
        letter = turn.say("number.dispute")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return dispute


def from_issue(turn: Turn, said: Said) -> str:
    """受理调解 1123-01: its reporter is the first party."""
    issue = which.by_number(turn, issue_number(said.rest) or "")
    reporter = people_table.by_id(turn.act.tx, issue.reporter)
    parties = [reporter] if reporter else []
    return _begun(turn, mediation.begin(turn.act, issue.text, parties, issue))


def begin(turn: Turn, said: Said) -> str:
    """受理调解 楼上漏水两家吵起来了."""
    if not said.rest:
        raise Unclear(turn.say("dispute.how"))
    return _begun(turn, mediation.begin(turn.act, said.rest, ()))


def _begun(turn: Turn, dispute: Dispute) -> str:
    return mediation.say(turn.act, dispute, "begun")


def parties(turn: Turn, said: Said) -> str:
    """当事人 案-1 李秀兰、张伟."""
    dispute = find(turn, said)
    names = [name for name in _PAUSE.split(said.rest) if name]
    if not names:
        raise Unclear(mediation.say(turn.act, dispute, "who"))
    mediation.add_parties(turn.act, dispute, [_known(turn, name) for name in names])
    return mediation.say(turn.act, dispute, "parties_done", names="、".join(_names(turn, dispute)))


def _known(turn: Turn, name: str) -> Person:
    """The resident of that name, if there is just one; else somebody known by name only."""
    found = people_table.by_name(turn.act.tx, name)
    return found[0] if len(found) == 1 else people.known_by_name(turn.act, name)


def _names(turn: Turn, dispute: Dispute) -> Sequence[str]:
    found = table.parties(turn.act.tx, dispute.id)
    return [entry_wording.name_of(turn.act, person) for person in found]


def _step(do: Do, reply: str) -> Callable[[Turn, Said], str]:
    """A word that takes one step of a case, with what is said of it."""

    def said_of(turn: Turn, said: Said) -> str:
        dispute = find(turn, said)
        return mediation.say(turn.act, do(turn.act, dispute, said.rest), reply)

    return said_of


def agree(turn: Turn, said: Said) -> str:
    """协议 案-1 …: with two parties at least."""
    dispute = find(turn, said)
    if said.rest and len(table.parties(turn.act.tx, dispute.id)) < 2:
        raise Unclear(mediation.say(turn.act, dispute, "who"))
    mediation.agree(turn.act, dispute, said.rest)
    days = turn.act.service.settings.practices.follow_days
    return mediation.say(turn.act, dispute, "agree_done", days=days)


def hand_over(turn: Turn, said: Said) -> str:
    """移交 案-1 街道司法所 原因; without a unit the possible ones are offered."""
    dispute = find(turn, said)
    first, _, reason = said.rest.partition(" ")
    team = worker.team_names(turn).get(first)
    if team is not None:
        return _handed(turn, dispute, team.code, reason or first)
    options = [(team.name, team.code) for team in mediation.targets(turn.act)]
    kept = {"number": dispute.number, "reason": said.rest}
    return choices.ask(turn, turn.say("dispute.whom"), options, "dispute.target", kept)


def _target(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    dispute = find(turn, Said("hand_over", "dispute", kept["number"]))
    return _handed(turn, dispute, value, kept["reason"] or turn.say("dispute.no_agreement"))


def _handed(turn: Turn, dispute: Dispute, code: str, reason: str) -> str:
    team = turn.act.roster.teams[code]
    mediation.hand_over(turn.act, dispute, team, reason)
    return mediation.say(turn.act, dispute, "handed_done", team=team.name)


def details(turn: Turn, said: Said) -> str:
    """详情 案-1: for its mediators and the secretary."""
    dispute = find(turn, said)
    lines = [
        mediation.say(
            turn.act,
            dispute,
            "card",
            status=turn.say(f"dispute.status.{dispute.status}"),
            stage=turn.say(f"dispute.stage.{dispute.stage}"),
            team=turn.act.roster.teams[dispute.team].name,
            names="、".join(_names(turn, dispute)),
            text=dispute.text,
        )
    ]
    if dispute.agreement:
        lines.append(turn.say("dispute.agreement", agreement=dispute.agreement))
    return "\n".join(lines)


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """调解台账: how many, how many were settled, and those under way that one may read."""
    counts = table.counted(turn.act.tx)
    ended = counts.get("closed", 0) + counts.get("unsettled", 0)
    share = f"{counts.get('closed', 0) / ended:.0%}" if ended else turn.say("dispute.no_rate")
    mine = [
        dispute
        for dispute in table.page(turn.act.tx, sorted(rules.OPEN), 0, 200)
        if mediation.may_read(turn.act, dispute)
    ]
    lines = [
        mediation.say(
            turn.act,
            dispute,
            "line",
            status=turn.say(f"dispute.status.{dispute.status}"),
            at=wording.moment(dispute.opened_at, turn.act),
        )
        for dispute in mine[:SHOWN]
    ]
    total = sum(counts.values())
    head = turn.say("dispute.list", total=total, closed=counts.get("closed", 0), share=share)
    return "\n".join((head, *lines))


_CASE = ("dispute",)
WORDS: Mapping[str, Word] = {
    "disputes": Word(listed, "mediator", "nothing"),
    "dispute_issue": Word(from_issue, "mediator", "issue"),
    "dispute_begin": Word(begin, "mediator"),
    "parties": Word(parties, "mediator", "number", _CASE),
    "mediate": Word(_step(mediation.mediate, "mediate_done"), "mediator", "number", _CASE),
    "agree": Word(agree, "mediator", "number", _CASE),
    "follow": Word(_step(mediation.follow, "follow_done"), "mediator", "number", _CASE),
    "broken": Word(_step(mediation.broken, "broken_done"), "mediator", "number", _CASE),
    "hand_over": Word(hand_over, "mediator", "number", _CASE),
    "unsettled": Word(_step(mediation.fail, "fail_done"), "mediator", "number", _CASE),
    "dispute_withdraw": Word(
        _step(mediation.withdraw, "withdraw_done"), "mediator", "number", _CASE
    ),
    "dispute": Word(details, "anyone", "number", _CASE),
}
ANSWERS: Mapping[str, choices.Answer] = {"dispute.target": _target}
