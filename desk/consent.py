"""Consent given and taken back, one's own record put right; each a line of the person's journal."""

from __future__ import annotations

from dataclasses import replace

from data.rows import Issue, Person
from data.tables import forgetting as table
from data.tables import messages, people
from desk import journal
from desk.own_data import KIND
from desk.people import live_at
from desk.service import Act
from nlp.values import Place


def withdraw(act: Act) -> list[Issue]:
    """撤回同意: nothing more is read but for the issues under way, which are returned."""
    people.withdraw(act.tx, act.person.id, act.now)
    messages.end_sessions(act.tx, act.person.id)
    journal.append(act, KIND, act.person.id, "withdraw")
    return table.kept_issues(act.tx, act.person.id)


def give(act: Act) -> None:
    """同意 again."""
    people.withdraw(act.tx, act.person.id, None)
    journal.append(act, KIND, act.person.id, "consent")


def correct(act: Act, field: str, value: str) -> Person:
    """更正 of the name or the phone; the log says which, not what."""
    changed = replace(act.person, **{field: value})  # type: ignore[arg-type]
    people.put(act.tx, changed)
    journal.append(act, KIND, act.person.id, "correct", data={"field": field})
    return changed


def move(act: Act, place: Place) -> Person:
    """更正 of the home. Issues stay where they were reported."""
    changed = live_at(act, place)
    journal.append(act, KIND, act.person.id, "correct", data={"field": "home"})
    return changed
