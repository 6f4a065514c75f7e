"""院落: its colour, stars and hazards; what its landlord sees; a report by the code on its gate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.duty_rows import Yard
from data.rows import Issue, Person
from data.tables import people as table_of_people
from data.tables import yards as table
from desk import naming, people, yards
from desk.recording import Draft
from desk.rules import yards as rules
from handlers import choices, dialog
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 10
_COLOUR = re.compile(rf"^({'|'.join(rules.COLOURS)})色?[\s,，:：、]*(.*)", re.DOTALL)
_PHONE = re.compile(r"1[3-9]\d{9}")
_STARS = re.compile(r"^([0-5])\s*星?[\s,，:：、]*(.*)", re.DOTALL)


def find(turn: Turn, said: Said) -> Yard:
    yard = table.by_number(turn.act.tx, said.number)
    if yard is None:
        letter = turn.say("number.yard")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return yard


def enter(turn: Turn, said: Said) -> str:
    """登记院落 黄陵12号院 泉馨苑3号楼 房东 张伟 13900000102."""
    text, _, owner = said.rest.partition(turn.say("yard.owner"))
    label, _, rest = text.strip().partition(" ")
    place = turn.act.service.understander.place(rest)
    grid = turn.act.service.understander.grid_of(place) if place and place.estate else None
    if not label or place is None or grid is None:
        raise Unclear(turn.say("yard.how"))
    described = yards.Described(label, place, grid, _owner(turn, owner))
    yard = yards.enter(turn.act, described)
    number = yards.number(turn.act, yard)
    return turn.say("yard.entered", number=number, label=label, code=yard.code)


def _owner(turn: Turn, text: str) -> Person | None:
    """The landlord by phone or by name; somebody new is known by both."""
    phone = _PHONE.search(text)
    name = _PHONE.sub("", text).strip(" ：:，,")
    if not name:
        return None
    person = naming.resident(turn.act, name)
    if phone and not person.phone:
        person = replace(person, phone=phone[0])
        table_of_people.put(turn.act.tx, person)
    return person


def card(turn: Turn, said: Said) -> str:
    """院落 院-12; with a colour and the reason it is rated: 院落 院-12 红 私拉电线."""
    yard = find(turn, said)
    found = _COLOUR.match(said.rest)
    if found is None:
        return yards.card(turn.act, yard)
    return _rated(turn, yard, found[1], found[2].strip())


def _rated(turn: Turn, yard: Yard, colour: str, reason: str) -> str:
    worse = rules.calmer(yard.colour, than=colour)
    calmer = rules.calmer(colour, than=yard.colour)
    if calmer and yards.answers_for(turn.act, yard) and (open_ := yards.hazards(turn.act, yard)):
        raise Unclear(turn.say("yard.not_mended", numbers="、".join(open_)))
    may = yards.answers_for(turn.act, yard) and bool(reason)
    issue = _hazard(turn, yard, reason) if worse and may else None
    changed = yards.rate(turn.act, yard, colour, reason, issue.id if issue else None)
    number = yards.number(turn.act, changed)
    reply = turn.say("yard.rated", number=number, label=yard.label, colour=colour,
                     days=rules.DAYS[colour])  # fmt: skip
    if issue is None:
        return reply
    owner = turn.act.roster.owner_name(issue)
    return "\n".join((reply, turn.say("yard.hazard", number=issue.number, owner=owner)))


def _hazard(turn: Turn, yard: Yard, reason: str) -> Issue:
    """What makes it dangerous, as an issue that somebody has to mend: found, not asked for."""
    said = turn.act.service.understander.understand(reason, addressed=True)
    message = replace(turn.message, text=reason)
    spoken = replace(turn, said=said, message=message)
    drafts = dialog.drafts_of(spoken) or [dialog.left_open(turn, reason)]
    text = f"{yard.label}：{reason}"
    placed = _placed(yard, replace(drafts[0], text=text, source="found"))
    return dialog.record(turn.act, [placed], spoken.origin)[0]


def _placed(yard: Yard, draft: Draft) -> Draft:
    """At the yard, whatever else was understood."""
    return replace(
        draft,
        estate=yard.estate or draft.estate,
        building=yard.building or draft.building,
        grid=yard.grid,
    )


def award(turn: Turn, said: Said) -> str:
    """星级 院-12 4 院里干净."""
    yard = find(turn, said)
    found = _STARS.match(said.rest)
    if found is None or not found[2]:
        raise Unclear(turn.say("yard.how_stars"))
    changed = yards.award(turn.act, yard, int(found[1]), found[2].strip())
    number = yards.number(turn.act, changed)
    return turn.say("yard.awarded", number=number, label=changed.label, stars=changed.stars)


def mine(turn: Turn, said: Said) -> str | None:  # noqa: ARG001  one shape for all
    """我的院子: the landlord's own yards."""
    found = table.of_landlord(turn.act.tx, turn.person.id)
    if not found:
        return turn.say("yard.none_of_yours")
    return "\n\n".join(yards.card(turn.act, yard) for yard in found[:SHOWN])


def mended(turn: Turn, said: Said) -> str:
    """整改 院-12 已拆除."""
    yard = find(turn, said)
    yards.mended(turn.act, yard, said.rest)
    return turn.say("yard.mended", number=yards.number(turn.act, yard))


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """四色: how many yards of each colour, and the red ones."""
    every = table.page(turn.act.tx)
    own = [yard for yard in every if yards.answers_for(turn.act, yard)]
    if not own:
        return turn.say("yard.none")
    counts = "、".join(
        turn.say("yard.of_colour", colour=colour, count=count)
        for colour in rules.COLOURS
        if (count := sum(yard.colour == colour for yard in own))
    )
    red = "\n".join(
        turn.say("yard.line", number=yards.number(turn.act, yard), label=yard.label,
                 colour=yard.colour, reason=yard.reason)
        for yard in sorted(own, key=lambda y: rules.COLOURS.index(y.colour))[:SHOWN]
    )  # fmt: skip
    return turn.say("yard.colours", counts=counts, lines=red)


# -- the code on the gate -------------------------------------------------------------------------


def scanned(turn: Turn, code: str) -> str | None:
    """Whoever scans a yard's code is at that yard: what he says next is about it."""
    yard = table.by_code(turn.act.tx, code)
    if yard is None:
        return None
    if yard.estate and turn.person.role == "resident" and turn.person.estate is None:
        place = turn.act.service.understander.place(yard.estate)
        if place is not None and place.estate:
            people.live_at(turn.act, replace(place, building=yard.building, grid=yard.grid))
    question = turn.say("yard.scanned", label=yard.label)
    return choices.ask_words(turn, question, "yards.reported", {"number": yard.number})


def _reported(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    yard = find(turn, Said("reported", "yard", kept["number"]))
    drafts = dialog.drafts_of(turn)
    if not drafts or turn.said.intent in ("chatter", "thanks"):
        question = turn.say("yard.scanned", label=yard.label)
        return choices.ask_words(turn, question, "yards.reported", kept)
    placed = [_placed(yard, replace(d, text=f"{yard.label}：{d.text}")) for d in drafts]
    return dialog.record_or_join(turn.act, placed, turn.origin, public=False)


WORDS: Mapping[str, Word] = {
    "yard": Word(card, "anyone", "number", ("yard",)),
    "yard_enter": Word(enter, "worker"),
    "my_yards": Word(mine, takes="nothing"),
    "yard_mended": Word(mended, "anyone", "number", ("yard",)),
    "yard_stars": Word(award, "worker", "number", ("yard",)),
    "yard_colours": Word(listed, "worker", "nothing"),
}
ANSWERS: Mapping[str, choices.Answer] = {"yards.reported": _reported}
