"""The knowledge that measurements and tests understand with: our content, any places file."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

from nlp.values import CategoryWords, Knowledge, PlaceRow

ROOT = Path(__file__).resolve().parents[1]
CONTENT = ROOT / "data" / "content"
PLACES = ROOT / "tests" / "data" / "places.csv"


def knowledge(places: Path = PLACES) -> Knowledge:
    """The catalogue and the lexicons of data/content with the gazetteer of a CSV file."""
    catalogue = tomllib.loads((CONTENT / "catalogue.toml").read_text("utf-8"))
    categories = tuple(
        CategoryWords(
            code=entry["code"],
            top=entry["top"],
            sub=entry["sub"],
            level=entry["level"],
            words=tuple(entry.get("words", ())),
            examples=tuple(entry.get("examples", ())),
        )
        for entry in catalogue["category"]
    )
    lexicons = {
        path.stem: tomllib.loads(path.read_text("utf-8"))
        for path in sorted((CONTENT / "lexicons").glob("*.toml"))
    }
    return Knowledge(categories=categories, places=place_rows(places), lexicons=lexicons)


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
