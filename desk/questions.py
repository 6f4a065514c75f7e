"""答疑解惑: an expert is asked; his answer is kept, dated and cited, and answers the next one.

Only a question that is surely the same one, in other words, is answered from here, never one that
hurries; an answer past its term is not given but asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.database import Database
from data.lists_rows import Question
from data.practice_rows import Line
from data.rows import Issue
from data.tables import issues as issue_table
from data.tables import members as member_table
from data.tables import people
from data.tables import questions as table
from desk import access, entry_wording, events, issues, journal, listing, matches, notices
from desk.rules import alike
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.matching import Match, Side, rank
from desk.service import Act, Service
from desk.sweeping import sweep
from nlp import Understander

KIND = "question"
CANDIDATES = 40  # members of one skill that are compared


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who may know: a member by his skills, or whoever speaks for a unit."""

    person: str
    unit: str
    skills: tuple[str, ...]


def experts(act: Act, issue: Issue, limit: int = 5) -> list[Match[Expert]]:
    """Who fits a question best; nobody it is about, and not whoever asks."""
    need = matches.side_of_issue(act, issue)
    category = act.service.category(issue.category)
    need = replace(need, skills=need.skills | frozenset(category.skills))
    blamed = act.roster.blamed(issue.against)
    able: dict[str, tuple[Expert, Side]] = {}
    for expert, side in (*_members(act, need.skills), *_units(act)):
        if expert.person not in (issue.reporter, act.person.id, *blamed, *able):
            able[expert.person] = (expert, side)
    return rank(need, able.values(), limit)


def _members(act: Act, skills: Iterable[str]) -> Iterable[tuple[Expert, Side]]:
    for skill in sorted(skills):
        for member in member_table.with_word(act.tx, skill, CANDIDATES):
            if member.state == "confirmed":
                known = act.service.understander.services("、".join(member.skills))
                side = Side(skills=frozenset(member.skills) | known)
                yield Expert(member.person, member.unit, member.skills), side


def _units(act: Act) -> Iterable[tuple[Expert, Side]]:
    for team in act.roster.teams.values():
        for person in team.members[:1]:
            skills = act.service.understander.services("、".join(team.skills))
            side = Side(
                categories=team.categories, skills=skills | frozenset(team.skills), areas=team.areas
            )
            yield Expert(person, team.name, team.skills), side


def ask(act: Act, issue: Issue, expert: Expert, wording: str = "") -> Question:
    """请教: without who asked, in other words if need be, for everybody will read the question;
    nothing private. Whoever owns the request goes on answering for it."""
    if not access.who_is(act, issue, act.person) & {"owner", "overseer"}:
        raise Forbidden("person")
    private = act.service.category(issue.category).private or issue.against
    if issue.status not in ("assigned", "accepted") or private:
        raise Forbidden("status")
    said = listing.shown(wording or _nameless(act, issue))
    question = Question(
        id=0, number=issue_table.next_number(act.tx, KIND), category=issue.category,
        question=said, answer="", state="asked", expert=expert.person, unit=expert.unit,
        issue=issue.id, asked_by=act.person.id, asked_at=act.now,
        answered_at=None, valid_until=None,
    )  # fmt: skip
    question = replace(question, id=table.add(act.tx, question))
    line = _log(act, question, "ask", data={"expert": expert.person})
    name = entry_wording.name_of(act, expert.person)
    events.append(act, issue, "consult", name, {"question": question.number})
    journal.tell(act, line, expert.person, act.say("expert.asked", **words(act, question)))
    return question


def _nameless(act: Act, issue: Issue) -> str:
    name = entry_wording.name_of(act, issue.reporter)
    return issue.text.replace(name, act.say("card.resident"))


def answer(act: Act, question: Question, text: str) -> Question:
    """答: kept with who and when, and told to whoever asked; his request is done by it."""
    if act.person.id != question.expert:
        raise Forbidden("person")
    if question.state == "withdrawn":
        raise Forbidden("status")
    if not text.strip():
        raise Forbidden("note")
    days = timedelta(days=act.service.settings.practices.answer_days)
    changed = replace(
        question, answer=listing.masked(text), state="answered", answered_at=act.now,
        valid_until=act.now + days,
    )  # fmt: skip
    table.save(act.tx, changed)
    line = _log(act, changed, "answer", changed.answer)
    journal.tell(act, line, question.asked_by, act.say("expert.answered", **words(act, changed)))
    if question.state != "answered":
        _pass_on(act, changed)
    return changed


def _pass_on(act: Act, question: Question) -> None:
    """Whoever asked the expert answers with his words; the expert never sees the request itself."""
    issue = issue_table.by_id(act.tx, question.issue) if question.issue else None
    asker = people.by_id(act.tx, question.asked_by)
    if issue is None or asker is None or issue.status not in ("assigned", "accepted"):
        return
    text = act.say("expert.said", **words(act, question))
    if access.who_is(act, issue, asker) & {"owner", "overseer"}:
        issues.finish(replace(act, person=asker), issue, text)
    else:
        event = events.append(act, issue, "consult", text, {"question": question.number})
        notices.tell_owner(act, issue, event, "expert.for_owner", said=text)


def still_true(act: Act, question: Question) -> Question:
    """仍有效: the expert stands by what he said."""
    return answer(act, question, question.answer)


def withdraw(act: Act, question: Question, reason: str) -> Question:
    """作废: by the expert or by those who review; it answers nobody any more."""
    if act.person.id != question.expert and not access.may(act, "secretary"):
        raise Forbidden("person")
    if question.state == "withdrawn":
        raise Forbidden("status")
    changed = replace(question, state="withdrawn")
    table.save(act.tx, changed)
    _log(act, changed, "withdraw", reason)
    return changed


# -- the next one ---------------------------------------------------------------------------------


def known(act: Act, text: str, category: str) -> Question | None:
    """What an expert has said to the same question; of several the likest, then the latest.

    None when any doubt is left: too little said, another number, a word that only one has.
    """
    answered = table.known(act.tx, category)
    if not answered:
        return None
    lists = act.service.content.words
    understander, turning = act.service.understander, frozenset(lists["question_turning"])
    stop = frozenset(lists["question_stop"])
    said = subject(understander, text, stop)
    best, likest = None, 0.0
    for question in answered:
        other = subject(understander, question.question, stop)
        likeness = alike.likeness(said, other) if alike.sure(said, other, turning) else 0.0
        if likeness > likest:
            best, likest = question, likeness
    return best


def subject(understander: Understander, text: str, stop: frozenset[str]) -> tuple[str, ...]:
    """The words that say what a question is about."""
    return tuple(word for word in understander.tokens.words(text) if word not in stop)


def cite(act: Act, question: Question) -> str:
    """The answer with who gave it and when; counted."""
    _log(act, question, "cite")
    return act.say("expert.cited", **words(act, question))


def ask_again(act: Act, question: Question, issue: Issue) -> None:
    """The answer has aged and the question has come again: whoever gave it is asked anew."""
    changed = replace(question, state="aged", issue=issue.id)
    table.save(act.tx, changed)
    line = _log(act, changed, "ask_again")
    name = entry_wording.name_of(act, question.expert)
    events.append(act, issue, "consult", name, {"question": question.number})
    journal.tell(act, line, question.expert, act.say("expert.again", **words(act, changed)))


def words(act: Act, question: Question) -> dict[str, str]:
    at = question.answered_at or question.asked_at
    return {
        "number": f"{act.say('number.question')}-{question.number}",
        "question": question.question,
        "answer": question.answer,
        "expert": entry_wording.name_of(act, question.expert),
        "unit": question.unit,
        "day": f"{at.astimezone(LOCAL):%Y-%m-%d}",
        "until": f"{question.valid_until.astimezone(LOCAL):%Y-%m-%d}"
        if question.valid_until
        else "",
    }


def _log(
    act: Act, question: Question, action: str, note: str = "",
    data: Mapping[str, object] | None = None,
) -> Line:  # fmt: skip
    return journal.append(act, KIND, str(question.number), action, note, data, question.state)


def reachable(act: Act, found: Sequence[Match[Expert]]) -> list[Match[Expert]]:
    """Those who have an account with us first."""
    return sorted(found, key=lambda match: not notices.can_reach(act, match.offer.person))


def run(db: Database, service: Service, now: datetime) -> int:
    """Sweep: answers past their term; the expert is asked whether they still hold."""
    return sweep(db, service, now, lambda tx: table.ageing(tx, now), _age)


def _age(act: Act, question: Question) -> None:
    changed = replace(question, state="aged")
    table.save(act.tx, changed)
    line = _log(act, changed, "age")
    journal.tell(act, line, question.expert, act.say("expert.aged", **words(act, changed)))
