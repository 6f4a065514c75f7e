"""The practices that can be reached by chat: one line an area. A new handler file is added here."""

from __future__ import annotations

from collections.abc import Mapping

from data.contents import Content
from data.rows import Session
from desk import access
from desk.rules.lifecycle import Forbidden
from handlers import (
    activities,
    agreements,
    appointments,
    appraisal,
    areas,
    attendance,
    ballots,
    bulletins,
    choices,
    council,
    counsel,
    duties,
    elder_cards,
    errands,
    facilities,
    funds,
    governance,
    grids,
    help,
    honours,
    jointly,
    knowledge,
    listing,
    lists,
    mediation,
    meetings,
    members,
    opinions,
    patrols,
    points,
    privacy,
    projects,
    ratings,
    small,
    stations,
    surveys,
    tasks,
    team_queue,
    topics,
    visits,
    wishes,
    yards,
)
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Word, Words

AREAS: Mapping[str, Mapping[str, Word]] = {
    "members": members.WORDS,
    "wishes": wishes.WORDS,
    "stations": stations.WORDS,
    "lists": lists.WORDS,
    "knowledge": knowledge.WORDS,
    "appointments": appointments.WORDS,
    "projects": projects.WORDS,
    "tasks": tasks.WORDS,
    "agreements": agreements.WORDS,
    "jointly": jointly.WORDS,
    "small": small.WORDS,
    "team_queue": team_queue.WORDS,
    "listing": listing.WORDS,
    "council": {
        **topics.WORDS, **meetings.WORDS, **ballots.WORDS, **funds.WORDS, **council.WORDS,
    },
    "mediation": mediation.WORDS,
    "opinions": opinions.WORDS,
    "points": {**points.WORDS, **honours.WORDS},
    "governance": {**governance.WORDS, **appraisal.WORDS},
    "areas": areas.WORDS,
    "duties": duties.WORDS,
    "visits": visits.WORDS,
    "patrols": patrols.WORDS,
    "yards": yards.WORDS,
    "grids": grids.WORDS,
    "activities": activities.WORDS,
    "attendance": attendance.WORDS,
    "bulletins": bulletins.WORDS,
    "facilities": facilities.WORDS,
    "errands": errands.WORDS,
    "counsel": counsel.WORDS,
    "elder_cards": elder_cards.WORDS,
    "surveys": surveys.WORDS,
    "privacy": privacy.WORDS,
}  # fmt: skip
ANSWERS: Mapping[str, choices.Answer] = {
    **help.ANSWERS,
    **members.ANSWERS,
    **wishes.ANSWERS,
    **lists.ANSWERS,
    **knowledge.ANSWERS,
    **appointments.ANSWERS,
    **topics.ANSWERS,
    **meetings.ANSWERS,
    **ballots.ANSWERS,
    **mediation.ANSWERS,
    **opinions.ANSWERS,
    **ratings.ANSWERS,
    **points.ANSWERS,
    **governance.ANSWERS,
    **duties.ANSWERS,
    **patrols.ANSWERS,
    **yards.ANSWERS,
    **activities.ANSWERS,
    **attendance.ANSWERS,
    **errands.ANSWERS,
    **counsel.ANSWERS,
    **surveys.ANSWERS,
    **privacy.ANSWERS,
}


def words(content: Content) -> Words:
    """Every area's words, as this community says them."""
    return Words(content, AREAS)


def answer(turn: Turn, session: Session) -> str | None:
    """What a message does to a question that a practice has put."""
    return choices.answer(turn, session, ANSWERS)


def commanded(turn: Turn) -> str | None:
    """Carry out the word of command that a message is; None when it is none for this person."""
    able = access.capacities(turn.act, turn.person)
    refused: Word | None = None
    for word, said in turn.words.said(turn.message.text):
        named = said.kind or word.takes == "issue"  # cannot be meant for anything else
        if turn.public and not word.public:
            if named:
                raise Unclear(turn.say("which.privately"))
            continue
        if word.who not in able:
            refused = word if named else refused
            continue
        reply = word.do(turn, said)
        if reply is not None:
            return reply
    if refused is not None:
        raise Forbidden("member" if refused.who == "member" else "person")
    return None
