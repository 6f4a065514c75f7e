"""微心愿: said by a resident, entered for an old person, taken up one by one or in bulk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from data.practice_rows import Entry
from data.rows import Person
from data.tables import entries
from data.tables import people as table
from desk import donations, entry_wording, listing, people, recording, wording
from desk.recording import WISH, Draft
from handlers import choices, dialog
from handlers.listing import find, listed
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

_COUNT = re.compile(r"(?P<count>[1-9]\d{0,3})[^\s\d]?(?=\s|$)")  # with its measure word
_RANGE = re.compile(r"[到至~]")


def wish(turn: Turn, said: Said) -> str:
    """许愿 …: the resident's own. It is an issue, and listed after review."""
    if not said.rest:
        return choices.ask_words(turn, turn.say("wish.what"), "wish.said")
    return _wished(turn, said.rest, {})


def _wished(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    draft = Draft(text, WISH, 1.0, nature=turn.say("wish.nature"))
    place = turn.act.service.understander.place(text)
    if place is None and turn.person.estate:
        draft = dialog.at_home(turn.act, draft)
    draft = dialog.complete(turn.act, None, draft, place)
    issue = recording.record(turn.act, draft, turn.origin)
    receipt = wording.receipt(issue, turn.act, public=False)
    entry = entries.of_issue(turn.act.tx, issue.id)
    number = entry_wording.number(turn.act, entry) if entry else ""
    return "\n".join((receipt, turn.say("wish.listed", number=number)))


def for_another(turn: Turn, said: Said) -> str:
    """代许愿 赵桂英 朝阳街10号楼 想要一床电热毯: a grid worker, for somebody without a phone."""
    name, _, rest = said.rest.partition(" ")
    if not rest.strip():
        raise Unclear(turn.say("wish.for_whom"))
    place = turn.act.service.understander.place(rest)
    person = _known(turn, name)
    home = place if place and place.estate else None
    grid = turn.act.service.understander.grid_of(home) if home else person.grid
    if home and person.estate is None:
        table.move(turn.act.tx, person.id, estate=home.estate, building=home.building,
                   unit=home.unit, room=home.room, grid=grid)  # fmt: skip
    words = [word for word in rest.split() if not turn.act.service.understander.place(word)]
    title = " ".join(words).replace(name, turn.say("card.resident")) or rest
    entry = listing.propose(
        turn.act,
        listing.Proposal(
            kind="wish",
            title=title,
            text=rest,
            category=WISH,
            estate=home.estate if home else person.estate,
            building=home.building if home else person.building,
            grid=grid,
            beneficiary=person.id,
        ),
    )
    return turn.say("wish.entered", number=entry_wording.number(turn.act, entry), name=name)


def _known(turn: Turn, name: str) -> Person:
    """The resident of that name, if there is just one; else somebody known by name only."""
    found = table.by_name(turn.act.tx, name)
    return found[0] if len(found) == 1 else people.known_by_name(turn.act, name)


def open_wishes(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """心愿单."""
    return listed(turn, "wish", "wish.none", "wish.list")


def donate(turn: Turn, said: Said) -> str:
    """捐赠 59份 米面油: a donation in bulk, given out by the desk."""
    found = _COUNT.search(said.rest)
    what = _COUNT.sub("", said.rest, count=1).strip() if found else ""
    if found is None or not what:
        raise Unclear(turn.say("donation.how"))
    teams = turn.act.roster.teams_of(turn.person.id)
    entry = listing.propose(
        turn.act,
        listing.Proposal(
            kind="donation",
            title=what,
            capacity=int(found["count"]),
            team=teams[0] if teams else None,
        ),
    )
    number = entry_wording.number(turn.act, entry)
    return turn.say("donation.entered", number=number, count=entry.capacity, title=entry.title)


def allocate(turn: Turn, said: Said) -> str:
    """分配 捐-1 愿-1到愿-59; without numbers the wishes that fit are proposed."""
    donation = find(turn, said)
    numbers = turn.words.numbers(said.rest)
    if numbers:
        return _given(turn, donation, _wishes(turn, said.rest, numbers))
    fitting = donations.fitting(turn.act, donation)
    if not fitting:
        raise Unclear(turn.say("donation.nothing_fits"))
    shown = "\n".join(entry_wording.line(turn.act, wish) for wish in fitting[:8])
    question = turn.say("donation.fits", count=len(fitting), lines=shown)
    options = [(turn.say("donation.yes"), "yes"), (turn.say("donation.no"), "no")]
    kept = {"donation": donation.number, "wishes": [wish.number for wish in fitting]}
    return choices.ask(turn, question, options, "donation.decided", kept)


def _wishes(turn: Turn, text: str, numbers: Sequence[tuple[str, int]]) -> list[Entry]:
    """愿-1 愿-3, or 愿-1到愿-59 (the open ones of them)."""
    wanted = [number for kind, number in numbers if kind == "wish"]
    whole = len(wanted) == 2 and _RANGE.search(text) is not None
    if whole:
        page = entries.page(turn.act.tx, "wish", ("published",), wanted[0] - 1, 1000)
        return [wish for wish in page if wish.number <= wanted[1]]
    return [find(turn, Said("allocate", "wish", number)) for number in wanted]


def _decided(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    if value != "yes":
        return turn.say("choice.cancelled")
    donation = find(turn, Said("allocate", "donation", kept["donation"]))
    chosen = [find(turn, Said("allocate", "wish", number)) for number in kept["wishes"]]
    return _given(turn, donation, chosen)


def _given(turn: Turn, donation: Entry, wishes: Sequence[Entry]) -> str:
    made = donations.allocate(turn.act, donation, wishes)
    number = entry_wording.number(turn.act, donation)
    return turn.say("donation.allocated_done", number=number, count=len(made))


WORDS: Mapping[str, Word] = {
    "wish": Word(wish),
    "wishes": Word(open_wishes, takes="nothing", public=True),
    "wish_for": Word(for_another, "worker"),
    "donate": Word(donate, "anyone"),
    "allocate": Word(allocate, "secretary", "number", ("donation",)),
}
ANSWERS: Mapping[str, choices.Answer] = {"wish.said": _wished, "donation.decided": _decided}
