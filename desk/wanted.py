"""What a sentence needs or offers: its services, times, place and category, read out of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import ref

from desk import times
from desk.rules.matching import side_words
from desk.rules.slots import cells
from nlp import Understander
from nlp.values import Place

SURE = 0.5  # confidence from which a category counts


@dataclass(frozen=True)
class Wanted:
    """A need or an offer as it was said; "" and () where nothing was."""

    category: str
    likely: Mapping[str, float]
    skills: tuple[str, ...]
    times: tuple[str, ...]
    place: Place | None


def read(understander: Understander, text: str) -> Wanted:
    """The category only where it is likely: a wrong one would match the wrong offers."""
    return _read(ref(understander), text)


def words(understander: Understander, text: str) -> frozenset[str]:
    """The words of a text that are worth comparing, without times."""
    return _words(ref(understander), text)


def hours(said: tuple[str, ...]) -> frozenset[str]:
    """Times as they are compared."""
    return cells(times.slots(said))


# What is remembered must not keep an understander that has been replaced: each has 100 MB.


@lru_cache(maxsize=2000)
def _read(present: ref[Understander], text: str) -> Wanted:
    understander = _alive(present)
    said = understander.understand(text, addressed=True)
    part = said.parts[0] if said.parts else None
    return Wanted(
        category=part.category if part and part.confidence >= SURE else "",
        likely=dict(part.top) if part else {},
        skills=tuple(sorted(understander.services(text))),
        times=times.read(text),
        place=said.place,
    )


@lru_cache(maxsize=2000)
def _words(present: ref[Understander], text: str) -> frozenset[str]:
    return side_words(_alive(present).tokens.words(times.without(text)))


def _alive(present: ref[Understander]) -> Understander:
    understander = present()
    assert understander is not None, "whoever asks has it"
    return understander
