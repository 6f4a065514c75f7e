"""答疑解惑 in chat: an expert is asked and answers; the same question is then answered at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from data.lists_rows import Question
from data.rows import Issue
from data.tables import questions as table
from desk import entry_wording, matches, questions
from desk.questions import Expert
from desk.recording import Draft, Origin
from desk.rules.matching import Match
from desk.rules.service import CONSULTATION
from handlers import choices, dialog, which
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8


def known(turn: Turn, drafts: Sequence[Draft], first: str) -> str | None:
    """The answer that an expert has given to this very question, in a private chat.

    None for whatever hurries, asks for something to be done, or is not surely the same question.
    """
    if len(drafts) != 1 or turn.public or dialog.waiting(turn):
        return None
    [draft] = drafts
    if (
        draft.nature != CONSULTATION
        or draft.level in ("U0", "U1")
        or dialog.unsure(turn.act, draft)
    ):
        return None
    found = questions.known(turn.act, draft.text, draft.category)
    if found is None or found.state != "answered":
        return None
    options = [(turn.say(f"expert.{choice}"), choice) for choice in ("record", "enough")]
    question = "\n".join((questions.cite(turn.act, found), turn.say("expert.still")))
    kept = {"draft": asdict(draft), "first": first}
    return choices.ask(turn, question, options, "knowledge.more", kept)


def _more(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    """还要登记吗."""
    if value != "record":
        return turn.say("expert.glad")
    drafts = dialog.kept({"drafts": [kept["draft"]]})
    origin = Origin(turn.person, turn.message.channel, "", kept["first"])
    return dialog.record_or_join(turn.act, drafts, origin, public=False)


def aged(turn: Turn, issue: Issue) -> str:
    """An answer past its term: whoever gave it is asked anew for this request."""
    if turn.public or issue.nature != CONSULTATION:
        return ""
    found = questions.known(turn.act, issue.text, issue.category)
    if found is None or found.state != "aged" or found.issue == issue.id:
        return ""
    questions.ask_again(turn.act, found, issue)
    return turn.say("expert.asking_again", **questions.words(turn.act, found))


# -- asking and answering -------------------------------------------------------------------------


def ask(turn: Turn, said: Said) -> str:
    """请教 1123-07 [换个说法]: who may know, with the reasons; one is chosen."""
    issue = which.by_number(turn, issue_number(said.rest) or "")
    found = questions.reachable(turn.act, questions.experts(turn.act, issue))
    if not found:
        raise Unclear(turn.say("expert.nobody", number=issue.number))
    options = [(_expert(turn, each), str(at)) for at, each in enumerate(found)]
    _, _, wording = said.rest.partition(" ")
    experts = [asdict(each.offer) for each in found]
    kept = {"issue": issue.number, "experts": experts, "wording": wording.strip()}
    question = turn.say("expert.which", number=issue.number)
    return choices.ask(turn, question, options, "knowledge.asked", kept)


def _expert(turn: Turn, found: Match[Expert]) -> str:
    name = entry_wording.name_of(turn.act, found.offer.person)
    reasons = "；".join(
        turn.say(f"match.{reason.key}", words="、".join(matches.named(turn.act, reason)))
        for reason in found.reasons
    )
    return turn.say("expert.option", name=name, unit=found.offer.unit, reasons=reasons)


def _asked(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    issue = which.by_number(turn, kept["issue"])
    fields = kept["experts"][int(value)]
    expert = Expert(fields["person"], fields["unit"], tuple(fields["skills"]))
    question = questions.ask(turn.act, issue, expert, kept["wording"])
    return turn.say("expert.asked_done", **questions.words(turn.act, question))


def answer(turn: Turn, said: Said) -> str:
    """答 问-5 …."""
    found = questions.answer(turn.act, _find(turn, said), said.rest)
    return turn.say("expert.thanks", **questions.words(turn.act, found))


def still_true(turn: Turn, said: Said) -> str:
    """仍有效 问-5."""
    found = questions.still_true(turn.act, _find(turn, said))
    return turn.say("expert.thanks", **questions.words(turn.act, found))


def withdraw(turn: Turn, said: Said) -> str:
    """作废 问-5."""
    found = questions.withdraw(turn.act, _find(turn, said), said.rest)
    return turn.say("expert.withdrawn", **questions.words(turn.act, found))


def look_up(turn: Turn, said: Said) -> str:
    """问答 医保: what experts have said, the latest last."""
    found = [q for q in table.page(turn.act.tx, 0, 1000) if said.rest in q.question + q.answer]
    if not found:
        return turn.say("expert.none")
    lines = [turn.say("expert.line", **questions.words(turn.act, q)) for q in found[-SHOWN:]]
    return turn.say("expert.list", lines="\n".join(lines))


def _find(turn: Turn, said: Said) -> Question:
    found = table.by_number(turn.act.tx, said.number)
    if found is None:
        number = f"{turn.say('number.question')}-{said.number}"
        raise Unclear(turn.say("which.unknown", number=number))
    return found


WORDS: Mapping[str, Word] = {
    "look_up": Word(look_up),
    "answer": Word(answer, "member", "number", ("question",)),
    "still_true": Word(still_true, "member", "number", ("question",)),
    "withdraw_answer": Word(withdraw, "member", "number", ("question",)),
    "consult": Word(ask, "member", "issue"),
}
ANSWERS: Mapping[str, choices.Answer] = {"knowledge.more": _more, "knowledge.asked": _asked}
