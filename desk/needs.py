"""需求清单: what staff hear of, on a visit or otherwise, entered for others to take up."""

from __future__ import annotations

from data.practice_rows import Entry
from desk import listing, people, wanted
from desk.service import Act
from nlp.values import Place


def propose(
    act: Act, text: str, *, name: str = "", home: Place | None = None, source: str = "staff"
) -> Entry:
    """A need in one sentence; `name`: of whom it was heard, told to whoever takes it up; `home`:
    where he lives, if that is not in the sentence."""
    understander = act.service.understander
    found = wanted.read(understander, text)
    home = home or (found.place if found.place and found.place.estate else None)
    person = people.named(act, name, home) if name else None
    grid = understander.grid_of(home) if home else (person.grid if person else act.person.grid)
    said = " ".join(word for word in text.split() if not understander.place(word)) or text
    proposal = listing.Proposal(
        kind="demand",
        title=said.replace(name, act.say("card.resident")) if name else said,
        text=text,
        category=found.category,
        skills=found.skills,
        times=found.times,
        estate=home.estate if home else (person.estate if person else None),
        building=home.building if home else (person.building if person else None),
        grid=grid,
        beneficiary=person.id if person else None,
        data={"source": source},
    )
    return listing.propose(act, proposal)
