"""Questionnaires and their answers."""

from __future__ import annotations

from data.database import Tx
from data.duty_rows import Survey, SurveyAnswer
from data.rows import as_json
from data.tables import columns


def add(tx: Tx, survey: Survey) -> int:
    return columns.add(tx, "surveys", survey)


def save(tx: Tx, survey: Survey) -> None:
    columns.save(tx, "surveys", survey)


def by_number(tx: Tx, number: int) -> Survey | None:
    return tx.one(Survey, "SELECT * FROM surveys WHERE number = :number", number=number)


def under_way(tx: Tx, limit: int = 9) -> list[Survey]:
    """Those that can still be answered, the latest first."""
    return tx.all(
        Survey,
        "SELECT * FROM surveys WHERE closed_at IS NULL ORDER BY number DESC LIMIT :limit",
        limit=limit,
    )


def answer(tx: Tx, given: SurveyAnswer) -> bool:
    """Keep one respondent's answers; False if he has answered before: the first ones count."""
    return bool(
        tx.run(
            "INSERT INTO survey_answers (survey, respondent, answers, source, at)"
            " VALUES (:survey, :respondent, :answers, :source, :at)"
            " ON CONFLICT (survey, respondent) DO NOTHING",
            survey=given.survey,
            respondent=given.respondent,
            answers=tx.seal("answers", as_json(list(given.answers))),
            source=given.source,
            at=given.at,
        )
    )


def answers(tx: Tx, survey: int) -> list[SurveyAnswer]:
    return tx.all(
        SurveyAnswer,
        "SELECT * FROM survey_answers WHERE survey = :survey ORDER BY at, respondent",
        survey=survey,
    )
