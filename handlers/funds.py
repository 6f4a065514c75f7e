"""共同筹资 in chat: 认筹, 收款, 支出, 公示. No payment passes through here."""

from __future__ import annotations

from collections.abc import Mapping

from data.council_rows import Fund
from data.tables import funds as table
from data.tables import people, topics
from desk import funds, households
from desk.rules import money
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 5


def find(turn: Turn, said: Said) -> Fund:
    fund = table.by_number(turn.act.tx, said.number)
    if fund is None:
        letter = turn.say("number.fund")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return fund


def begin(turn: Turn, said: Said) -> str:
    """筹资 智能门禁 12000元 泉馨苑; or 筹资 题-1 智能门禁 12000元, after it was resolved."""
    topic = topics.by_number(turn.act.tx, said.number) if said.kind == "topic" else None
    goal, rest = money.amount(said.rest)
    place = turn.act.service.understander.place(rest)
    estate = (place.estate if place else None) or next(iter(topic.estates if topic else ()), None)
    words = [word for word in rest.split() if not turn.act.service.understander.place(word)]
    title = " ".join(words) or (topic.title if topic else "")
    if not (goal and estate and title):
        raise Unclear(turn.say("fund.how"))
    fund = funds.begin(turn.act, title, estate, goal, topic)
    return funds.say(turn.act, fund, "begin_done", goal=money.yuan(goal), estate=estate)


def pledge(turn: Turn, said: Said) -> str:
    """认筹 筹-1 200元."""
    fund = find(turn, said)
    amount, _ = money.amount(said.rest)
    if amount is None:
        raise Unclear(funds.say(turn.act, fund, "how_much"))
    if not households.has_door(turn.person):
        raise Unclear(turn.say("motion.door"))
    found = funds.pledge(turn.act, fund, amount)
    words = {"amount": money.yuan(amount), "pledged": money.yuan(found.pledged)}
    return funds.say(turn.act, fund, "pledge_done", households=found.households, **words)


def receive(turn: Turn, said: Said) -> str:
    """收款 筹-1 李秀兰 200元."""
    fund = find(turn, said)
    amount, name = money.amount(said.rest)
    near = [p for p in people.by_name(turn.act.tx, name.strip()) if p.estate == fund.estate]
    if amount is None or len(near) != 1:
        raise Unclear(funds.say(turn.act, fund, "from_whom"))
    found = funds.receive(turn.act, fund, near[0], amount)
    return funds.say(turn.act, fund, "receive_done", received=money.yuan(found.received))


def spend(turn: Turn, said: Said) -> str:
    """支出 筹-1 8000元 门禁主机两台."""
    fund = find(turn, said)
    amount, what = money.amount(said.rest)
    if not amount:
        raise Unclear(funds.say(turn.act, fund, "spend_how"))
    found = funds.spend(turn.act, fund, amount, what)
    return funds.say(turn.act, fund, "spend_done", left=money.yuan(found.left))


def settle(turn: Turn, said: Said) -> str:
    """结清 筹-1 余款转入维修基金."""
    fund = funds.settle(turn.act, find(turn, said), said.rest)
    return funds.say(turn.act, fund, "settle_done")


def disclose(turn: Turn, said: Said) -> str:
    """公示 筹-1: sums and spendings, for everybody; no household."""
    fund = find(turn, said)
    account = funds.in_words(turn.act, fund)
    return funds.say(turn.act, fund, "disclosed", goal=money.yuan(fund.goal), account=account)


def disclose_all(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    found = table.latest(turn.act.tx, SHOWN)
    if not found:
        return turn.say("fund.none")
    return "\n".join(disclose(turn, Said("disclose", "fund", fund.number)) for fund in found)


_FUND = ("fund",)
WORDS: Mapping[str, Word] = {
    "pledge": Word(pledge, "anyone", "number", _FUND),
    "disclose": Word(disclose, "anyone", "number", _FUND, public=True),
    "disclose_all": Word(disclose_all, "anyone", "nothing", public=True),
    "fund": Word(disclose, "anyone", "number", _FUND),
    "fund_topic": Word(begin, "secretary", "number", ("topic",)),
    "fund_begin": Word(begin, "secretary"),
    "receive": Word(receive, "secretary", "number", _FUND),
    "spend": Word(spend, "secretary", "number", _FUND),
    "settle": Word(settle, "secretary", "number", _FUND),
}
