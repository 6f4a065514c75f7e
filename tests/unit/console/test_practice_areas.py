"""Every area is described in full: its words, its forms, its imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from console.practices import forms
from console.practices.areas import AREAS, GROUPS
from console.practices.entries import ACTIONS as ENTRY_ACTIONS
from console.practices.shape import Area, Doing
from console.practices.words import Words
from data.contents import Content, load_content
from desk.imports import KINDS
from desk.rules import deliberation, honours, listing, mediation


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content(Path("data/content"))


DOINGS = [(area, doing) for area in AREAS.values() for doing in (*area.doings, *area.new)]


@pytest.mark.parametrize("area", AREAS.values(), ids=list(AREAS))
def test_each_says_what_it_is(content: Content, area: Area[Any]) -> None:
    words = Words(content.replies, area.name)
    assert words.title
    assert words.about
    assert words("empty", "list")
    for each in area.filters:
        assert words("column", each.name)
    if area.reveal is not None:
        assert words("do", "reveal")
        assert words.find("action", "disclose")


@pytest.mark.parametrize(
    ("area", "doing"), DOINGS, ids=[f"{area.name}-{doing.name}" for area, doing in DOINGS]
)
def test_each_form_has_its_words(content: Content, area: Area[Any], doing: Doing) -> None:
    words = Words(content.replies, area.name)
    assert words("do", doing.name)
    for name in doing.body.model_fields:
        assert words("field", f"{doing.name}.{name}", name)


def test_every_file_of_words_belongs_to_an_area() -> None:
    names = {path.stem for path in Path("data/content/areas").glob("*.toml")}
    assert names - {"common", "groups", "import", "entering"} == set(AREAS)


def test_every_area_is_offered_once(content: Content) -> None:
    offered = [name for members in GROUPS.values() for name in members]
    assert sorted(offered) == sorted(AREAS)
    for group in GROUPS:
        assert content.replies[f"area.groups.{group}"]


def test_every_table_that_can_be_imported_is_named(content: Content) -> None:
    for kind, plan in KINDS.items():
        assert content.replies[f"area.import.title.{kind}"]
        assert content.replies[f"area.import.about.{kind}"]
        names = [
            content.replies[f"area.import.column.{n}"] for n in (*plan.columns, *plan.optional)
        ]
        assert len(set(names)) == len(names), kind
    assert {kind for area in AREAS.values() for kind in area.imports} <= set(KINDS)


@pytest.mark.parametrize(
    ("area", "actions"),
    [
        ("wishes", listing.ACTIONS),
        ("topics", deliberation.ACTIONS),
        ("disputes", get_args(mediation.Action)),
        ("honours", honours.ACTIONS),
    ],
)
def test_what_the_tables_of_rules_know_has_its_word_in_the_log(
    content: Content, area: str, actions: tuple[str, ...]
) -> None:
    words = Words(content.replies, area)
    assert [name for name in actions if words.find("action", name) is None] == []


def test_a_form_takes_what_people_type() -> None:
    doing = next(d for d in AREAS["needs"].doings if d.name == "start")
    form = forms.Form(
        [("title", " 装扶手 "), ("team", "wuye"), ("units", "a"), ("units", "b"), ("budget", ""),
         ("due", "2026-12-31T18:00")]
    )  # fmt: skip
    assert forms.filled(doing.body, form) == {
        "title": "装扶手", "team": "wuye", "units": ["a", "b"], "due": "2026-12-31T18:00:00+08:00"
    }  # fmt: skip
    vote = next(d for d in AREAS["topics"].doings if d.name == "vote")
    form = forms.Form([("options", "甲\n\n 乙 "), ("households", "120"), ("days", "许多")])
    assert forms.filled(vote.body, form) == {
        "options": ["甲", "乙"], "households": 120, "days": "许多"
    }  # fmt: skip


def test_the_actions_of_an_entry_are_the_tables() -> None:
    assert set(ENTRY_ACTIONS) == set(listing.ACTIONS) - {"lapse", "relist", "expire"}
