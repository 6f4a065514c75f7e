"""民意收集 in chat: without a name, with a receipt; and for a neighbour, by a collector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.council_rows import Opinion
from data.tables import ledger, members
from data.tables import opinions as table
from data.tables import people as people_table
from desk import access, journal, opinions, people, wording
from desk.rules.lifecycle import Forbidden
from handlers import choices, dialog
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8
COLLECTOR = "collector"  # in the journal: who brought in what, for whom


def give(turn: Turn, said: Said) -> str:
    """匿名 …: nothing is kept of whoever says it."""
    if not said.rest:
        opinions.forget(turn.act, turn.message.key)
        return choices.ask_words(turn, turn.say("opinion.what"), "opinion.said")
    return _given(turn, said.rest, {})


def _given(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    place = turn.act.service.understander.place(text)
    opinion = opinions.give(turn.act, text, place.estate if place else None)
    opinions.forget(turn.act, turn.message.key)
    return turn.say("opinion.given", receipt=opinion.receipt)


def receipt(turn: Turn, said: Said) -> str | None:
    """回执 AC4D…: what was answered, to whoever has the receipt."""
    number = opinions.read_receipt(said.rest)
    if number is None:
        return None
    opinion = opinions.find(turn.act, number)
    opinions.forget(turn.act, turn.message.key)
    if opinion is None:
        return turn.say("opinion.unknown")
    key = "opinion.answered" if opinion.reply else "opinion.waiting"
    return turn.say(key, day=opinion.day, reply=opinion.reply)


def box(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """意见箱: what came in and has not been answered."""
    waiting = table.page(turn.act.tx, 0, 1000, "received")
    if not waiting:
        return turn.say("opinion.none")
    lines = [
        turn.say("opinion.line", number=opinions.number(turn.act, each), day=each.day,
                 text=each.text)
        for each in waiting[:SHOWN]
    ]  # fmt: skip
    return turn.say("opinion.list", count=len(waiting), lines="\n".join(lines))


def find(turn: Turn, said: Said) -> Opinion:
    opinion = table.by_number(turn.act.tx, said.number)
    if opinion is None:
        letter = turn.say("number.opinion")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return opinion


def answer(turn: Turn, said: Said) -> str:
    """答复 意-3 …, read by whoever has the receipt."""
    opinion = opinions.answer(turn.act, find(turn, said), said.rest)
    return turn.say("opinion.answer_done", number=opinions.number(turn.act, opinion))


def take_up(turn: Turn, said: Said) -> str:
    """立题 意-3."""
    opinion = opinions.take_up(turn.act, find(turn, said))
    words = {"number": opinions.number(turn.act, opinion), "reply": opinion.reply}
    return turn.say("opinion.take_up_done", **words)


def for_neighbour(turn: Turn, said: Said) -> str:
    """代报 张大爷 泉馨苑3号楼2单元 楼道灯坏了: by a collector, in the neighbour's name."""
    if not _collects(turn):
        raise Forbidden("person")
    name, _, text = said.rest.partition(" ")
    understood = turn.act.service.understander.understand(text, addressed=True)
    if not text.strip() or not understood.parts:
        raise Unclear(turn.say("collect.how"))
    known = people_table.by_name(turn.act.tx, name)
    speaker = known[0] if len(known) == 1 else people.known_by_name(turn.act, name)
    spoken = replace(turn, said=understood, message=replace(turn.message, text=text))
    origin = replace(turn.origin, reporter=speaker)
    found = dialog.record(turn.act, dialog.drafts_of(spoken), origin)
    for issue in found:
        journal.append(
            turn.act, COLLECTOR, turn.person.id, "bring",
            data={"issue": f"{issue.day}/{issue.number}"},
        )  # fmt: skip
    lines = [wording.line(issue, turn.act, public=False) for issue in found]
    return turn.say("collect.done", name=name, lines="\n".join(lines))


def _collects(turn: Turn) -> bool:
    """A grid worker does; a member when he was made a collector."""
    if access.may(turn.act, "worker"):
        return True
    member = members.of_person(turn.act.tx, turn.person.id)
    return member is not None and turn.say("collect.role") in member.tags


def mine(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """我的收集: what I brought in, and how much of it has been done."""
    brought = journal.lines(turn.act, COLLECTOR, turn.person.id)
    days = (str(line.data["issue"]).split("/") for line in brought)
    found = [issue for day, no in days if (issue := ledger.by_day(turn.act.tx, day, no))]
    done = sum(issue.status in ("done", "closed") for issue in found)
    lines = [wording.line(issue, turn.act, public=False) for issue in found[-SHOWN:]]
    return turn.say("collect.mine", count=len(found), done=done, lines="\n".join(lines))


_OPINION = ("opinion",)
WORDS: Mapping[str, Word] = {
    "opinion": Word(give),
    "receipt": Word(receipt),
    "collect": Word(for_neighbour, "member"),
    "collected": Word(mine, "member", "nothing"),
    "opinions": Word(box, "secretary", "nothing"),
    "opinion_answer": Word(answer, "secretary", "number", _OPINION),
    "opinion_topic": Word(take_up, "secretary", "number", _OPINION),
}
ANSWERS: Mapping[str, choices.Answer] = {"opinion.said": _given}
