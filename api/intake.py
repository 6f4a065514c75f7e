"""From a program's words to issues: the same understanding and recording as a message's.

Nobody is asked back: what is missing is named in the answer, and the worker asks the reporter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data.rows import Issue, Person, Source
from data.tables import people as table
from desk import people, recording, together
from desk.recording import Draft, Origin
from desk.service import Act
from nlp.values import Part, Place, Understanding

UNCLEAR = "suggest.other"


@dataclass(frozen=True)
class Request:
    """What a program reports."""

    text: str
    category: str | None = None
    place: Place = field(default_factory=Place)
    source: Source | None = None  # None: by who reports it


@dataclass(frozen=True)
class Recorded:
    """An issue that a request became, or joined; and what nobody has said of its place."""

    issue: Issue
    joined: bool
    missing: tuple[str, ...]


def record(
    act: Act, request: Request, said: Understanding, origin: Origin, *, join: bool = True
) -> list[Recorded]:
    """Record each thing that a request asks for; or, with `join`, add to what is known of it."""
    found = drafts(act, request, said, origin.reporter)
    sourced = [replace(draft, source=request.source) for draft in found]
    return [_record(act, draft, origin, join=join) for draft in sourced]


def _record(act: Act, draft: Draft, origin: Origin, *, join: bool) -> Recorded:
    known = together.same_thing(act, draft) if join and draft.category != UNCLEAR else None
    if known is None:
        issue = recording.record(act, draft, origin)
    else:
        issue = together.join(replace(act, person=origin.reporter), known, draft.text)
    slots = act.service.category(issue.category).slots
    missing = tuple(slot for slot in slots if not getattr(issue, slot))
    return Recorded(issue, known is not None, missing)


def drafts(act: Act, request: Request, said: Understanding, reporter: Person) -> list[Draft]:
    """What is known of each request. A category that was named is not doubted."""
    if request.category:
        part = said.parts[0] if said.parts else None
        urgent = any(p.urgency == "U0" for p in said.parts)
        draft = Draft(
            text=request.text,
            category=request.category,
            confidence=1.0,
            evidence=part.evidence if part else (),
            level="U0" if urgent else "",
            nature=part.nature if part else "求助",
            vulnerable=said.mentions.vulnerable,
        )
        return [_placed(act, draft, said.place, request.place, reporter)]
    if not said.parts:
        unclear = Draft(text=request.text, category=UNCLEAR, confidence=1.0)
        return [_placed(act, unclear, said.place, request.place, reporter)]
    found = [_understood(act, part, said, request.text) for part in said.parts]
    return [
        _placed(act, draft, part.place or said.place, request.place, reporter)
        for draft, part in zip(found, said.parts, strict=True)
    ]


def _understood(act: Act, part: Part, said: Understanding, text: str) -> Draft:
    """One part of a text; where its category is unsure, people decide, as after a silent dialog."""
    draft = Draft(
        text=part.text if len(said.parts) > 1 else text,
        category=part.category,
        confidence=part.confidence,
        candidates=part.top,
        evidence=part.evidence,
        level=part.urgency,
        level_reason=part.urgency_reason,
        nature=part.nature,
        vulnerable=said.mentions.vulnerable,
    )
    if part.confidence >= act.service.settings.dialog.ask_below or part.urgency == "U0":
        return draft
    level = act.service.category(UNCLEAR).level
    return replace(draft, category=UNCLEAR, level=level, confidence=1.0)


def _placed(act: Act, draft: Draft, said: Place | None, given: Place, reporter: Person) -> Draft:
    """The place as given, else as the text says; a bare 3号楼 is in the reporter's own estate."""
    text = said or Place()
    if given.estate and text.estate and given.estate != text.estate:
        text = Place()
    building = given.building or text.building
    room = given.room or text.room
    own = reporter.estate if building or room else None
    estate = given.estate or text.estate or own
    unit = given.unit or text.unit
    known = Place(estate, building, unit, room)
    grid = given.grid or act.service.understander.grid_of(known)
    return replace(draft, estate=estate, building=building, unit=unit, room=room, grid=grid)


def known_reporter(act: Act, channel: str, address: str, name: str, phone: str) -> Person:
    """The person for whom a program speaks: the same one whenever it names the same address."""
    address = act.tx.fingerprint("address", address)  # it may be a phone
    person = people.recognise(act.tx, channel, address, act.now)
    if (name and not person.name) or (phone and not person.phone):
        person = replace(person, name=person.name or name, phone=person.phone or phone)
        table.put(act.tx, person)
    return person
