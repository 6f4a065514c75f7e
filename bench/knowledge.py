"""The knowledge that measurements and tests understand with: our content, any places file."""

from __future__ import annotations

import csv
from pathlib import Path

from data.contents import load_catalogue, load_doubles, load_lexicons, load_pairs
from desk.roster import words_of
from nlp.values import Knowledge, PlaceRow

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "data" / "content"
PLACES = ROOT / "tests" / "data" / "places.csv"


def knowledge(places: Path = PLACES) -> Knowledge:
    """The catalogue and the lexicons of data/content with the gazetteer of a CSV file."""
    return Knowledge(
        categories=tuple(words_of(load_catalogue(CONTENT / "catalogue.toml"))),
        places=place_rows(places),
        lexicons=load_lexicons(CONTENT),
        sayings=load_pairs(CONTENT / "intents.csv"),
        alarms=load_pairs(CONTENT / "urgency.csv"),
        doubles=load_doubles(CONTENT / "doubles.csv"),
    )


def place_rows(path: Path) -> tuple[PlaceRow, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(
            PlaceRow(
                estate=row["estate"],
                aliases=tuple(filter(None, row["aliases"].split("、"))),
                buildings=row["buildings"],
                units=row["units"],
                grid=row["grid"],
            )
            for row in csv.DictReader(file)
        )
