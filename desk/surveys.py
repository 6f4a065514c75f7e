"""问卷: asked online and at the door, one set of answers a person, counted into a list of demands.

Who answered what cannot be told: an answer carries a hash that is another in every survey.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from data.duty_rows import AnswerSource, Survey, SurveyAnswer
from data.practice_rows import Entry
from data.rows import Person
from data.tables import issues
from data.tables import surveys as table
from desk import access, journal, listing
from desk.rules.lifecycle import Forbidden
from desk.rules.masking import without_doors
from desk.rules.questionnaire import Question
from desk.service import Act
from nlp.text import mask_ids

KIND = "survey"


def number(act: Act, survey: Survey) -> str:
    return f"{act.say('number.survey')}-{survey.number}"


def put(act: Act, title: str, questions: tuple[Question, ...], estate: str | None) -> Survey:
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    survey = Survey(
        id=0, number=issues.next_number(act.tx, KIND), title=title, questions=questions,
        estate=estate, proposer=act.person.id, created_at=act.now, closed_at=None,
    )  # fmt: skip
    survey = replace(survey, id=table.add(act.tx, survey))
    journal.append(act, KIND, str(survey.number), "put", data={"questions": len(questions)})
    return survey


def answer(
    act: Act, survey: Survey, person: Person, answers: tuple[str, ...], source: AnswerSource
) -> bool:
    """One person's answers; False where he has answered before."""
    if survey.closed_at is not None or len(answers) != len(survey.questions):
        raise Forbidden("status")
    if not asks(survey, person):
        raise Forbidden("person")
    kept = tuple(without_doors(mask_ids(each)) for each in answers)
    given = SurveyAnswer(survey.id, respondent(act, survey, person), kept, source, act.now)
    new = table.answer(act.tx, given)
    if new:
        journal.write(act.tx, act.now, "system", (KIND, str(survey.number)), "answer", "",
                      {"source": source})  # fmt: skip
    return new


def asks(survey: Survey, person: Person) -> bool:
    """Whether he is one of those who are asked."""
    return not survey.estate or person.estate == survey.estate


def respondent(act: Act, survey: Survey, person: Person) -> str:
    """Who it was, for counting once; nobody can be found by it."""
    return act.tx.fingerprint(f"survey {survey.id}", person.id)


def results(act: Act, survey: Survey) -> list[Counter[str]]:
    """How often each answer was given, question by question."""
    given = table.answers(act.tx, survey.id)
    return [
        Counter(each.answers[index] for each in given) for index in range(len(survey.questions))
    ]


def close(act: Act, survey: Survey) -> Survey:
    if not access.may(act, "secretary") or survey.closed_at is not None:
        raise Forbidden("person")
    closed = replace(survey, closed_at=act.now)
    table.save(act.tx, closed)
    journal.append(act, KIND, str(survey.number), "close")
    return closed


def demand(act: Act, survey: Survey, option: str, count: int) -> Entry:
    """转需求: what so many want goes onto the list of demands."""
    text = act.say("survey.demand", option=option, title=survey.title, count=count)
    proposal = listing.Proposal(
        kind="demand", title=option, text=text, estate=survey.estate,
        data={"survey": survey.number, "count": count},
    )  # fmt: skip
    entry = listing.propose(act, proposal)
    data = {"option": option, "count": count, "demand": entry.number}
    journal.append(act, KIND, str(survey.number), "demand", data=data)
    return entry
