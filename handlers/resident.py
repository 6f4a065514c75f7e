"""What a resident may say: report something, ask after it, add to it, rate it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from data.rows import Issue, Session
from data.tables import issues as table
from data.tables import messages
from desk import issues, wording
from desk.recording import Draft
from desk.rules.lifecycle import STATUSES
from handlers import dialog, which
from handlers.turn import Turn

JUST_SAID = timedelta(minutes=30)  # within it, words without a number belong to the last issue


def report(turn: Turn) -> str:
    """Record each request of a message, or ask first for what is essential."""
    drafts = dialog.drafts_of(turn)
    urgent = [draft for draft in drafts if draft.level == "U0"]
    calm = [draft for draft in drafts if draft.level != "U0"]
    replies = [emergency(turn, urgent)] if urgent else []
    if calm:
        key = turn.message.key
        replies.append(_record(turn, calm, key) if urgent else _ask_or_record(turn, calm, 0, key))
    return "\n\n".join(replies)


def _ask_or_record(turn: Turn, drafts: Sequence[Draft], asked: int, first: str) -> str:
    """Ask the next question, or record. `first` is the key of the message that began it."""
    choices = turn.said.place.choices if turn.said.place else ()
    question = dialog.open_question(turn.act, turn.message, drafts, asked, choices)
    if question is not None:
        dialog.wait(turn, drafts, asked + 1, question.awaiting, first)
        return question.text
    return _record(turn, drafts, first)


def _record(turn: Turn, drafts: Sequence[Draft], first: str) -> str:
    found = dialog.record(turn.act, drafts, replace(turn.origin, message=first))
    return dialog.receipts(turn.act, found, public=turn.public)


def emergency(turn: Turn, drafts: Sequence[Draft]) -> str:
    """U0: recorded at once, the advice first; the place is asked afterwards if it is missing."""
    under_way = _same_alarm(turn, drafts[0])
    if under_way is not None:
        issues.add_note(turn.act, under_way, turn.message.text)
        return turn.say("emergency.again", number=under_way.number)
    at_home = not drafts[0].building and not drafts[0].estate and bool(turn.person.building)
    if at_home:
        drafts = [dialog.at_home(turn.act, draft) for draft in drafts]
    issue = dialog.record(turn.act, drafts, turn.origin)[0]
    replies = turn.act.service.content.replies
    advice = f"emergency.{issue.category.partition('.')[2]}"
    key = advice if issue.category.startswith("safety.") and advice in replies else "emergency.any"
    numbers = turn.act.service.content.about.numbers
    lines = [
        turn.say(key, **{name: numbers.get(name, "") for name in ("gas", "power", "water")}),
        turn.say(
            "emergency.receipt",
            number=issue.number,
            person=turn.act.roster.owner_name(issue),
        ),
    ]
    if at_home or not issue.building:
        dialog.wait_where(turn, issue)
        place = "" if turn.public else wording.place(issue, turn.act, public=False)
        lines.append(turn.say("emergency.home" if at_home else "emergency.where", place=place))
    return "\n".join(lines)


def _same_alarm(turn: Turn, draft: Draft) -> Issue | None:
    """The alarm this speaker has just raised: more cries belong to it."""
    for issue in _mine(turn, "assigned", "accepted"):
        fresh = turn.act.now - issue.created_at <= JUST_SAID
        if fresh and issue.level == "U0" and issue.category == draft.category:
            return issue
    return None


def answer(turn: Turn, session: Session) -> str | None:
    """What a message does to a waiting question; None when it has nothing to do with it."""
    if turn.commands.says("cancel", turn.message.text):
        messages.end_session(turn.act.tx, session)
        return turn.say("where.later" if session.awaiting == "where" else "cancelled")
    if session.awaiting == "where":
        return _where(turn, session)
    drafts = dialog.kept(session.draft)
    if _is_another_request(turn, drafts):
        return None
    changed = dialog.answered(turn, session, drafts)
    if changed is None:
        return None
    messages.end_session(turn.act.tx, session)
    return _ask_or_record(turn, changed, session.asked, first=session.draft["message"])


def _where(turn: Turn, session: Session) -> str | None:
    """The place of an emergency that was recorded without one."""
    issue = table.by_id(turn.act.tx, session.draft["issue"])
    place = turn.act.service.understander.place(turn.message.text)
    if issue is None or place is None or _is_alarm(turn):
        return None
    messages.end_session(turn.act.tx, session)
    blank = Draft(
        text=turn.message.text,
        category=issue.category,
        confidence=1.0,
        estate=issue.estate,
        building=issue.building,
        unit=issue.unit,
        room=issue.room,
    )
    located = dialog.complete(turn.act, turn.message.chat, blank, place)
    changed = issues.locate(turn.act, issue, located)
    return turn.say(
        "where.thanks",
        number=issue.number,
        place=wording.place(changed, turn.act, public=turn.public),
    )


def _is_alarm(turn: Turn) -> bool:
    return any(part.urgency == "U0" for part in turn.said.parts)


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


# -- about an earlier issue ---------------------------------------------------------------------


def _mine(turn: Turn, *statuses: str) -> list[Issue]:
    """The speaker's own issues in these states, the newest first."""
    wanted = statuses or STATUSES
    return [i for i in table.of_reporter(turn.act.tx, turn.person.id) if i.status in wanted]


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
    lines = "\n".join(wording.line(issue, turn.act) for issue in own)
    return turn.say("progress.list", lines=lines)


def _story(turn: Turn, issue: Issue) -> str:
    act = turn.act
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


def satisfied(turn: Turn, number: str | None) -> str:
    """满意: the loop is closed by the reporter's word."""
    pool = _mine(turn, "done") or _mine(turn, "accepted")
    issue = which.one(turn, pool, number, "which.none_done")
    issues.satisfied(turn.act, issue)
    return turn.say("rated.satisfied", number=issue.number)


def unsatisfied(turn: Turn, number: str | None, note: str) -> str:
    """不满意 or 没修好: reopened, one level higher."""
    pool = _mine(turn, "done") or _mine(turn, "closed")[:1]
    issue = which.one(turn, pool, number, "which.none_done")
    changed = issues.reopen(turn.act, issue, note)
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
    desk = turn.act.roster.teams[turn.act.service.content.about.desk]
    worker = turn.act.roster.staff.get(lead or "")
    if worker is None:
        return turn.say("human.desk", desk=desk.name, phone=desk.phone)
    words = {"worker": worker.name, "phone": worker.phone}
    return turn.say("human.worker", **words, desk=desk.name, desk_phone=desk.phone)
