"""understand, prepare: what the chatbot makes of a text, without a database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from cli import json_lines
from data.contents import load_catalogue, load_doubles, load_lexicons, load_pairs
from data.settings import Settings, load_settings
from desk.roster import words_of
from desk.tables import BadTable, read_table, words
from nlp import Understander
from nlp.values import Knowledge, Place, PlaceRow, Understanding

SAMPLE = "community/places.csv"


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""

    @main.command(help='理解消息:每行一个 {"id","text"},输出意图、类别、紧急度和地点。')
    @click.option("--places", type=click.Path(path_type=Path), default=None, help="小区表")
    def understand(places: Path | None) -> None:
        understander = _understander(places)
        understander.warm()
        for line in json_lines.read():
            said = understander.understand(str(line["text"]))
            json_lines.write(_as_json(line.get("id"), said))

    @main.command(help="训练理解消息用的模型，存进缓存；词表或例句改过以后再运行一次。")
    def prepare() -> None:
        _understander(None).warm()
        click.echo(f"准备好了，缓存在 {load_settings().cache_dir}")


def _understander(places: Path | None) -> Understander:
    settings = load_settings()
    folder = settings.content_dir
    try:
        rows = read_table(places or folder / SAMPLE)
    except BadTable as fault:
        raise click.ClickException(str(fault)) from None
    return Understander(
        Knowledge(
            categories=tuple(words_of(load_catalogue(folder / "catalogue.toml"))),
            places=tuple(_place_row(row) for row in rows),
            lexicons=load_lexicons(folder),
            sayings=load_pairs(folder / "intents.csv"),
            alarms=load_pairs(folder / "urgency.csv"),
            doubles=load_doubles(folder / "doubles.csv"),
        ),
        settings.cache_dir,
    )


def _place_row(row: dict[str, str]) -> PlaceRow:
    return PlaceRow(
        estate=row["estate"],
        aliases=words(row.get("aliases", "")),
        buildings=row.get("buildings", ""),
        units=row.get("units", ""),
        grid=row.get("grid", ""),
    )


def _as_json(key: object, said: Understanding) -> dict[str, object]:
    return {
        "id": key,
        "intent": said.intent,
        "issues": [
            {
                "category": part.category,
                "top": [code for code, _ in part.top],
                "urgency": part.urgency,
                "confidence": round(part.confidence, 4),
                "evidence": list(part.evidence),
            }
            for part in said.parts
        ],
        "place": _place(said.place),
    }


def _place(place: Place | None) -> dict[str, str] | None:
    if place is None:
        return None
    names = ("estate", "building", "unit", "room", "grid")
    found = {name: getattr(place, name) for name in names if getattr(place, name)}
    return found or None
