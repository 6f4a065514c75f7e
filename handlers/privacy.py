"""What everybody may say about his own data: 撤回同意, 同意, 我的数据, 更正, 删除我的数据."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from data.rows import Issue
from data.tables import forgetting as table
from data.tables import messages
from desk import consent, forgetting, own_data
from handlers import choices
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

_PHONE = re.compile(r"(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})")
_NAME = re.compile(r"[^\W\d_]{2,20}(?:·[^\W\d_]{1,20})?")
# Commands and meanings that are about an issue of one's own, which goes on after 撤回同意.
ABOUT_OWN = frozenset((
    "progress", "urge", "withdraw", "satisfied", "fairly", "contacted", "uncontacted", "solved",
    "unsatisfied", "note", "human", "help",
))  # fmt: skip
MEANT_OWN = frozenset(("progress", "urge", "withdraw", "supplement", "rate"))


def refused(turn: Turn) -> bool:
    """Whether somebody who took his consent back says something that is not to be processed.

    Danger to life is always answered, and so is what concerns his own issues under way.
    """
    if turn.person.withdrawn_at is None or turn.person.role != "resident":
        return False
    if any(part.urgency == "U0" for part in turn.said.parts):
        return False
    text = turn.message.text
    if not turn.public and any(said.name in WORDS for _, said in turn.words.said(text)):
        return False
    waits = messages.session(turn.act.tx, turn.message.channel, turn.message.chat or "",
                             turn.person.id)  # fmt: skip
    if waits is not None:  # put since then: where the danger is, or whether to erase
        return False
    under_way = bool(table.kept_issues(turn.act.tx, turn.person.id))
    spoken = turn.message.event_key.partition(":")[0]
    command = turn.commands.parse(text)
    own = {spoken, command.name if command else ""} & ABOUT_OWN
    return not (own or (under_way and turn.said.intent in MEANT_OWN))


def refusal(turn: Turn) -> str | None:
    """One short sentence, alone; in a group and to events nothing."""
    if turn.public or turn.message.kind == "event":
        return None
    return turn.say("privacy.refused")


def _alone(turn: Turn) -> None:
    if turn.public:
        raise Unclear(turn.say("which.privately"))


def withdraw(turn: Turn, said: Said) -> str | None:  # noqa: ARG001  one shape for all
    """撤回同意: and what stays, and why."""
    _alone(turn)
    if turn.person.role != "resident":
        return turn.say("privacy.staff")
    if turn.person.withdrawn_at is not None:
        return turn.say("privacy.refused")
    kept = consent.withdraw(turn.act)
    stays = turn.say("privacy.stays", numbers=_numbers(kept)) if kept else ""
    return turn.say("privacy.withdrawn", stays=stays)


def _numbers(issues: Sequence[Issue]) -> str:
    return "、".join(issue.number for issue in issues)


def give(turn: Turn, said: Said) -> str | None:  # noqa: ARG001
    """同意; nothing of ours in the mouth of somebody who never took it back."""
    if turn.public or turn.person.withdrawn_at is None:
        return None
    consent.give(turn.act)
    return turn.say("privacy.given")


def export(turn: Turn, said: Said) -> str:  # noqa: ARG001
    """我的数据: sent to the person alone."""
    _alone(turn)
    return turn.say("privacy.export", count=own_data.send(turn.act))


def how(turn: Turn, said: Said) -> str:  # noqa: ARG001
    """更正, without what."""
    _alone(turn)
    return turn.say("privacy.how")


def correct(turn: Turn, said: Said) -> str:
    """更正 电话 13900000000, 更正 姓名 王芳, 更正 住址 泉馨苑小区3号楼2单元301."""
    _alone(turn)
    if turn.person.role != "resident":
        return turn.say("privacy.staff")
    field = said.name.removeprefix("correct_")
    if field == "home":
        place = turn.act.service.understander.place(said.rest)
        if place is None or place.estate is None:
            raise Unclear(turn.say("privacy.how"))
        consent.move(turn.act, place)
    elif not (_PHONE if field == "phone" else _NAME).fullmatch(said.rest):
        raise Unclear(turn.say("privacy.how"))
    else:
        consent.correct(turn.act, field, said.rest)
    return turn.say("privacy.corrected", field=turn.say(f"privacy.field.{field}"))


def erase(turn: Turn, said: Said) -> str:  # noqa: ARG001
    """删除我的数据: it cannot be undone, so it is asked once."""
    _alone(turn)
    if turn.person.role != "resident":
        return turn.say("privacy.staff")
    options = [(turn.say("privacy.erase_yes"), "yes"), (turn.say("privacy.erase_no"), "no")]
    return choices.ask(turn, turn.say("privacy.erase_ask"), options, "privacy.erase")


def _erased(turn: Turn, answer: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001
    if answer != "yes":
        return turn.say("choice.cancelled")
    held = forgetting.erase(turn.act, turn.person)
    if not held:
        return turn.say("privacy.erased")
    return turn.say("privacy.erased_later", numbers=_numbers(held))


WORDS: Mapping[str, Word] = {
    "export": Word(export, takes="nothing", public=True),
    "correct": Word(how, takes="nothing", public=True),
    "correct_name": Word(correct, public=True),
    "correct_phone": Word(correct, public=True),
    "correct_home": Word(correct, public=True),
    "revoke": Word(withdraw, takes="nothing", public=True),
    "erase": Word(erase, takes="nothing", public=True),
    "consent": Word(give, takes="nothing"),
}
ANSWERS: Mapping[str, choices.Answer] = {"privacy.erase": _erased}
