"""爱心助老卡: issued, shown, redeemed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.duty_rows import ElderCard
from data.tables import elder_cards as table
from data.tables import people
from desk import elder_cards, naming
from desk.rules.lifecycle import Forbidden
from handlers import visits
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

_BORN = re.compile(r"(?<!\d)((?:19|20)\d\d)年?(?!\d)")


def issue(turn: Turn, said: Said) -> str:
    """办卡 赵桂英 1943 独居 朝阳街10号楼."""
    name, _, rest = said.rest.partition(" ")
    born = _BORN.search(rest)
    if not name or born is None:
        known = "、".join(turn.act.service.content.words["card_groups"])
        raise Unclear(turn.say("elder.how", groups=known))
    groups = tuple(g for g in turn.act.service.content.words["card_groups"] if g in rest)
    person = visits.at_home(turn, naming.resident(turn.act, name), rest)
    card = elder_cards.issue(turn.act, person, int(born[1]), groups)
    return turn.say("elder.issued", number=elder_cards.number(turn.act, card), name=name,
                    worth=_worth(turn, card))  # fmt: skip


def _worth(turn: Turn, card: ElderCard) -> str:
    price, why = elder_cards.price(turn.act, card)
    return turn.say(f"elder.price.{price}", why=why)


def find(turn: Turn, said: Said) -> ElderCard:
    card = table.by_number(turn.act.tx, said.number)
    if card is None:
        letter = turn.say("number.card")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return card


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """助老卡: my own, and where it is good."""
    card = table.of_person(turn.act.tx, turn.person.id)
    if card is None:
        return turn.say("elder.none")
    number = elder_cards.number(turn.act, card)
    return turn.say("elder.mine", number=number, worth=_worth(turn, card))


def show(turn: Turn, said: Said) -> str:
    """查看 卡-12: what a merchant may know."""
    card = find(turn, said)
    person = people.by_id(turn.act.tx, card.person)
    first = person.name[:1] if person else ""
    if card.ended_at is not None:
        return turn.say("elder.ended", number=elder_cards.number(turn.act, card))
    return turn.say("elder.shown", number=elder_cards.number(turn.act, card),
                    name=turn.say("member.masked", first=first),
                    worth=_worth(turn, card))  # fmt: skip


def redeem(turn: Turn, said: Said) -> str:
    """核销 卡-12 理发."""
    card = find(turn, said)
    if not said.rest:
        raise Forbidden("note")
    elder_cards.redeem(turn.act, card, said.rest)
    return turn.say("elder.redeemed", number=elder_cards.number(turn.act, card), item=said.rest,
                    worth=_worth(turn, card))  # fmt: skip


def end(turn: Turn, said: Said) -> str:
    card = elder_cards.end(turn.act, find(turn, said), said.rest)
    return turn.say("elder.stopped", number=elder_cards.number(turn.act, card))


def figures(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    found = elder_cards.figures(turn.act)
    items = "、".join(f"{item}{count}" for item, count in found.items.items())
    return turn.say("elder.figures", cards=found.cards, redeemed=found.redeemed, items=items,
                    free=found.prices.get("free", 0), half=found.prices.get("half", 0))  # fmt: skip


KINDS = (elder_cards.KIND,)
WORDS: Mapping[str, Word] = {
    "my_card": Word(mine, takes="nothing"),
    "card_issue": Word(issue, "worker"),
    "card_show": Word(show, "member", "number", KINDS),
    "card_redeem": Word(redeem, "member", "number", KINDS),
    "card_end": Word(end, "worker", "number", KINDS),
    "card_figures": Word(figures, "worker", "nothing"),
}
