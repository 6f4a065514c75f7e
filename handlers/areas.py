"""认领片区: areas that the desk lays out, taken on and cleaned week by week (片-3)."""

from __future__ import annotations

from collections.abc import Mapping

from desk import entry_wording, listing
from handlers.listing import listed
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word


def lay_out(turn: Turn, said: Said) -> str:
    """划片 泉馨苑3号楼 楼前花池: to be claimed by whoever will clean it."""
    place = turn.act.service.understander.place(said.rest)
    if not said.rest:
        raise Unclear(turn.say("area.how"))
    proposal = listing.Proposal(
        kind="area",
        title=said.rest,
        text=said.rest,
        estate=place.estate if place else None,
        building=place.building if place else None,
        grid=turn.act.service.understander.grid_of(place) if place and place.estate else None,
    )
    entry = listing.propose(turn.act, proposal)
    number = entry_wording.number(turn.act, entry)
    return turn.say("area.done", number=number, title=entry.title)


def areas(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    return listed(turn, "area", "area.none", "area.list")


WORDS: Mapping[str, Word] = {
    "areas": Word(areas, takes="nothing", public=True),
    "lay_out": Word(lay_out, "worker"),
}
