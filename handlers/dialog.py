"""Asking back: only what is essential and missing, one short sentence, never more than allowed.

What is known waits in `session.draft`; an answer may come in any order, 算了 ends it, and silence
records what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from data.database import Database
from data.rows import Data, Issue, Session
from data.tables import messages, people, reporters
from desk import issues, recording, together, wording
from desk.message import Message
from desk.recording import Draft, Origin
from desk.service import Act, Service
from handlers.turn import Turn
from nlp.values import Place

UNCLEAR = "suggest.other"
CHOICES = 3
RECORDED = ("category", "home", "place")  # questions whose silence records what is known


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what kind of answer is awaited: category, home or place."""

    awaiting: str
    text: str
    choices: tuple[str, ...] = ()  # estates that were offered


def drafts_of(turn: Turn) -> list[Draft]:
    """One draft for each request in a message, its place completed by what is known."""
    act, message, said = turn.act, turn.message, turn.said
    return [
        complete(
            act,
            message.chat,
            Draft(
                text=part.text if len(said.parts) > 1 else message.text,
                category=part.category,
                confidence=part.confidence,
                candidates=part.top,
                evidence=part.evidence,
                level=part.urgency,
                level_reason=part.urgency_reason,
                nature=part.nature,
                vulnerable=said.mentions.vulnerable,
            ),
            part.place or said.place,
        )
        for part in said.parts
    ]


def left_open(turn: Turn, text: str) -> Draft:
    """A draft of which nothing is understood: people decide what it is."""
    level = turn.act.service.category(UNCLEAR).level
    return Draft(text=text, category=UNCLEAR, confidence=1.0, level=level)


def complete(act: Act, chat: str | None, draft: Draft, place: Place | None) -> Draft:
    """Add a place to a draft. A bare 3号楼 is in the group's estate, or in the speaker's own."""
    if place:
        if draft.estate and place.estate and place.estate != draft.estate:
            draft = replace(draft, building=None, unit=None, room=None)
        draft = replace(draft, estate=place.estate or draft.estate)
        draft = replace(
            draft,
            building=place.building or draft.building,
            unit=place.unit or draft.unit,
            room=place.room or draft.room,
        )
    if draft.estate is None and not (place and place.choices):
        draft = replace(draft, estate=_own_estate(act, chat, draft))
    known = Place(draft.estate, draft.building, draft.unit, draft.room)
    grid = act.service.understander.grid_of(known)
    if grid is None and draft.estate and draft.estate == act.person.estate:
        grid = act.person.grid
    return replace(draft, grid=grid)


def _own_estate(act: Act, chat: str | None, draft: Draft) -> str | None:
    groups = {group.chat: group.estate for group in act.service.content.about.groups}
    if chat and groups.get(chat):
        return groups[chat]
    return act.person.estate if draft.building or draft.room else None


def open_question(
    turn: Turn,
    drafts: Sequence[Draft],
    asked: int,
    choices: Sequence[str] = (),
    after: str = "",
) -> Question | None:
    """The one thing to ask now, or None when enough is known or enough has been asked."""
    act, message = turn.act, turn.message
    dialog = act.service.settings.dialog
    if asked >= dialog.questions:
        return None
    for draft in drafts:
        if draft.level == "U0":
            continue
        if draft.confidence < dialog.ask_below and len(draft.candidates) > 1:
            return _ask_category(act, draft)
        missing = missing_slots(act, draft)
        if missing:
            return _ask_place(act, message, draft, missing, choices, home=after != "home")
    return None


def missing_slots(act: Act, draft: Draft) -> tuple[str, ...]:
    """What the category needs and the draft lacks."""
    slots = act.service.category(draft.category).slots
    return tuple(slot for slot in slots if not getattr(draft, slot))


def _ask_category(act: Act, draft: Draft) -> Question:
    names = [act.service.category(code).name for code, _ in draft.candidates[:CHOICES]]
    options = "".join(
        act.say("ask.option", number=number, name=name) for number, name in enumerate(names, 1)
    )
    return Question("category", act.say("ask.category", options=options))


def _ask_place(
    act: Act,
    message: Message,
    draft: Draft,
    missing: Sequence[str],
    choices: Sequence[str],
    *,
    home: bool,
) -> Question:
    if choices and "estate" in missing:
        text = act.say("ask.estates", estates=act.say("ask.or").join(choices))
        return Question("place", text, tuple(choices))
    person = act.person
    if (
        home
        and message.chat is None
        and person.estate
        and draft.estate in (None, person.estate)
        and all(getattr(person, slot) for slot in missing)
    ):
        there = draft_place(act, at_home(act, draft))
        return Question("home", act.say("ask.home", home=there))
    wanted = "、".join(act.say(f"slot.{slot}") for slot in missing)
    return Question("place", act.say("ask.place", wanted=wanted))


def draft_place(act: Act, draft: Draft) -> str:
    parts = [draft.estate or ""]
    for slot in ("building", "unit"):
        value = getattr(draft, slot)
        if value:
            parts.append(act.say(f"place.{slot}", **{slot: value}))
    return "".join(parts)


def at_home(act: Act, draft: Draft) -> Draft:
    """A draft placed at its speaker's home, as far as it says nothing else."""
    home = act.person
    return replace(
        draft,
        estate=home.estate,
        building=draft.building or home.building,
        unit=draft.unit or home.unit,
        grid=home.grid,
    )


# -- a question waits ---------------------------------------------------------------------------


def wait(turn: Turn, drafts: Sequence[Draft], asked: int, question: Question, first: str) -> None:
    """Keep what is known until the answer comes. `first`: the message that began it."""
    draft = {
        "message": first,
        "drafts": [asdict(draft) for draft in drafts],
        "choices": list(question.choices),
    }
    _keep(turn, question.awaiting, asked, draft)


def wait_where(turn: Turn, issue: Issue) -> None:
    """An emergency is recorded already; only its place is still awaited."""
    _keep(turn, "where", 1, {"issue": issue.id})


def _keep(turn: Turn, awaiting: str, asked: int, draft: Data) -> None:
    minutes = turn.act.service.settings.dialog.silence_minutes
    record_before(turn)
    messages.put_session(
        turn.act.tx,
        Session(
            channel=turn.message.channel,
            chat=turn.message.chat or "",
            person=turn.person.id,
            awaiting=awaiting,
            asked=asked,
            draft=draft,
            expires_at=turn.act.now + timedelta(minutes=minutes),
        ),
    )


def waiting(turn: Turn) -> bool:
    """Whether a question waits in this chat already: another must not take its place."""
    message = turn.message
    known = messages.session(turn.act.tx, message.channel, message.chat or "", turn.person.id)
    return known is not None


def record_before(turn: Turn) -> None:
    """What an earlier question was about is recorded before another one takes its place."""
    message = turn.message
    earlier = messages.session(turn.act.tx, message.channel, message.chat or "", turn.person.id)
    if earlier is None or earlier.awaiting not in RECORDED:
        return
    messages.end_session(turn.act.tx, earlier)
    origin = Origin(turn.person, message.channel, message.chat or "", earlier.draft["message"])
    for issue in record(turn.act, kept(earlier.draft), origin):
        issues.tell_recorded(turn.act, issue)


def kept(data: Data) -> list[Draft]:
    """The drafts of a session."""
    return [
        Draft(
            **{
                **fields,
                "candidates": tuple((code, score) for code, score in fields["candidates"]),
                "evidence": tuple(fields["evidence"]),
                "vulnerable": tuple(fields["vulnerable"]),
            }
        )
        for fields in data["drafts"]
    ]


def answered(turn: Turn, session: Session, drafts: list[Draft]) -> list[Draft] | None:
    """The drafts as an answer changes them; None when it does not answer what was asked."""
    act, text, says = turn.act, turn.message.text, turn.commands.says
    if session.awaiting == "category":
        return _choose(turn, drafts)
    if session.awaiting == "home" and says("yes", text):
        return [at_home(act, draft) for draft in drafts]
    place = _chosen(text, session.draft["choices"]) or act.service.understander.place(text)
    if place is not None:
        return [complete(act, turn.message.chat, draft, place) for draft in drafts]
    if says("unknown", text) or says("no", text):
        return drafts
    return None


def is_plain_answer(turn: Turn) -> bool:
    """是, 不是, 不知道: an answer and nothing else."""
    return any(turn.commands.says(name, turn.message.text) for name in ("yes", "no", "unknown"))


def _chosen(text: str, choices: Sequence[str]) -> Place | None:
    """The one of the offered estates that an answer names, if only by the part that differs."""
    said = text.strip(" ，。,.!！")
    fitting = [estate for estate in choices if said and (said in estate or estate in said)]
    return Place(estate=fitting[0]) if len(fitting) == 1 else None


def _choose(turn: Turn, drafts: list[Draft]) -> list[Draft] | None:
    """The category an answer names, by number or by word; 都不是 leaves it to people."""
    act, text = turn.act, turn.message.text
    index = next(i for i, draft in enumerate(drafts) if unsure(act, draft))
    draft = drafts[index]
    names = [act.service.category(code).name for code, _ in draft.candidates[:CHOICES]]
    codes = [code for code, _ in draft.candidates[:CHOICES]]
    said = turn.said.parts[0].category if turn.said.parts else ""
    picked = codes.index(said) if said in codes else _picked(text.strip(), names)
    if picked is not None:
        code = draft.candidates[picked][0]
        level = act.service.category(code).level
        chosen = replace(draft, category=code, confidence=1.0, level=level, level_reason="")
    elif turn.commands.says("no", text) or turn.commands.says("unknown", text):
        chosen = _left_to_people(act, draft)
    else:
        return None
    return [*drafts[:index], chosen, *drafts[index + 1 :]]


def _picked(text: str, names: Sequence[str]) -> int | None:
    digits = [c for c in text if c.isdigit()]
    if len(digits) == 1 and len(text) <= 4 and 1 <= int(digits[0]) <= len(names):
        return int(digits[0]) - 1
    named = [i for i, name in enumerate(names) if name in text]
    return named[0] if len(named) == 1 else None


def unsure(act: Act, draft: Draft) -> bool:
    return draft.confidence < act.service.settings.dialog.ask_below and draft.level != "U0"


def _left_to_people(act: Act, draft: Draft) -> Draft:
    level = act.service.category(UNCLEAR).level
    return replace(draft, category=UNCLEAR, level=level, confidence=1.0)


def record(act: Act, drafts: Sequence[Draft], origin: Origin) -> list[Issue]:
    """Record drafts; one that is still unclear goes to the 兜底 queue, never by a guess."""
    settled = [_left_to_people(act, d) if unsure(act, d) else d for d in drafts]
    return [recording.record(act, draft, origin) for draft in settled]


def record_or_join(act: Act, drafts: Sequence[Draft], origin: Origin, *, public: bool) -> str:
    """One answer for everything in one message: what is new is recorded, what is known joined."""
    receipts = []
    for draft in drafts:
        known = None if unsure(act, draft) else together.same_thing(act, draft)
        if known is None:
            [issue] = record(act, [draft], origin)
            receipts.append(wording.receipt(issue, act, public=public))
        else:
            receipts.append(join(act, known, draft.text, public=public))
    return "\n\n".join(receipts)


def join(act: Act, known: Issue, text: str, *, public: bool) -> str:
    """Add the speaker to an issue that is open already; the answer says which."""
    key = "together.joined"
    if act.person.id in (known.reporter, *reporters.of_issue(act.tx, known.id)):
        key = "together.again"
    else:
        known = together.join(act, known, text)
    category = act.service.category(known.category)
    if public:
        key = "together.group_private" if category.private else "together.group"
    return act.say(
        key,
        number=known.number,
        category=category.name,
        place=wording.place(known, act, public=True),
        status=wording.status(known, act),
        owner=act.roster.owner_name(known),
        due=wording.moment(known.done_due, act),
        count=together.count(act, known),
    )


def record_silent(db: Database, service: Service, now: datetime) -> int:
    """Sweep: questions nobody answered; what is known is recorded, and the resident told."""
    with db.read() as tx:
        if not messages.expired_sessions(tx, now):
            return 0
    with db.write() as tx:
        expired = messages.expired_sessions(tx, now)
        for session in expired:
            messages.end_session(tx, session)
            person = people.by_id(tx, session.person)
            if person is None or session.awaiting not in RECORDED:
                continue
            act = Act(tx, service, person, now, service.roster(tx))
            origin = Origin(person, session.channel, session.chat, session.draft["message"])
            for issue in record(act, kept(session.draft), origin):
                issues.tell_recorded(act, issue)
    return len(expired)
