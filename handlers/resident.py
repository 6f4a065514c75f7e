"""What a resident may say: report something, ask after it, add to it, rate it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from data.rows import Issue, Session
from data.tables import issues as table
from data.tables import messages, reporters
from desk import callbacks, issues, together, wording
from desk import ratings as rated
from desk.recording import Draft
from desk.rules.lifecycle import STATUSES
from handlers import appointments, dialog, emergency, knowledge, ratings, which
from handlers.turn import Turn

SPOKEN_OF = timedelta(hours=24)  # 我家也是 answers what was said within a day
JUST_SAID = timedelta(minutes=30)  # within it, words without a number belong to the last issue


def report(turn: Turn) -> str:
    """Record each request of a message, or ask first for what is essential."""
    drafts = dialog.drafts_of(turn)
    urgent = [draft for draft in drafts if draft.level == "U0"]
    calm = [draft for draft in drafts if draft.level != "U0"]
    replies = [emergency.alarm(turn, urgent)] if urgent else []
    if calm:
        key = turn.message.key
        known = None if urgent else knowledge.known(turn, calm, key)
        replies.append(
            _record(turn, calm, key) if urgent else known or _ask_or_record(turn, calm, 0, key)
        )
    return "\n\n".join(replies)


def _ask_or_record(
    turn: Turn, drafts: Sequence[Draft], asked: int, first: str, after: str = ""
) -> str:
    """Ask the next question, or record.

    `first` is the key of the message that began it, `after` the kind of question just answered.
    """
    choices = turn.said.place.choices if turn.said.place else ()
    question = dialog.open_question(turn, drafts, asked, choices, after)
    if question is not None:
        dialog.wait(turn, drafts, asked + 1, question, first)
        return question.text
    return _record(turn, drafts, first)


def _record(turn: Turn, drafts: Sequence[Draft], first: str) -> str:
    origin = replace(turn.origin, message=first)
    receipts = dialog.record_or_join(turn.act, drafts, origin, public=turn.public)
    made = table.by_message(turn.act.tx, first)
    more = [*(knowledge.aged(turn, issue) for issue in made), appointments.offered(turn, made)]
    return "\n\n".join(filter(None, (receipts, *more)))


def answer(turn: Turn, session: Session) -> str | None:
    """What a message does to a waiting question; None when it has nothing to do with it."""
    if turn.commands.says("cancel", turn.message.text):
        messages.end_session(turn.act.tx, session)
        return turn.say("where.later" if session.awaiting == "where" else "cancelled")
    if session.awaiting == "where":
        return emergency.where(turn, session)
    drafts = dialog.kept(session.draft)
    if not dialog.is_plain_answer(turn) and _is_another_request(turn, drafts):
        return None
    changed = dialog.answered(turn, session, drafts)
    if changed is None:
        return None
    messages.end_session(turn.act.tx, session)
    first = session.draft["message"]
    if turn.commands.says("unknown", turn.message.text):
        return _record(turn, changed, first)
    return _ask_or_record(turn, changed, session.asked, first, after=session.awaiting)


def _is_another_request(turn: Turn, drafts: Sequence[Draft]) -> bool:
    """A clear request of another kind in the middle of a dialog is its own issue."""
    if turn.said.intent != "report" or not turn.said.parts:
        return False
    part = turn.said.parts[0]
    if part.urgency == "U0":
        return True
    known = {code for draft in drafts for code, _ in draft.candidates}
    sure = part.confidence >= turn.act.service.settings.dialog.ask_below
    return sure and bool(part.evidence) and part.category not in known


def record_waiting(turn: Turn, session: Session) -> str:
    """Record what a dialog had gathered, because its resident has moved on to something else."""
    messages.end_session(turn.act.tx, session)
    if session.awaiting == "where":
        return ""
    return _record(turn, dialog.kept(session.draft), session.draft["message"])


def me_too(turn: Turn) -> str | None:
    """我家也是: joins what was said in this group, or what is open at the speaker's place."""
    said = turn.said
    since = turn.act.now - SPOKEN_OF
    pool = table.in_chat(turn.act.tx, turn.message.chat or "", since)
    if not turn.public and turn.person.estate:
        near = table.open_in(turn.act.tx, turn.person.estate, since)
        pool = [issue for issue in near if issue.building in (None, turn.person.building)]
    codes = {part.category for part in said.parts}
    fitting = [
        issue
        for issue in pool
        if (not codes or issue.category in codes) and together.may_join(turn.act, issue)
    ]
    if not fitting:
        return report(turn) if said.parts else None
    known = fitting[0]
    elsewhere = said.place is not None and (
        (said.place.estate or known.estate, said.place.building or known.building)
        != (known.estate, known.building)
    )
    if elsewhere:
        return _same_elsewhere(turn, known)
    return dialog.join(turn.act, known, turn.message.text, public=turn.public)


def _same_elsewhere(turn: Turn, known: Issue) -> str:
    """The same trouble at another place is an issue of its own."""
    draft = Draft(
        text=turn.message.text,
        category=known.category,
        confidence=known.confidence,
        candidates=known.candidates,
        evidence=known.evidence,
        nature=known.nature,
        estate=known.estate,
    )
    draft = dialog.complete(turn.act, turn.message.chat, draft, turn.said.place)
    return _record(turn, [draft], turn.message.key)


def apart(turn: Turn) -> str:
    """不是同一件: leave the issue that was joined by mistake, and record what was said."""
    for issue in reporters.issues_joined(turn.act.tx, turn.person.id, limit=1):
        text = reporters.text_of(turn.act.tx, issue.id, turn.person.id)
        reporters.leave(turn.act.tx, issue.id, turn.person.id)
        said = turn.act.service.understander.understand(text)
        again = replace(turn, said=said, message=replace(turn.message, text=text))
        if not said.parts:  # 我家也是 says nothing by itself: it is the same kind of thing
            return "\n".join((turn.say("together.apart"), _same_elsewhere(again, issue)))
        found = dialog.record(turn.act, dialog.drafts_of(again), turn.origin)
        receipts = [wording.receipt(i, turn.act, public=turn.public) for i in found]
        return "\n".join((turn.say("together.apart"), *receipts))
    return turn.say("together.nothing")


# -- about an earlier issue ---------------------------------------------------------------------


def _mine(turn: Turn, *statuses: str) -> list[Issue]:
    """The issues in these states that the speaker reported or joined, the newest first.

    A report that was merged into another goes on as that one.
    """
    wanted = statuses or STATUSES
    tx, person = turn.act.tx, turn.person.id
    found = (
        *table.of_reporter(tx, person),
        *reporters.issues_joined(tx, person),
        *reporters.issues_around(tx, person),
    )
    own = {issue.id: issue for issue in found if issue.status in wanted}
    return sorted(own.values(), key=lambda issue: -issue.id)


def _just_said(turn: Turn, pool: list[Issue]) -> list[Issue]:
    """Those of the last half hour, if there are any: words without a number belong to them."""
    return [i for i in pool if turn.act.now - i.created_at <= JUST_SAID] or pool


def progress(turn: Turn, number: str | None) -> str:
    """进度: one issue in full, or the list."""
    own = _mine(turn, "assigned", "accepted", "done") or _mine(turn)[:3]
    if number or len(own) == 1:
        issue = which.one(turn, own, number, "which.none")
        return _story(turn, issue)
    if not own:
        raise which.Unclear(turn.say("which.none"))
    lines = "\n".join(wording.line(issue, turn.act, public=turn.public) for issue in own)
    return turn.say("progress.list", lines=lines)


def _story(turn: Turn, issue: Issue) -> str:
    act = turn.act
    if turn.public and act.service.category(issue.category).private:
        return act.say("progress.group", number=issue.number, status=wording.status(issue, act))
    return act.say(
        "progress.one",
        number=issue.number,
        category=act.service.category(issue.category).name,
        place=wording.place(issue, act, public=turn.public),
        status=wording.status(issue, act),
        owner=act.roster.owner_name(issue),
        handler=act.roster.name_of(issue.handler) or act.say("progress.nobody"),
        due=wording.moment(issue.done_due, act),
        result=act.say("progress.result", result=issue.result) if issue.result else "",
    )


def urge(turn: Turn, number: str | None) -> str:
    """催办."""
    issue = which.one(turn, _mine(turn, "assigned", "accepted"), number, "which.none_open")
    changed = issues.urge(turn.act, issue)
    owner = turn.act.roster.owner_name(issue)
    return turn.say("urged", number=issue.number, owner=owner, count=changed.urges)


def supplement(turn: Turn, number: str | None, note: str) -> str:
    """补充: more words (and perhaps the place) for an issue that is under way."""
    pool = _mine(turn, "assigned", "accepted", "done")
    issue = which.one(turn, pool[:1] if not number else pool, number, "which.none_open")
    issues.add_note(turn.act, issue, note)
    return turn.say("noted", number=issue.number)


def withdraw(turn: Turn, number: str | None) -> str:
    """撤销."""
    pool = _just_said(turn, _mine(turn, "assigned", "accepted"))
    issue = which.one(turn, pool, number, "which.none_open")
    issues.withdraw(turn.act, issue)
    return turn.say("withdrawn", number=issue.number)


def satisfied(turn: Turn, number: str | None, *, fairly: bool = False) -> str:
    """满意, 基本满意: the loop is closed by the reporter's word."""
    pool = _mine(turn, "done") or _mine(turn, "accepted")
    issue = which.one(turn, pool, number, "which.none_done")
    closed = issues.satisfied(turn.act, issue, fairly=fairly)
    reply = turn.say("rated.satisfied", number=issue.number)
    return ratings.offer(turn, reply, rated.of_issue(turn.act, closed))


def called_back(turn: Turn, number: str | None, word: str) -> str:
    """联系了, 没联系, 解决了: one answer of the call-back; the next is asked."""
    pool = _mine(turn, "done")
    if not pool and not number and word == "uncontacted":
        return urge(turn, None)
    if not pool and not number:
        return satisfied(turn, None)  # solved before anybody came
    issue = which.one(turn, pool, number, "which.none_done")
    answers = {"solved": True} if word == "solved" else {"contacted": word == "contacted"}
    callbacks.answer(turn.act, issue, **answers)
    asked = "solved" if "solved" not in callbacks.given(turn.act, issue) else "satisfied"
    return turn.say(f"callback.{asked}", number=issue.number)


def unsatisfied(turn: Turn, number: str | None, note: str) -> str:
    """没修好, or 不满意 with what is not said to be solved: reopened, one level higher."""
    pool = _mine(turn, "done") or _mine(turn, "closed")[:1]
    issue = which.one(turn, pool, number, "which.none_done")
    if issue.status == "done" and callbacks.given(turn.act, issue).get("solved"):
        callbacks.dissatisfied(turn.act, issue, note)
        return turn.say("rated.dissatisfied", number=issue.number)
    contacted = not any(word in note for word in turn.act.service.content.words["uncontacted"])
    changed = issues.reopen(turn.act, issue, note, contacted=contacted)
    return turn.say(
        "rated.unsatisfied",
        number=issue.number,
        owner=turn.act.roster.owner_name(changed),
        due=wording.moment(changed.done_due, turn.act),
    )


def human(turn: Turn) -> str:
    """转人工: who answers for this resident's place, and the desk."""
    grids = turn.act.roster.path(turn.person.grid)
    lead = next((turn.act.roster.grids[g].person for g in grids), None)
    desk = turn.act.roster.teams.get(turn.act.service.content.about.desk)
    worker = turn.act.roster.staff.get(lead or "")
    name, phone = (desk.name, desk.phone) if desk else (turn.act.service.content.about.name, "")
    if worker is None:
        return turn.say("human.desk", desk=name, phone=phone)
    words = {"worker": worker.name, "phone": worker.phone}
    return turn.say("human.worker", **words, desk=name, desk_phone=phone)
