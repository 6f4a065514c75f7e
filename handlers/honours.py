"""身边的榜样 in chat: put forward, consent, vote, publish, and the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data.council_rows import Nomination
from data.rows import Person
from data.tables import people
from data.tables import points as table
from desk import access, honours, wording
from handlers.ballots import terms
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 8


def find(turn: Turn, said: Said) -> Nomination:
    """The nomination of that number: until it is published for whom it concerns alone."""
    row = table.nomination(turn.act.tx, said.number)
    own = row is not None and turn.person.id in (row.person, row.proposer)
    open_ = row is not None and row.status == "published"
    if row is None or not (own or open_ or access.may(turn.act, "secretary")):
        letter = turn.say("number.nomination")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return row


def nominate(turn: Turn, said: Said) -> str:
    """推荐榜样 张建国 三年义务修灯."""
    name, _, story = said.rest.partition(" ")
    person = _person(turn, name)
    if person is None or not story.strip():
        raise Unclear(turn.say("honour.how"))
    return honours.say(turn.act, honours.nominate(turn.act, person, story), "nominate_done")


def _person(turn: Turn, name: str) -> Person | None:
    """Staff and members by name, else the one resident of that name."""
    staff = [p for p in turn.act.roster.staff.values() if p.name == name]
    found = staff or people.by_name(turn.act.tx, name)
    return found[0] if len(found) == 1 else None


def _step(do: Callable[[Turn, Said], Nomination], reply: str) -> Callable[[Turn, Said], str]:
    """A word that takes one step, with what is said of it."""
    return lambda turn, said: honours.say(turn.act, do(turn, said), reply)


consent = _step(lambda turn, said: honours.consent(turn.act, find(turn, said), yes=True), "thanks")
decline = _step(lambda turn, said: honours.consent(turn.act, find(turn, said), yes=False), "kept")
publish = _step(lambda turn, said: honours.publish(turn.act, find(turn, said)), "publish_done")
refuse = _step(
    lambda turn, said: honours.refuse(turn.act, find(turn, said), said.rest), "refuse_done"
)


def vote(turn: Turn, said: Said) -> str:
    """评榜样 泉馨苑 7天 120户: all who have consented."""
    rows = table.nominations(turn.act.tx, ("consented",))[::-1][:SHOWN]
    place = turn.act.service.understander.place(said.rest)
    estate = place.estate if place else None
    term, households, _ = terms(turn, said.rest, estate)
    if estate is None or households is None or len(rows) < 2:
        raise Unclear(turn.say("honour.vote_how", count=len(rows)))
    motion = honours.vote(turn.act, rows, estate, households, turn.act.now + term)
    until = wording.moment(motion.closes_at, turn.act)
    return turn.say("honour.vote_done", count=len(rows), until=until, motion=motion.number)


def details(turn: Turn, said: Said) -> str:
    row = find(turn, said)
    status = turn.say(f"honour.status.{row.status}")
    return honours.say(turn.act, row, "card", status=status)


def board(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """榜样: those who are published; a clerk also sees those who wait."""
    shown = table.nominations(turn.act.tx, ("published",), SHOWN)
    lines = [honours.say(turn.act, row, "line") for row in shown]
    text = turn.say("honour.board", lines="\n".join(lines)) if lines else turn.say("honour.none")
    if turn.public or not access.may(turn.act, "secretary"):
        return text
    waiting = table.nominations(turn.act.tx, ("nominated", "consented", "chosen"), SHOWN)
    more = [
        honours.say(turn.act, row, "card", status=turn.say(f"honour.status.{row.status}"))
        for row in waiting
    ]
    return "\n".join((text, *more))


_ONE = ("nomination",)
WORDS: Mapping[str, Word] = {
    "nominate": Word(nominate),
    "honours": Word(board, "anyone", "nothing", public=True),
    "honour_consent": Word(consent, "anyone", "number", _ONE),
    "honour_decline": Word(decline, "anyone", "number", _ONE),
    "honour": Word(details, "anyone", "number", _ONE),
    "honour_vote": Word(vote, "secretary"),
    "honour_publish": Word(publish, "secretary", "number", _ONE),
    "honour_refuse": Word(refuse, "secretary", "number", _ONE),
}
