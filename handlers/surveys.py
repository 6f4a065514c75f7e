"""问卷: answered by numbers, question by question; filled in at the door; counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from data.duty_rows import AnswerSource, Survey
from data.tables import people
from data.tables import surveys as table
from desk import entry_wording, surveys
from desk import people as residents
from desk.rules import questionnaire
from handlers import choices
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 12
_NUMBERED = re.compile(r"(?:(\d{1,2})\s*[-.、]\s*)?(\d)")


def put(turn: Turn, said: Said) -> str:
    """出问卷 养老需求调查；最想要什么 理发/修家电/陪诊；还缺什么."""
    try:
        title, questions = questionnaire.read(said.rest, choices.MOST)
    except questionnaire.NotAsked:
        raise Unclear(turn.say("survey.how")) from None
    place = turn.act.service.understander.place(title)
    survey = surveys.put(turn.act, title, questions, place.estate if place else None)
    number = surveys.number(turn.act, survey)
    return turn.say("survey.put", number=number, title=title, count=len(questions))


def open_ones(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """问卷: the one that is open, or which of them."""
    found = table.under_way(turn.act.tx)
    if not found:
        return turn.say("survey.none")
    if len(found) == 1:
        return _next(turn, found[0], [], "")
    options = [(survey.title, str(survey.number)) for survey in found]
    return choices.ask(turn, turn.say("survey.which"), options, "surveys.chosen")


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    return _next(turn, _survey(turn, int(value)), [], "")


def begin(turn: Turn, said: Said) -> str:
    """答卷 卷-2."""
    return _next(turn, _survey(turn, said.number), [], "")


def at_the_door(turn: Turn, said: Said) -> str:
    """代填 卷-2 赵桂英 泉馨苑3号楼: on a visit, for somebody without a phone."""
    name, _, home = said.rest.partition(" ")
    if not name:
        raise Unclear(turn.say("survey.whose"))
    person = residents.named(turn.act, name, turn.act.service.understander.place(home))
    return _next(turn, _survey(turn, said.number), [], person.id)


def _survey(turn: Turn, number: int) -> Survey:
    survey = table.by_number(turn.act.tx, number)
    if survey is None or survey.closed_at is not None:
        letter = turn.say("number.survey")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{number}"))
    return survey


def _next(turn: Turn, survey: Survey, given: list[str], visited: str) -> str:
    """The next question, or the end; `visited`: whose answers they are, at a door."""
    kept = {"number": survey.number, "given": given, "visited": visited}
    if len(given) == len(survey.questions):
        return _kept(turn, survey, given, visited)
    question, options = survey.questions[len(given)]
    text = turn.say("survey.ask", at=len(given) + 1, of=len(survey.questions), question=question)
    if options:
        return choices.ask(turn, text, [(o, o) for o in options], "surveys.answered", kept)
    return choices.ask_words(turn, text, "surveys.answered", kept)


def _answered(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    survey = _survey(turn, kept["number"])
    return _next(turn, survey, [*kept["given"], value], kept["visited"])


def _kept(turn: Turn, survey: Survey, given: list[str], visited: str) -> str:
    person = (people.by_id(turn.act.tx, visited) if visited else None) or turn.person
    source: AnswerSource = "visit" if visited else "online"
    new = surveys.answer(turn.act, survey, person, tuple(given), source)
    return turn.say("survey.thanks" if new else "survey.again", title=survey.title)


def results(turn: Turn, said: Said) -> str:
    """问卷结果 卷-2."""
    survey = _any(turn, said)
    lines = [
        turn.say("survey.result", at=at, question=question, counts="、".join(
            f"{index}.{option} {count}"
            for index, (option, count) in enumerate(counts.most_common(SHOWN), 1)
        ))
        for at, ((question, _), counts) in enumerate(
            zip(survey.questions, surveys.results(turn.act, survey), strict=True), 1
        )
    ]  # fmt: skip
    given = table.answers(turn.act.tx, survey.id)
    visits = sum(each.source == "visit" for each in given)
    return turn.say("survey.results", title=survey.title, count=len(given), visits=visits,
                    lines="\n".join(lines))  # fmt: skip


def _any(turn: Turn, said: Said) -> Survey:
    survey = table.by_number(turn.act.tx, said.number)
    return survey if survey is not None else _survey(turn, said.number)


def demand(turn: Turn, said: Said) -> str:
    """转需求 卷-2 1-3: the third answer of the first question goes onto the list of demands."""
    survey = _any(turn, said)
    found = _NUMBERED.fullmatch(said.rest.strip())
    question = int(found[1] or "1") - 1 if found else -1
    counts = surveys.results(turn.act, survey)
    ranked = counts[question].most_common(SHOWN) if 0 <= question < len(counts) else []
    at = int(found[2]) - 1 if found else -1
    if not 0 <= at < len(ranked):
        raise Unclear(turn.say("survey.which_answer", number=surveys.number(turn.act, survey)))
    option, count = ranked[at]
    entry = surveys.demand(turn.act, survey, option, count)
    number = entry_wording.number(turn.act, entry)
    return turn.say("survey.demanded", number=number, option=option, count=count)


def close(turn: Turn, said: Said) -> str:
    survey = surveys.close(turn.act, _any(turn, said))
    return turn.say("survey.closed", number=surveys.number(turn.act, survey), title=survey.title)


KINDS = (surveys.KIND,)
WORDS: Mapping[str, Word] = {
    "surveys": Word(open_ones, takes="nothing"),
    "survey_begin": Word(begin, "anyone", "number", KINDS),
    "survey_visit": Word(at_the_door, "member", "number", KINDS),
    "survey_put": Word(put, "secretary"),
    "survey_results": Word(results, "worker", "number", KINDS),
    "survey_demand": Word(demand, "secretary", "number", KINDS),
    "survey_close": Word(close, "secretary", "number", KINDS),
}
ANSWERS: Mapping[str, choices.Answer] = {"surveys.chosen": _chosen, "surveys.answered": _answered}
