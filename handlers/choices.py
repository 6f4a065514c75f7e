"""A numbered choice (回复数字选择), or one question in words, that any handler can put.

`then` names what is done with the answer: a key of an `ANSWERS` mapping (handlers/practices.py).
What is known so far waits in the session as `kept`; 算了 ends it, silence forgets it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from data.rows import Session
from data.tables import messages
from handlers import dialog
from handlers.turn import Turn
from handlers.which import Unclear
from nlp.gazetteer import label

CHOICE, WORDS = "choice", "words"
KINDS = (CHOICE, WORDS)
MOST = 9  # options that one digit names
Answer = Callable[[Turn, str, Mapping[str, Any]], str]


def ask(
    turn: Turn,
    question: str,
    options: Sequence[tuple[str, str]],
    then: str,
    kept: Mapping[str, object] | None = None,
    most: int = MOST,
) -> str:
    """The question with its options (label, value) numbered; the answer's value goes to `then`."""
    shown = options[:most]
    lines = [turn.say("choice.option", number=n, name=name) for n, (name, _) in enumerate(shown, 1)]
    draft = {"then": then, "options": [list(option) for option in shown], "kept": kept or {}}
    _wait(turn, CHOICE, draft)
    return "\n".join((question, *lines, turn.say("choice.how")))


def ask_words(
    turn: Turn, question: str, then: str, kept: Mapping[str, object] | None = None
) -> str:
    """The question; whatever is said next goes to `then`."""
    _wait(turn, WORDS, {"then": then, "options": [], "kept": kept or {}})
    return question


def _wait(turn: Turn, awaiting: str, draft: Mapping[str, object]) -> None:
    if turn.public:
        raise Unclear(turn.say("which.privately"))
    dialog.record_before(turn)
    minutes = turn.act.service.settings.dialog.silence_minutes
    messages.put_session(
        turn.act.tx,
        Session(
            channel=turn.message.channel,
            chat="",
            person=turn.person.id,
            awaiting=awaiting,
            asked=1,
            draft=draft,
            expires_at=turn.act.now + timedelta(minutes=minutes),
        ),
    )


def answer(turn: Turn, session: Session, answers: Mapping[str, Answer]) -> str | None:
    """What a message does to the question; None when it has nothing to do with it."""
    text = turn.message.text.strip()
    if turn.commands.says("cancel", text):
        messages.end_session(turn.act.tx, session)
        return turn.say("choice.cancelled")
    value: str | None = text
    if session.awaiting == CHOICE:
        value = _chosen(text, session.draft["options"])
    if value is None:
        return None
    messages.end_session(turn.act.tx, session)
    return answers[session.draft["then"]](turn, value, session.draft["kept"])


def _chosen(text: str, options: Sequence[Sequence[str]]) -> str | None:
    """The option that is meant: by number (2, 2., 第二个, 选2) or by its own words."""
    said = unicodedata.normalize("NFKC", text).strip(" .。,，、!！()")
    number = label(said.removeprefix("选").removeprefix("第").removesuffix("个"))
    if number.isdecimal() and 1 <= int(number) <= len(options):
        return str(options[int(number) - 1][1])
    named = [value for name, value in options if said and said == name]
    return str(named[0]) if len(named) == 1 else None
