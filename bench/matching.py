"""How often the right offer comes first: `python -m bench.matching [--errors HALF]`.

tests/data/demands.csv holds 60 demands over the 45 offers of offers.csv. Half of them (`tune`) may
be looked at while words and weights are changed; of the other (`kept`) only the figures. `other`:
sentences of messages_dev.jsonl, by another author, that one of the offers answers.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.knowledge import ROOT, knowledge
from data.settings import Settings
from desk import wanted
from desk.rules.matching import Match, Side, rank
from nlp import Understander

DATA = ROOT / "tests" / "data"
PLACES = ROOT / "data" / "content" / "community" / "places.csv"
BARS = {1: 0.85, 3: 0.95}
HALVES = ("tune", "kept", "other")
Case = Mapping[str, str]


def rows(path: Path) -> list[Case]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cases() -> list[Case]:
    """The demands of all three kinds."""
    with (DATA / "messages_dev.jsonl").open(encoding="utf-8") as file:
        texts = {row["id"]: row["text"] for row in map(json.loads, file)}
    other = rows(DATA / "demands_other.csv")
    return [
        *rows(DATA / "demands.csv"),
        *({"half": "other", "text": texts[r["id"]], "right": r["right"]} for r in other),
    ]


def side(understander: Understander, text: str, offer: Case | None = None) -> Side:
    """A sentence as matching sees it, as desk.matches makes it of an entry."""
    found = wanted.read(understander, text)
    place = found.place
    return Side(
        category=found.category if offer else "",
        likely=found.likely,
        skills=frozenset(found.skills),
        words=wanted.words(understander, text),
        estate=(place.estate or "") if place else "",
        grids=(place.grid,) if place and place.grid else (),
        areas=tuple(filter(None, offer["areas"].split("、"))) if offer else (),
        times=wanted.hours((offer["times"],) if offer else found.times),
    )


def ranked(understander: Understander) -> Iterator[tuple[Case, Sequence[Match[str]]]]:
    """Each case with the offers that were found for it."""
    offers = [
        (row["code"], side(understander, row["title"], row)) for row in rows(DATA / "offers.csv")
    ]
    for case in cases():
        yield case, rank(side(understander, case["text"]), offers)


def figures(found: Sequence[tuple[Case, Sequence[Match[str]]]], half: str) -> dict[int, float]:
    """How often the right offer is the first one, and among the first three."""
    some = [(case["right"], [m.offer for m in match]) for case, match in found]
    of_half = [pair for (case, _), pair in zip(found, some, strict=True) if case["half"] == half]
    return {
        most: sum(right in names[:most] for right, names in of_half) / len(of_half) for most in BARS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", default="", help="show what went wrong in one half")
    wished = parser.parse_args().errors
    found = list(ranked(Understander(knowledge(PLACES), Settings().cache_dir)))
    for half in HALVES:
        count = sum(case["half"] == half for case, _ in found)
        first, three = figures(found, half).values()
        print(f"{half}: {count} demands, right first {first:.1%}, in the first three {three:.1%}")
    for case, match in found:
        if case["half"] == wished and [m.offer for m in match][:1] != [case["right"]]:
            print(case["right"], case["text"], [(m.offer, m.score) for m in match])


if __name__ == "__main__":
    main()
